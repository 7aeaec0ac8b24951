from __future__ import annotations

import pytest

from agent.dialplan.calendar import Weekday
from agent.interview.week import week

WORKDAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ("9:00-17:00",))


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ("mon 9:00-17:00", {"monday": ("9:00-17:00",)}),
        ("Mon-Tue 9-12 and 13:30 - 17", dict.fromkeys(("monday", "tuesday"), ("9:00-12:00", "13:30-17:00"))),
        ("saturdays 9-12, fri. 8.30-9", {"friday": ("8.30-9:00",), "saturday": ("9:00-12:00",)}),
        ("sat to mon 10-11", dict.fromkeys(("monday", "saturday", "sunday"), ("10:00-11:00",))),
        ("mon 9-10, mon 11-12", {"monday": ("9:00-10:00", "11:00-12:00")}),
        ("mon 9am-5pm", {"monday": ("9:00-17:00",)}),
        ("mon from 9 a.m. to noon & 1:30 PM – midnight", {"monday": ("9:00-12:00", "13:30-24:00")}),
        ("mon: 12am-12pm", {"monday": ("0:00-12:00",)}),
        ("wed through thurs 10 until 11", dict.fromkeys(("wednesday", "thursday"), ("10:00-11:00",))),
        ("mon, wed and fri 9-10", dict.fromkeys(("monday", "wednesday", "friday"), ("9:00-10:00",))),
        ("mon 9-12, 13-17, tue 9-10", {"monday": ("9:00-12:00", "13:00-17:00"), "tuesday": ("9:00-10:00",)}),
        ("on weekends 9-10", dict.fromkeys(("saturday", "sunday"), ("9:00-10:00",))),
        ("weekdays 9-10", dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ("9:00-10:00",))),
        ("every day 0-24", dict.fromkeys(Weekday, ("0:00-24:00",))),
        ("Mon–Fri: 9–17; Sat 10–13", WORKDAYS | {"saturday": ("10:00-13:00",)}),
        ("mon-fri 9-17 and sat 10am-1pm", WORKDAYS | {"saturday": ("10:00-13:00",)}),
        ("Monday to Friday 9:00 - 17:00 Saturday 10-13", WORKDAYS | {"saturday": ("10:00-13:00",)}),
        ("mon-fri 9-17, sat & sun closed", WORKDAYS),
        ("closed on sundays, mon-fri 9-17", WORKDAYS),
        ("mon-sat 9-17, sat closed", WORKDAYS),
        ("closed on saturdays, mon-sat 9-17", WORKDAYS),
        ("mon-fri 9-17, sat, sun closed", WORKDAYS),
        ("mon 22-24 and 0-6", {"monday": ("22:00-24:00", "0:00-6:00")}),
        (
            "mon 1am-5am, tue 05-12, wed 9-5pm",
            {"monday": ("1:00-5:00",), "tuesday": ("05:00-12:00",)} | {"wednesday": ("9:00-17:00",)},
        ),
        ("mon 9-5", {"monday": ("9:00-17:00",)}),
        ("mon 8 til 6:30", {"monday": ("8:00-18:30",)}),
        ("mon 8'til 6pm, tue 8am-6", {"monday": ("8:00-18:00",), "tuesday": ("8:00-18:00",)}),
        (
            "mon 7-7, tue 12-5, wed 10.30-4",
            {"monday": ("7:00-19:00",), "tuesday": ("12:00-17:00",)} | {"wednesday": ("10.30-16:00",)},
        ),
        ("mon 9 o'clock to 5 o'clock, tue 9h-17h", {"monday": ("9:00-17:00",), "tuesday": ("9:00-17:00",)}),
        ("mon 08.00 - 18.00 Uhr", {"monday": ("08.00-18.00",)}),
        (
            "mon 22-6, tue 8am-6am, wed 9-12",
            {"monday": ("22:00-6:00",), "tuesday": ("8:00-6:00",)} | {"wednesday": ("9:00-12:00",)},
        ),  # nights, which are said to be none
        ("24/7", dict.fromkeys(Weekday, ("0:00-24:00",))),
        ("", {}),
        (" , ", {}),
    ],
)
def test_days_and_times_as_people_type_them(typed: str, times: dict[str, tuple[str, ...]]) -> None:
    assert week(typed) == times
    assert list(week(typed)) == list(times)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("9-17", '"9-17" is no day and time; write it like'),
        ("monday", '"monday" is no day and time'),
        ("sat, sun", '"sun" is no day and time'),
        (
            "closed on holidays",
            '"closed on holidays" names no weekday; leave it out: holidays are a question of their own',
        ),
        ("mon 9-17, closed xmas", '"closed xmas" names no weekday'),
        ("t 9-17", '"t" is no weekday; write it like "mon" or "monday"'),
        ("mon-dey 9-17", '"dey" is no weekday'),
        ("s 9-17", '"s" is no weekday'),
        ("mon-fri 9-12, 1-5", '"1-5" may be in the morning or in the afternoon; write five in the afternoon as 17:00'),
        ("mon 8-12 and 2-6", '"2-6" may be in the morning or in the afternoon'),
        ("mon 1:30-5:30", '"1:30-5:30" may be in the morning or in the afternoon'),
        ("mon 1-5pm", '"1-5pm" may be in the morning or in the afternoon'),
        ("mon 9-12, 6-10", '"6:00-10:00" is before "9:00-12:00"; write the times of a day in order, and write five'),
    ],
)
def test_what_is_no_day_or_time_is_said(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("(", r"\(")):
        week(typed)
