from __future__ import annotations

import re

import pytest

from agent.interview.holidays import holidays


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("Christmas Day, new year's eve", {"12-25": "Christmas Day", "12-31": "New Year's Eve"}),
        ("christmas eve and christmas", {"12-24": "Christmas Eve", "12-25": "Christmas Day"}),
        ("Dec 25; 4 July, the 1st of May", {"12-25": "", "07-04": "", "05-01": ""}),
        ("12-25, 2027-05-14, May 3 2028", {"12-25": "", "2027-05-14": "", "2028-05-03": ""}),
        ("Dec 24, 25 and 26", {"12-24": "", "12-25": "", "12-26": ""}),
        ("Dec 24-26", {"12-24": "", "12-25": "", "12-26": ""}),
        ("Dec 30 to Jan 1", {"12-30": "", "12-31": "", "01-01": ""}),
        ("Dec 31 2026 - Jan 1 2027", {"2026-12-31": "", "2027-01-01": ""}),
        ("Company party: Dec 12", {"12-12": "Company party"}),
        ("Market day Mar 3, Feb 29", {"03-03": "Market day", "02-29": ""}),
        ("Dec 24, Dec 24 (Christmas Eve)", {"12-24": "Christmas Eve"}),
        ("from Dec 28 to 30", {"12-28": "", "12-29": "", "12-30": ""}),
        ("we're closed on Dec 28; Christmas Eve 12-24", {"12-28": "", "12-24": "Christmas Eve"}),
        ("Dec 31 to Jan 1 2027", {"2026-12-31": "", "2027-01-01": ""}),
        ("Summer: Aug 1-2 2027", {"2027-08-01": "Summer", "2027-08-02": "Summer"}),
        ("xmas, closed xmas eve", {"12-25": "Christmas Day", "12-24": "Christmas Eve"}),
        ("none", {}),
        ("", {}),
    ],
)
def test_days_as_people_type_them(typed: str, days: dict[str, str]) -> None:
    assert holidays(typed) == days


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Easter", '"Easter" is on another day each year; write its date with the year, such as 2027-05-14'),
        ("dec 25, whit monday", '"whit monday" is on another day each year'),
        ("all public holidays", '"all public holidays" are not the same everywhere; name each of them, like "Christ'),
        ("25.12.", '"25.12." is no day'),
        ("12/25", '"12/25" is no day'),
        ("25", '"25" is no day'),
        ("Feb 30", 'there is no such day as "Feb 30"; write it like'),
        ("2026-02-30", 'there is no such day as "2026-02-30"'),
        ("Jan 2 to Dec 30", '"Jan 2 to Dec 30" is not 31 days or fewer'),
        ("Dec 40-41", 'there is no such day as "Dec 40-41"'),
        ("Feb 27 2027 to Feb 29", 'there is no such day as "Feb 27 2027 to Feb 29"'),
        ("Dec 31 2027 - Jan 1 2027", '"Dec 31 2027 - Jan 1 2027" ends before it begins'),
        ("Christmas Eve 9-12", '"Christmas Eve 9-12" is not a whole day; name the days here on which you\'re closed'),
        ("Christmas Eve until noon", '"Christmas Eve until noon" is not a whole day'),
        ("Dec 31 until noon", '"Dec 31 until noon" is not a whole day'),
        ("Dec 24 half day", '"Dec 24 half day" is not a whole day'),
        ("Dec 24 9-12", '"Dec 24 9-12" is not a whole day'),
        ("Dec 24 from 9am", '"Dec 24 from 9am" is not a whole day'),
    ],
)
def test_what_is_no_day_is_said(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        holidays(typed)
