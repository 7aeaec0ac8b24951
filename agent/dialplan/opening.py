"""Opening times as an admin writes them: "9:00-18:00", in the hours of a day. Pure."""

from __future__ import annotations

import re

_SPAN = re.compile(r"\s*(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})\s*")
_DAY = 24 * 60
_LOOSE = re.compile(
    r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?\s*(?:-|–|to|til|till|until)\s*"
    r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?\s*",
    re.IGNORECASE,
)
_AND = re.compile(r",|;|&|\band\b")
_NIGHT = range(60, 6 * 60)  # minutes of the day in which hardly anything opens


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


def meant(text: str) -> list[str]:
    """The times that a text most likely is which is none: "8am-6pm", "8-12, 14-18"; empty where it is nothing alike."""
    times = [_meant(one) for one in _AND.split(text)]
    return times if all(span(one) for one in times) else []


def afternoon(text: str) -> str:
    """The time half a day later, for one that is in the night as it stands and has no zero before its hour; "" for
    any other."""
    found = span(text)
    if found is None or found[0] not in _NIGHT or found[1] > _DAY // 2 or text.strip().startswith("0"):
        return ""
    return "-".join(f"{minutes // 60}:{minutes % 60:02d}" for minutes in (at + _DAY // 2 for at in found))


def _meant(text: str) -> str:
    found = _LOOSE.fullmatch(text)
    if found is None:
        return ""
    begin, begin_minute, begin_half, end, end_minute, end_half = found.groups()
    return f"{_hour(begin, begin_half)}:{begin_minute or '00'}-{_hour(end, end_half)}:{end_minute or '00'}"


def _hour(hour: str, half: str | None) -> int:
    return int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
