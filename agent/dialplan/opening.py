"""Opening times as an admin writes them: "9:00-18:00", in the hours of a day. Pure."""

from __future__ import annotations

import re

_SPAN = re.compile(r"\s*(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})\s*")
_DAY = 24 * 60


def span(text: str) -> tuple[int, int] | None:
    """Begin and end in minutes of the day, the begin before the end; None where the text is no such thing. The end may
    be 24:00."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    begin_hour, begin_minute, end_hour, end_minute = (int(part) for part in found.groups())
    begin, end = 60 * begin_hour + begin_minute, 60 * end_hour + end_minute
    good = begin_minute < 60 and end_minute < 60 and begin < end <= _DAY
    return (begin, end) if good else None
