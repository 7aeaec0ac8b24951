"""Appointments of an interview: the piece of a dialplan that makes them, with the business's days and hours in it."""

from __future__ import annotations

from datetime import time
from typing import Any

from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from agent.dialplan.opening import span
from agent.interview.answers import Week
from agent.interview.pieces import piece
from agent.slots.time import spoken_time

_LAST = 24 * 60 - 1  # minute of a day


def appointments(open_: Week, book: str, zone: str) -> dict[str, Any]:
    """The sections by key. `book` is the file of the appointment book; `zone`: the time zone, "" for this machine's.
    Spans that are none are left to the checker."""
    made = piece("appointments")
    spans = [one for texts in open_.values() for text in texts if (one := span(text)) is not None] or [(0, _LAST)]
    between = [_clock(min(begin for begin, _ in spans)), _clock(min(_LAST, max(end for _, end in spans)))]
    for slot in made["slots"]:
        if slot["kind"] == "time":
            slot["between"] = [Quoted(clock) for clock in between]  # of its own: a list that is shared is an anchor
    made["calendar"] = {
        "open": {day: [Quoted(text) for text in texts] for day, texts in open_.items()},
        "minutes": 30,
        "at_once": 1,
        **({"timezone": zone} if zone else {}),
        "file": book,
    }
    day, at = next(iter(open_)), spans[0][0]
    words = {"WEEKDAY": day, "TIME": spoken_time(time(at // 60, at % 60))}
    for turn in made["tests"][0]["turns"]:
        turn["caller"] = words.get(turn["caller"].split()[0], turn["caller"])
    return made


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
