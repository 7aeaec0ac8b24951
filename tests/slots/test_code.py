"""A code: sure where two recognisers heard the same, or what is said in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.reply.utterance import Utterance
from agent.slots.read import read
from tests.dialplan.test_load import GOOD, findings
from tests.slots.order import asked
from tests.slots.said import NOW, slot, value_of

PLATE = slot("code", instead=["unknown", "i don't know"])


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("k l m four seven two", "k l m four seven two", "KLM472", True),
        ("k l m four seven two", "", "KLM472", False),
        ("k l m four seven two", "k l n four seven two", "KLN472", False),
        ("kay ell and for seven two", "k l m four seven two", "KLM472", False),
        ("r t five five oh", "r t five five oh", "RT550", False),  # O or zero
        ("unknown", "", "unknown", True),
        ("i don't know", "i four", "unknown", True),
        ("i don't know please", "", "unknown", True),
    ],
)
def test_it_is_sure_where_it_can_be_no_other(said: str, closed: str, value: str, sure: bool) -> None:
    assert value_of(PLATE, said, closed) == (value, sure)


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("b triple k one two", "BKKK12", True),
        ("b treble five", "B555", True),
        ("b triple o", "B000", False),  # or three letters
        ("double b bravo one", "BBB1", False),  # or two
        ("alpha one hundred", "A100", True),
        ("alpha one hundred twenty three", "A123", False),  # or 10023
        ("a b two thousand five", "AB2005", False),
        ("b c d hundred", "BCD", False),
    ],
)
def test_no_letter_or_digit_that_was_said_is_settled_as_others(said: str, value: str, sure: bool) -> None:
    assert value_of(PLATE, said, said) == (value, sure)


def test_words_in_place_of_a_value_are_the_slots_own() -> None:
    assert read(slot("code"), Utterance("unknown"), NOW) is None
    assert value_of(slot("date", instead=["any day", "whenever"]), "whenever") == ("any day", True)
    assert value_of(slot("date", instead=["any day", "whenever"]), "well just whenever i guess") == ("any day", True)
    assert value_of(slot("date", instead=["whenever"]), "whenever it rains") == ("", False)


def test_in_a_flow_it_is_read_back_in_groups_and_corrected_by_another() -> None:
    call = asked(kind="code", about="the number")
    assert call.answer("k l m four seven two").text == "K L M, four seven two. Is that right?"
    assert call.answer("no k l n four seven two").text == "K L N, four seven two. Is that right?"
    assert call.answer("yes").text == "K L N, four seven two. Shall I look?"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("b letter o seven", "BO7"),
        ("capital o seven b", "O7B"),
        ("b o seven", "B07"),
        ("b letter o seven oh", "BO70"),
    ],
)
def test_an_o_that_is_named_a_letter_is_one(said: str, value: str) -> None:
    assert value_of(PLATE, said) == (value, False)


def test_who_says_no_to_a_zero_is_asked_about_the_letter() -> None:
    call = asked(kind="code", about="the number")
    assert call.answer("b o seven").text == "B, zero seven. Is that right?"
    assert call.answer("no b o seven").text == "B O as in oscar, seven. Is that right?"
    assert call.answer("no").text == "Sorry, let's try that once more. Which number?"
    assert call.answer("b o eight").text == "B, zero eight. Is that right?"
    assert call.answer("no").text == "Sorry, let's try that once more. Which number?"
    assert call.answer("b o eight").text == "B O as in oscar, eight. Is that right?"
    assert call.answer("yes").text == "B O as in oscar, eight. Shall I look?"


def test_a_phrase_without_a_word_is_found(tmp_path: Path) -> None:
    slots = 'slots:\n  - {name: plate, kind: code, ask: Which?, instead: [unknown, "..."]}\n'
    line = len(GOOD.splitlines()) + 2
    assert f'{line}:63: "..." holds no word; write what a caller says' in findings(tmp_path, GOOD + slots)
