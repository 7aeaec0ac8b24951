"""A moment by how far off it is, for a day and for a time."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.dialplan.slots import Slot
from agent.reply.utterance import Utterance
from agent.slots.read import read, refuses
from tests.slots.said import slot

NOW = datetime(2026, 12, 2, 16, 42, 30)
DAY, TIME = slot("date"), slot("time")


def found(asked: Slot, said: str, now: datetime = NOW, closed: str = "") -> tuple[str, bool]:
    reading = read(asked, Utterance(said), now, closed)
    return (reading.value, reading.sure) if reading is not None else ("", False)


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("in ten minutes", "16:55"),
        ("could you call me back in about twenty five minutes please", "17:10"),
        ("in an hour", "17:45"),
        ("in half an hour or so", "17:15"),
        ("in a quarter of an hour", "17:00"),
        ("an hour and a half from now", "18:15"),
        ("in two and a half hours", "19:15"),
        ("in one hour", "17:45"),
        ("can somebody call me in half an hour", "17:15"),
        ("in a couple of hours", "18:45"),
        ("could someone call me back in a couple hours please", "18:45"),
        ("in ten minutes no in twenty minutes", "17:05"),
        ("sorry make that in an hour", "17:45"),
        ("and ten minutes", "16:55"),  # as recognisers write it
        ("could you call me back and an hour", "17:45"),
        ("would you call me back in and hours", "17:45"),
    ],
)
def test_it_is_a_time_today(said: str, time: str) -> None:
    assert found(TIME, said) == (time, True)
    assert found(DAY, said) == ("2026-12-02", True)


@pytest.mark.parametrize(
    "said", ["ten minutes", "three and ten minutes", "in a minute", "in thirty hours", "an hour ago", "within an hour"]
)
def test_nothing_else_is(said: str) -> None:
    assert found(DAY, said)[0] == ""
    assert found(TIME, said)[0] == ""


@pytest.mark.parametrize("said", ["in ten minutes i'm on the phone", "in ten minutes sorry please"])
def test_beside_other_words_it_is_not_sure(said: str) -> None:
    assert found(TIME, said) == ("16:55", False)


def test_who_takes_it_back_means_what_comes_behind() -> None:
    assert found(DAY, "in ten minutes no sorry tomorrow")[0] == "2026-12-03"
    assert found(TIME, "in ten minutes no sorry at five")[0] == "17:00"


def test_a_recogniser_of_times_that_hears_the_number_alone_changes_nothing() -> None:
    assert found(TIME, "in ten minutes", closed="in the ten") == ("16:55", True)


def test_it_may_be_tomorrow() -> None:
    night = datetime(2026, 12, 2, 23, 50)
    assert found(DAY, "in half an hour", night) == ("2026-12-03", True)
    assert found(TIME, "in half an hour", night) == ("00:20", True)


def test_a_time_that_is_too_late_is_refused() -> None:
    office = slot("time", between=["8:00", "17:00"])
    assert found(office, "in ten minutes") == ("16:55", True)
    assert found(office, "in half an hour") == ("", False)
    assert refuses(office, Utterance("in half an hour"), NOW)


def test_no_birthday_is() -> None:
    assert found(slot("date", past=True), "in ten minutes") == ("", False)
