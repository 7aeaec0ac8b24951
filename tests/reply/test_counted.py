"""Numbers that answer what is asked, and are nothing else besides: "four" is four people, and not four o'clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall

TUESDAY = datetime(2026, 12, 1, 10, 0)
PARTY = "i am planning a party"


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(Path(__file__).parent / "data" / "party.yaml"), FakeEmbedder(), lambda: TUESDAY)


def asked(responder: Responder, *said: str) -> list[str]:
    call = TextCall(responder.conversation("5550199"))
    return [call.says(words).text for words in said]


def test_a_number_is_what_was_asked_for_alone(responder: Responder) -> None:
    replies = asked(responder, PARTY, "four", "two", "four fifteen", "four", "two hundred", "friday")
    assert replies[1:] == [
        "Meat or fish?",
        "Which room?",
        "At what time?",
        "For how much money?",
        "Which day?",
        "Friday, December fourth at four in the afternoon, four people, fish, room four one five, two hundred dollars. "
        "Is that right?",
    ]


def test_who_says_a_number_again_where_it_is_read_back_says_nothing_else(responder: Responder) -> None:
    assert asked(responder, PARTY, "about four", "four", "meat", "seven")[2:] == [
        "Meat or fish?",
        "Which room?",
        "At what time?",
    ]


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("at four for two hundred dollars", "Which day?"),
        ("friday at four", "For how much money?"),
        ("at four", "For how much money?"),
    ],
)
def test_what_says_what_it_is_counts_besides(responder: Responder, said: str, on: str) -> None:
    assert asked(responder, PARTY, "four", "fish", "seven", said)[-1] == on


def test_what_is_told_with_a_value_that_is_read_back_is_not_asked_for(responder: Responder) -> None:
    replies = asked(responder, PARTY, "four people at five on friday", "yes", "meat", "seven", "two hundred")
    assert replies[1] == "Four people. Is that right?"
    assert replies[4:] == [
        "For how much money?",
        "Friday, December fourth at five in the afternoon, four people, meat, room seven, two hundred dollars. "
        "Is that right?",
    ]


def test_a_number_beside_a_day_is_an_hour(responder: Responder) -> None:
    replies = asked(responder, "a birthday party", "four", "fish", "seven", "friday at four", "two hundred")
    assert replies[-1].startswith("Friday, December fourth at four in the afternoon, four people, fish, room seven,")
