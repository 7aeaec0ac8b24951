"""What a caller told a flow, or for a message, when something urgent or a person takes its place: it goes with them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.responder import Responder

PLAN = Path(__file__).parent / "data" / "urgent.yaml"
TUESDAY = datetime(2026, 12, 1, 10, 0)
ACCIDENT = ("i had an accident", "twelve mill street", "yesterday")
TOLD = (("street", "12 Mill Street"), ("day", "2026-11-30"))


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder(), lambda: TUESDAY)


def talked(responder: Responder, *said: str) -> Conversation:
    """The last turn's reply has not settled."""
    conversation = responder.conversation("5550199")
    conversation.heard(conversation.greet().text)
    for turn in said:
        conversation.settled()
        conversation.heard(conversation.answer(turn).text)
    return conversation


@pytest.mark.parametrize(
    ("said", "to"),
    [
        (("somebody is hurt",), "emergency"),
        (("operator",), "desk"),
        (("there is a fire", "three floors"), "emergency"),
        (("purple", "purple", "purple", "operator"), "desk"),
        (("purple", "purple", "purple", "somebody is hurt"), "emergency"),
    ],
)
def test_who_takes_the_call_gets_what_the_flow_had(responder: Responder, said: tuple[str, ...], to: str) -> None:
    handed = talked(responder, *ACCIDENT, *said).due.handed
    assert handed is not None
    assert handed.to == to
    assert handed.values[:2] == TOLD


def test_a_second_urgent_thing_while_it_rings_gets_it_too(responder: Responder) -> None:
    handed = talked(responder, *ACCIDENT, "operator", "somebody is hurt").due.handed
    assert handed is not None
    assert (handed.to, handed.values) == ("emergency", TOLD)


def test_an_urgent_message_has_it_with_it(responder: Responder) -> None:
    message = talked(responder, *ACCIDENT, "he is stealing it", "come quickly", "yes").due.message
    assert message is not None
    assert message.notes == TOLD


def test_so_has_the_message_where_nobody_answers(responder: Responder) -> None:
    conversation = talked(responder, *ACCIDENT, "somebody is hurt")
    conversation.settled()
    assert conversation.not_through() is not None
    conversation.settled()
    for turn in ("please come", "yes"):
        conversation.answer(turn)
    message = conversation.due.message
    assert message is not None
    assert message.notes == (*TOLD, ("transfer", "emergency"))


def test_a_message_that_was_begun_is_kept(responder: Responder) -> None:
    due = talked(responder, "i want to leave a message", "my car was hit in mill street", "somebody is hurt").due
    assert due.transfer is not None
    assert due.message is not None
    assert (due.message.text, due.message.number) == ("my car was hit in mill street", "5550199")


def test_a_message_of_which_nothing_was_told_is_none(responder: Responder) -> None:
    assert talked(responder, "i want to leave a message", "somebody is hurt").due.message is None


def test_a_topic_that_only_answers_carries_nothing_on(responder: Responder) -> None:
    conversation = talked(responder, *ACCIDENT, "never mind", "operator")
    assert conversation.due.handed is not None
    assert conversation.due.handed.values == ()
