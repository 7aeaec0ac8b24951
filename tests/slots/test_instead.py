"""What is said in place of a day or a time: as an answer, and besides something else."""

from __future__ import annotations

import pytest

from agent.reply.utterance import Utterance
from agent.slots.instead import instead_besides
from tests.slots.said import slot, value_of

DAY = slot("date", instead=["as soon as possible", "the next available appointment", "any day", "soon"])
TIME = slot("time", instead={"free": ["what's free", "what do you have"], "first": ["the earliest", "any time"]})
SUITS = slot("yes_no", instead={"no": ["that's too early", "do you have something in the afternoon"]})


@pytest.mark.parametrize(
    "said",
    [
        "i said as soon as possible",
        "no i said as soon as possible",
        "i'd like the next available appointment",
        "well as soon as possible really my tooth hurts",
        "as soon as possible because i'm in pain",
    ],
)
def test_a_day_that_is_left_open_in_more_words(said: str) -> None:
    assert value_of(DAY, said) == ("as soon as possible", True)


@pytest.mark.parametrize(
    "said",
    [
        "any day but friday",
        "any day my son says friday",
        "not as soon as possible",
        "soon my tooth hurts",
        "any day it rains",
    ],
)
def test_what_tells_more_leaves_no_day_open(said: str) -> None:
    assert value_of(DAY, said)[0] != "as soon as possible"


@pytest.mark.parametrize(
    ("said", "value"),
    [("what's free", "free"), ("the earliest please", "first"), ("any time", "first"), ("ten", "10:00")],
)
def test_each_of_several_values_has_its_phrases(said: str, value: str) -> None:
    assert value_of(TIME, said)[0] == value


def test_what_is_said_instead_of_a_no() -> None:
    assert value_of(SUITS, "that's too early do you have something in the afternoon") == ("no", True)
    assert value_of(SUITS, "no that's too early") == ("no", True)
    assert value_of(SUITS, "yes") == ("yes", True)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("i need an appointment as soon as possible", "as soon as possible"),
        ("could you give me the next available appointment please", "as soon as possible"),
        ("come and see me soon", ""),  # one word may stand for anything
        ("it doesn't have to be as soon as possible", ""),
        ("can i come any day but friday", ""),
        ("can i come any day you are open", ""),
    ],
)
def test_a_day_that_is_left_open_before_it_is_asked_for(said: str, value: str) -> None:
    reading = instead_besides(DAY, Utterance(said), ())
    assert (reading.value if reading is not None else "") == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("what's free on wednesday", "free"),
        ("tomorrow the earliest you know", ""),
        ("today the earliest please", "first"),
        ("i need to see somebody any time tomorrow", "first"),
        ("tomorrow any time after three", ""),
        ("any time on friday afternoon", ""),
    ],
)
def test_a_time_that_is_left_open_beside_a_day(said: str, value: str) -> None:
    reading = instead_besides(TIME, Utterance(said), (DAY,))
    assert (reading.value if reading is not None else "") == value


def test_words_about_something_else_leave_no_other_kind_open() -> None:
    plate = slot("code", instead=["i don't know"])
    assert instead_besides(plate, Utterance("someone hit my car i don't know"), ()) is None
    assert value_of(plate, "i don't know it's a b c")[0] != "i don't know"
