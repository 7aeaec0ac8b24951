"""An honest caller: says yes only to what they meant."""

from __future__ import annotations

from collections import Counter

import pytest

from agent.bench.bot_log import Entry, Heard, Said
from agent.bench.slot_call import Verdict, Way, digit_by_digit, given_up, is_told_how, understood, verdict, way_of
from agent.bench.slot_plan import STUCK
from agent.bench.slot_words import Wanted

PHONE = Wanted("phone", "8344075", ("eight three four",), ("eight three four",))
PLATE = Wanted("plate", "PO5619", ("p o",), ("papa oscar",))


@pytest.mark.parametrize(
    ("wanted", "text", "right"),
    [
        (PHONE, "Eight three four, four zero seven five. Is that right?", True),
        (PHONE, "One moment, please. Eight three four, four zero seven five. Is that right?", True),
        (PHONE, "Please say yes or no. Eight three four, four zero seven five. Is that right?", True),
        (PHONE, "Three, four four zero. eight three four, four zero seven five. Is that right?", False),
        (PHONE, "Eight three four, four zero seven. Is that right?", False),
        (PHONE, "What's your phone number?", None),
        (PHONE, "", None),
        (PLATE, "P O as in oscar, five six one nine. Is that right?", True),
        (PLATE, "P, zero five six one nine. Is that right?", False),
    ],
)
def test_what_is_read_back_is_held_against_what_was_meant(wanted: Wanted, text: str, right: bool | None) -> None:
    assert understood(wanted, text) is right


OFFER = "Please say it digit by digit, or type it on your keypad and press the pound key."


@pytest.mark.parametrize(
    ("wanted", "text", "told"),
    [
        (PHONE, f"Sorry, let's try that once more. {OFFER} What's your phone number?", True),
        (PHONE, "Sorry, let's try that once more. What's your phone number?", False),
        (PLATE, f"{OFFER} What's the license plate of your car?", False),
    ],
)
def test_only_a_number_is_given_in_another_way(wanted: Wanted, text: str, told: bool) -> None:
    assert is_told_how(wanted, text) is told


def test_half_of_the_callers_type_and_half_of_the_others_pause_behind_each_digit() -> None:
    ways = Counter(way_of(f"1 {number}") for number in range(400))
    assert ways[Way.KEYS] == pytest.approx(200, abs=40)
    assert ways[Way.DIGITS] == pytest.approx(100, abs=30)
    number = Wanted("phone", "8344075", (), ("eight three four", "four oh seven five"))
    assert digit_by_digit(number) == ("eight", "three", "four", "four", "oh", "seven", "five")


@pytest.mark.parametrize(
    ("value", "lines", "came"),
    [
        ("8344075", ("caller: eight three four",), Verdict.AT_ONCE),
        ("8344075", ("caller: eight three four", "bot: Is that right?", "caller: yes"), Verdict.READ_BACK),
        ("8344075", ("caller: eight three four", "caller: no", "caller: eight three four"), Verdict.AGAIN),
        ("8344075", ("caller: eight three four", "caller: no", "caller types: 8344075#"), Verdict.TYPED),
        ("834407", ("caller: eight three four", "caller: no", "caller types: 8344075#"), Verdict.WRONG),
    ],
)
def test_what_was_typed_is_told_apart_from_what_was_said(value: str, lines: tuple[str, ...], came: Verdict) -> None:
    assert verdict(value, PHONE, lines) is came


@pytest.mark.parametrize(
    ("entries", "over"),
    [
        ([Said(f"{STUCK} Shall I take a message instead?", None)], True),
        (
            [
                Said("I'm afraid I", None, interrupted=True),
                Heard("six nine three"),
                Said("Which would you like?", None),
            ],
            True,
        ),
        ([Said("I'm", None, interrupted=True), Said("What's the license plate of your car?", None)], False),
        ([Said("Sorry, let's try", None, interrupted=True)], False),
        ([Heard("no")], False),
    ],
)
def test_a_bot_that_gives_up_is_noticed_by_a_caller_who_speaks_over_it(entries: list[Entry], over: bool) -> None:
    assert given_up(entries) is over
