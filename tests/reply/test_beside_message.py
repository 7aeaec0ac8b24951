"""What callers say while a message is taken that is no part of it: they ask for a person, or something else."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Reply, Route
from agent.reply.responder import Responder

CALLER = "5550100"
TOLD = "this is ann and my bike is broken"


def asked(plan: Dialplan, *turns: str) -> tuple[Conversation, Reply]:
    """A message is asked for, and the caller has said `turns`."""
    call = Responder(plan, FakeEmbedder()).conversation(CALLER)
    call.greet()
    reply = call.answer("zyx")
    for said in ("zyx", "yes", *turns):
        reply = call.answer(said)
    return call, reply


@pytest.mark.parametrize("turns", [("operator",), ("i want to talk to a human",), (TOLD, "can i speak to somebody")])
def test_who_asks_for_a_person_is_put_through_and_what_they_told_is_kept(
    plan: Dialplan, turns: tuple[str, ...]
) -> None:
    staffed = Dialplan.model_validate(
        {**plan.model_dump(by_alias=True, exclude_unset=True), "operator": "desk",
         "transfers": [{"name": "desk", "target": "200"}]}
    )  # fmt: skip
    call, reply = asked(staffed, *turns)
    assert reply.route is Route.TRANSFER
    assert (reply.message and reply.message.text) == (TOLD if TOLD in turns else None)
    call.settled()
    assert call.unfinished() is None


def test_without_anybody_to_be_put_through_to_the_message_is_taken(plan: Dialplan) -> None:
    nobody = plan.model_copy(
        update={"intents": tuple(one for one in plan.intents if one.digit != "0"), "operator": None}
    )
    call, reply = asked(nobody, TOLD, "can i speak to somebody")
    assert reply.route is Route.MESSAGE
    message = call.unfinished()
    assert message is not None
    assert TOLD in message.text


@pytest.mark.parametrize("question", ["are you a robot", "what is your address"])
def test_a_question_is_answered_and_the_message_goes_on(plan: Dialplan, question: str) -> None:
    call, before = asked(plan, TOLD)
    told = call.answer(question)
    assert told.route in (Route.SMALL_TALK, Route.INTENT)
    assert told.text.endswith(f" {before.text}")
    saved = call.answer("yes")
    assert saved.message is not None
    assert (saved.message.text, saved.message.number) == (TOLD, CALLER)


def test_what_is_told_with_a_number_or_in_many_words_is_the_message(plan: Dialplan) -> None:
    call, _ = asked(plan, TOLD, "and tell them that i need it on friday")
    message = call.unfinished()
    assert message is not None
    assert message.text == f"{TOLD} and tell them that i need it on friday"


def test_who_types_the_whole_number_for_the_rest_of_it_is_understood(plan: Dialplan) -> None:
    call, _ = asked(plan, TOLD, "no", "five five five")
    replies = [call.digit(key) for key in "5550144#"]
    assert replies[-1] is not None
    assert "I have five five five, zero one four four." in replies[-1].text
