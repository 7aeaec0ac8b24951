"""The days and times of a week as people type them: "mon-fri 9-12 and 13-17, sat 9-12". Pure."""

from __future__ import annotations

import re

from agent.dialplan.calendar import Weekday
from agent.interview.answers import Week

EXAMPLE = "mon-fri 9:00-17:00, sat 9:00-12:00"
_DAYS = list(Weekday)
_PART = re.compile(r"([a-z]+)\.?(?:\s*(?:-|–|to)\s*([a-z]+)\.?)?\s+(\d.*)")
_FULL_HOUR = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:.])")


def week(typed: str) -> Week:
    """The times by weekday, in the order of the week. Raises ValueError with what is wrong and what would be right."""
    times: dict[Weekday, list[str]] = {}
    for part in filter(None, (part.strip() for part in typed.lower().split(","))):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f'"{part}" is no day and time; write it like "{EXAMPLE}"')
        first, last, said = found.groups()
        spans = [_FULL_HOUR.sub(r"\1:00", re.sub(r"\s*([-–])\s*", r"\1", span)) for span in _spans(said)]
        for day in _between(_day(first), _day(last or first)):
            times.setdefault(day, []).extend(spans)
    return {day.value: tuple(times[day]) for day in _DAYS if day in times}


def _spans(said: str) -> list[str]:
    return [span.strip() for span in re.split(r"\band\b|&|;", said) if span.strip()]


def _day(said: str) -> Weekday:
    fits = [day for day in _DAYS if len(said) > 1 and day.value.startswith(said.removesuffix("s") or said)]
    if len(fits) != 1:
        raise ValueError(f'"{said}" is no weekday; write it like "mon" or "monday"')
    return fits[0]


def _between(first: Weekday, last: Weekday) -> list[Weekday]:
    begin, end = _DAYS.index(first), _DAYS.index(last)
    return _DAYS[begin : end + 1] if begin <= end else [*_DAYS[begin:], *_DAYS[: end + 1]]
