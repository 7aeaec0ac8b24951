"""A name that was read back, put right by what the caller spells."""

from __future__ import annotations

import pytest

from agent.reply.utterance import Utterance
from agent.slots.name import renamed, respelled
from agent.slots.when import is_when
from tests.slots.order import asked
from tests.slots.said import slot, value_of


@pytest.mark.parametrize(
    ("name", "said", "right"),
    [
        ("John Smith", "no s m y t h", "John Smyth"),
        ("Shawn Miller", "no it's s e a n", "Sean Miller"),
        ("Jon", "j o h n please", "John"),
        ("Three Then", "no j a n e", "Jane"),
        ("Mary O'Neil", "m a r i e", "Marie O'Neil"),
    ],
)
def test_what_is_spelled_takes_the_place_of_what_is_like_it(name: str, said: str, right: str) -> None:
    reading = respelled(name, Utterance(said))
    assert reading is not None
    assert (reading.value, reading.sure) == (right, False)


@pytest.mark.parametrize("said", ["no", "yes", "s m i t h", "j o h n s m i t h", "no that is wrong", "", "it's me"])
def test_what_spells_nothing_else_changes_nothing(said: str) -> None:
    assert respelled("John Smith", Utterance(said)) is None


def test_in_a_flow_the_name_is_read_back_as_it_was_spelled() -> None:
    call = asked(kind="name", about="the name")
    assert call.answer("john smith").text == "John Smith. Is that right?"
    assert call.answer("no s m y t h").text == "John Smyth. Is that right?"
    assert call.answer("yes").text == "John Smyth. Shall I look?"


@pytest.mark.parametrize(
    "said", ["tomorrow", "on monday", "at ten", "ten thirty please", "next week", "in the morning"]
)
def test_a_day_or_a_time_is_no_name(said: str) -> None:
    assert value_of(slot("name"), said) == ("", False)


@pytest.mark.parametrize("said", ["friday", "april", "may second", "wednesday addams", "john day", "a m y"])
def test_a_name_that_is_like_one_is_a_name(said: str) -> None:
    assert not is_when(said.split())
    assert value_of(slot("name"), said)[0] != ""


@pytest.mark.parametrize(
    ("name", "said", "denied", "right"),
    [
        ("Jane Roe", "jane doe", False, "Jane Doe"),
        ("Jane Roe", "it's jane doe", False, "Jane Doe"),
        ("Jane Roe", "jane marie roe", False, "Jane Marie Roe"),
        ("Food Park", "susan clark please", True, "Susan Clark"),
        ("Jane Roe", "doe", True, "Jane Doe"),
        ("James Doe", "jane", True, "Jane Doe"),
        ("Then", "susan", True, "Susan"),
    ],
)
def test_another_name_is_told_by_a_no_or_by_what_both_share(name: str, said: str, denied: bool, right: str) -> None:
    reading = renamed(name, Utterance(said), denied=denied)
    assert reading is not None
    assert (reading.value, reading.sure) == (right, False)


@pytest.mark.parametrize(
    "said",
    [
        "", "jane", "jane roe", "that's wrong", "it's wrong", "you misheard me", "try again", "spell it",
        "my last name", "the last name", "i said something else", "what", "smith", "the other one", "hold on",
        "wrong name",
    ],
)  # fmt: skip
def test_a_no_with_other_words_gives_no_name(said: str) -> None:
    assert renamed("Jane Roe", Utterance(said), denied=True) is None


@pytest.mark.parametrize("said", ["susan clark", "doe", "what are your hours"])
def test_without_a_no_other_words_give_no_name(said: str) -> None:
    assert renamed("Jane Roe", Utterance(said), denied=False) is None


def test_in_a_flow_another_name_is_read_back() -> None:
    call = asked(kind="name", about="the name")
    assert call.answer("jane roe please").text == "Jane Roe. Is that right?"
    assert call.answer("jane doe").text == "Jane Doe. Is that right?"
    assert call.answer("no jane dole").text == "Jane Dole. Is that right?"
    assert call.answer("no jane roe").text.startswith("Sorry, let's try that once more.")
    assert call.answer("jane dove please").text == "Jane Dove. Is that right?"
    assert call.answer("yes").text == "Jane Dove. Shall I look?"


@pytest.mark.parametrize("said", ["jane cancel", "this is jane doe's mother", "it's mrs doe", "no i said it"])
def test_words_about_a_name_are_none(said: str) -> None:
    assert renamed("Jane Doe", Utterance(said), denied=said.startswith("no")) is None
