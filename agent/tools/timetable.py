"""When appointments can begin, and how a time is said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from agent.speak.english_numbers import date as date_words
from agent.speak.english_numbers import time as time_words

SHOWN = 3
Spans = tuple[tuple[int, int], ...]  # begins and ends in minutes of the day


class Timetable(msgspec.Struct, frozen=True):
    """`open` is by weekday from Monday on. `at_once`: appointments that may begin together. `zone` is "" for this
    machine's. `otherwise`: when anybody is there on days, "2026-12-24" or "12-25" of every year, that are no usual
    ones."""

    open: tuple[Spans, ...]
    minutes: int
    at_once: int
    zone: str = ""
    otherwise: Mapping[str, Spans] = {}

    def times(self, day: date) -> tuple[time, ...]:
        """When an appointment of a day can begin, whoever has one already."""
        return tuple(
            time(begin // 60, begin % 60)
            for opens, closes in self._open(day)
            for begin in range(opens, closes - self.minutes + 1, self.minutes)
        )

    def _open(self, day: date) -> list[tuple[int, int]]:
        usual = sorted(self.open[day.weekday()])
        there = self.otherwise.get(f"{day:%Y-%m-%d}", self.otherwise.get(f"{day:%m-%d}"))
        if there is None:
            return usual
        return [(max(begin, opens), min(end, closes)) for begin, end in usual for opens, closes in sorted(there)]

    def local(self, now: datetime) -> datetime:
        """An aware time as the clock on the wall there shows it, without a zone."""
        return now.astimezone(ZoneInfo(self.zone) if self.zone else None).replace(tzinfo=None)


def spread(times: Sequence[time]) -> tuple[time, ...]:
    """Three of them at most, over the day: the first, one in the middle, and the last."""
    if len(times) <= SHOWN:
        return tuple(times)
    return times[0], times[len(times) // 2], times[-1]


def spoken_time(at: time) -> str:
    """15:30 -> "three thirty p m"; noon has a word."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    return time_words(at.hour % 12 or 12, at.minute, "a" if at.hour < 12 else "p")


def spoken_times(times: Sequence[time]) -> str:
    """Times as a choice: "nine a m, noon or three thirty p m"."""
    *first, last = map(spoken_time, times)
    return f"{', '.join(first)} or {last}" if first else last


def spoken_when(day: date, at: time) -> str:
    """ "Tuesday, December first at three thirty p m"."""
    return f"{day:%A}, {date_words(day.day, day.month)} at {spoken_time(at)}"
