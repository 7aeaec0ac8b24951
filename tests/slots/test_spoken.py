"""What is read back is heard as what it was: the words of a value give the value again."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialplan.slots import Slot
from agent.reply.digits import spell
from agent.reply.utterance import Utterance
from agent.slots.amount import spoken_amount
from agent.slots.code import spoken_code
from agent.slots.date import spoken_date
from agent.slots.email import spoken_email
from agent.slots.read import read
from agent.slots.reading import Reading
from agent.slots.time import spoken_time
from tests.slots.said import NOW, slot

HUNDREDS = settings(max_examples=400, deadline=None)
DATE, TIME, PHONE, EMAIL = slot("date"), slot("time"), slot("phone"), slot("email")
CODE = slot("code")
MONEY, PEOPLE = slot("amount"), slot("amount", unit="people")


def heard(asked: Slot, spoken: str) -> Reading:
    """The reading of the words, which must be words that a voice can say."""
    assert not any(character.isdigit() for character in spoken)
    reading = read(asked, Utterance(spoken), NOW)
    assert reading is not None, spoken
    assert reading.spoken == spoken
    return reading


@HUNDREDS
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date(day: date) -> None:
    assert heard(DATE, spoken_date(day, NOW.date())).value == day.isoformat()


@HUNDREDS
@given(st.dates(date(1900, 1, 1), NOW.date()))
def test_a_date_that_is_past(day: date) -> None:
    past = slot("date", past=True)
    spoken = spoken_date(day, NOW.date())
    assert heard(past, spoken).value == day.isoformat()


def test_a_near_date_is_told_with_its_weekday_and_a_far_one_with_its_year() -> None:
    assert spoken_date(date(2026, 12, 8), NOW.date()) == "Tuesday, December eighth"
    assert spoken_date(date(1984, 3, 21), NOW.date()) == "March twenty first, nineteen eighty four"


@HUNDREDS
@given(st.times().map(lambda clock: clock.replace(second=0, microsecond=0)))
def test_a_time(clock: time) -> None:
    reading = heard(TIME, spoken_time(clock))
    assert reading.value == f"{clock:%H:%M}"
    assert reading.sure or clock.hour == 22


def test_a_time_is_told_with_its_part_of_the_day() -> None:
    told = {
        time(15, 30): "half past three in the afternoon",
        time(9, 5): "nine oh five in the morning",
        time(12): "noon",
    }
    assert {clock: spoken_time(clock) for clock in told} == told


@HUNDREDS
@given(st.integers(0, 99_999_999))
def test_an_amount_of_money(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert heard(MONEY, spoken_amount(amount, "dollars")).value == f"{amount:.2f}"


@HUNDREDS
@given(st.integers(0, 999_999))
def test_a_number_of_people(count: int) -> None:
    assert heard(PEOPLE, spoken_amount(Decimal(count), "people")).value == str(count)


@HUNDREDS
@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_a_telephone_number(number: str) -> None:
    assert heard(PHONE, spell(number)).value == number


@HUNDREDS
@given(st.from_regex(r"[a-z]{3,9}([._+-][a-z]{3,9})?[0-9]{0,4}@[a-z]{3,9}\.(com|org|de)", fullmatch=True))
def test_an_email_address_gives_itself(address: str) -> None:
    assert heard(EMAIL, spoken_email(address)).value == address


@pytest.mark.parametrize("word", ["huh", "the", "well", "yes", "use", "dot", "plus", "two", "one", "sorry", "wait"])
def test_an_email_address_with_a_word_that_means_something_else_is_spelled(word: str) -> None:
    for address in (f"{word}@abc.com", f"abc@{word}.com", f"abc.{word}@foo.com", f"{word}.abc@foo.com"):
        assert heard(EMAIL, spoken_email(address)).value == address


@HUNDREDS
@given(st.text("ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789", min_size=3, max_size=12))  # an O beside digits is heard as a zero
def test_a_code(code: str) -> None:
    assert heard(CODE, spoken_code(code)).value == code


def test_a_code_is_told_in_groups_of_its_letters_and_digits() -> None:
    assert spoken_code("KLM472") == "K L M, four seven two"
    assert spoken_code("7SAM1234567") == "seven, S A M, one two three, four five six seven"
