"""When appointments can begin, and how a time is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from agent.tools.timetable import Timetable, spoken_time, spoken_times, spoken_when, spread

MONDAY = date(2026, 11, 30)
TABLE = Timetable(((), ((840, 930), (540, 630)), (), (), (), (), ()), minutes=45, at_once=1)


def times(*texts: str) -> tuple[time, ...]:
    return tuple(map(time.fromisoformat, texts))


def test_appointments_begin_one_after_the_other_while_one_fits() -> None:
    assert TABLE.times(date(2026, 12, 1)) == times("09:00", "09:45", "14:00", "14:45")
    assert TABLE.times(MONDAY) == ()


def test_on_a_holiday_appointments_are_within_its_times() -> None:
    otherwise = {"12-01": ((0, 600), (840, 900)), "2027-12-07": ()}
    table = Timetable(TABLE.open, 45, 1, otherwise=otherwise)
    assert table.times(date(2026, 12, 1)) == times("09:00", "14:00")
    assert table.times(date(2026, 12, 8)) == TABLE.times(date(2026, 12, 1))
    assert table.times(date(2027, 12, 7)) == ()


def test_the_clock_is_that_of_the_zone() -> None:
    zoned = Timetable(TABLE.open, 45, 1, "America/New_York")
    assert zoned.local(datetime(2026, 12, 1, 2, 30, tzinfo=UTC)) == datetime(2026, 11, 30, 21, 30)


@pytest.mark.parametrize(
    ("all_of_them", "shown"),
    [
        ((), ()),
        (("09:00", "10:00"), ("09:00", "10:00")),
        (("09:00", "10:00", "11:00", "12:00", "13:00"), ("09:00", "11:00", "13:00")),
    ],
)
def test_three_at_most_are_shown_over_the_day(all_of_them: tuple[str, ...], shown: tuple[str, ...]) -> None:
    assert spread(times(*all_of_them)) == times(*shown)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("00:00", "twelve a m"),
        ("09:05", "nine oh five a m"),
        ("12:00", "noon"),
        ("12:30", "twelve thirty p m"),
        ("15:00", "three p m"),
    ],
)
def test_times_are_said_in_words(at: str, said: str) -> None:
    assert spoken_time(time.fromisoformat(at)) == said


def test_a_choice_and_an_appointment_are_said_in_words() -> None:
    assert spoken_times(times("09:00")) == "nine a m"
    assert spoken_times(times("09:00", "12:00", "15:30")) == "nine a m, noon or three thirty p m"
    assert spoken_when(date(2026, 12, 1), time(15, 30)) == "Tuesday, December first at three thirty p m"
