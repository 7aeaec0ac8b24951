"""The mistakes that admins make in opening times: each is said where it is, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialplan.test_load import GOOD, findings

HOURS = "timezone: {zone}\nhours:\n  open: {{monday: {monday}}}\n  holidays:\n    - {{date: {date}}}\n"
ANSWER = "    answer: We open at seven.\n    key: at seven\n"


def hours(zone: str = "Europe/Berlin", monday: str = '"9:00-18:00"', date: str = '"12-25"') -> str:
    return GOOD + HOURS.format(zone=zone, monday=monday, date=date)


def test_hours_as_they_should_be_have_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, hours()) == []
    assert findings(tmp_path, hours(zone="Etc/UTC")) == []
    assert findings(tmp_path, hours(monday='["01:00-5:00", "5:00-13:00"]')) == []  # a bakery
    shown = hours().replace(ANSWER, "    answer: '{hours}'\n    closed: We're closed.\n")
    assert findings(tmp_path, shown) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (hours(zone="New York"), '14:11: "New York" is no time zone; did you mean "America/New_York"?'),
        (hours(zone="Berlin"), '14:11: "Berlin" is no time zone; did you mean "Europe/Berlin"?'),
        *(
            (
                hours(zone=zone),
                f'14:11: "{zone}" names no place, so its summer time is not known; write that of a place, such as '
                '"America/New_York"',
            )
            for zone in ("EST", "Factory", "Etc/GMT+5")
        ),
        (hours(zone="GMT+1"), '14:11: "GMT+1" is no time zone; write one such as "America/New_York"'),
        (hours(monday="8-18"), '16:18: "8-18" is no time from and to; write "8:00-18:00"'),
        (hours(monday='"8am - 6:30 pm"'), '16:18: "8am - 6:30 pm" is no time from and to; write "8:00-18:30"'),
        (
            hours(monday='"8:00 - 12:00, 14:00 - 18:00"'),
            '16:18: "8:00 - 12:00, 14:00 - 18:00" is no time from and to; write ["8:00-12:00", "14:00-18:00"]',
        ),
        (
            hours(monday='"8:00-25:00"'),
            '16:18: "8:00-25:00" is no time from and to; write it like "9:00-17:30", or leave out a day that is closed',
        ),
        (
            hours(monday='["8:00-12:00", "1:00-5:00"]'),
            '16:33: "1:00-5:00" is in the night; if that is the afternoon, write "13:00-17:00", else "01:00-5:00"',
        ),
        (
            hours(monday="nine"),
            '16:18: "nine" is no time from and to; write it like "9:00-17:30", or leave out a day that is closed',
        ),
        (
            hours(monday='"22:00-6:00"'),
            '16:18: "22:00-6:00" ends before it begins; five in the afternoon is 17:00, and a night is '
            '"22:00-24:00" and "0:00-6:00"',
        ),
        (
            hours(monday="no"),
            '16:18: "no" is no time from and to; write it like "9:00-17:30", or leave out a day that is closed',
        ),
        (
            hours(monday="9"),
            '16:18: "9" can\'t be used; write from and to, "9:00-17:30", or leave out a day that is closed',
        ),
        (
            hours(monday='["9:00-12:00", "11:00-13:00"]'),
            '16:33: "11:00-13:00" overlaps with another time of the day; join them',
        ),
        (
            hours(date='"02-30"'),
            '18:14: there is no day "02-30"; write year, month and day: "2026-12-25", or "12-25"',
        ),
        (
            hours(date='"25.12."'),
            '18:14: "25.12." can\'t be used; a day is year, month and day, in quotes: "2026-12-25", or "12-25"',
        ),
        (
            hours() + '    - {date: "12-25"}\n',
            '19:14: "12-25" is here already, in line 18; remove one',
        ),
        (
            GOOD.replace(ANSWER, "    answer: '{hours}'\n"),
            '8:13: "{hours}" is filled from "hours", which is missing; write it',
        ),
        (
            GOOD.replace(ANSWER, f"{ANSWER}    closed: We're closed.\n"),
            '10:5: it is not known when the business is closed; write "hours"',
        ),
    ],
)
def test_a_mistake_is_said_where_it_is_with_its_remedy(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]
