"""A moment by how far off it is: "in ten minutes", "an hour from now"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.date import spoken_date
from agent.slots.figures import figures
from agent.slots.reading import Reading
from agent.slots.time import spoken_time

FARTHEST = timedelta(hours=12)
_STEP = 5  # minutes, to which a moment is rounded up
_AHEAD = (
    r"(?:half an? hour|a half hour|(?:a )?quarter of an hour|(?P<one>an|1) hour and a half|"
    r"(?P<hours>an|and|\d{1,2})(?P<half> and a half)? hours?|(?P<minutes>\d{1,3}) minutes?)"
)
# "In" is heard as "and", and "an" too.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:\bin|^and|\b(?:me|back|again) and) (?:about |around |maybe |like |say )?{_AHEAD}\b",
        rf"\b{_AHEAD} from now\b",
    )
)
# What may stand beside it where nothing else is meant.
_GLUE = listed(
    "well oh so but just then please thanks thank you yes yeah okay maybe about say let's how would be fine good great "
    "can could will you call ring phone me back again i'd i like to it's that's or today a"
)


def read_from_now(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The day or the time of it, `now` being that of the business; None for other words, and other slots."""
    if slot.kind not in (SlotKind.DATE, SlotKind.TIME):
        return None
    text = figures(said.words)
    found = next(filter(None, (pattern.search(text) for pattern in _PATTERNS)), None)
    ahead = _ahead(found) if found is not None else None
    if found is None or ahead is None or not timedelta(0) < ahead <= FARTHEST:
        return None
    at = _rounded(now + ahead)
    sure = set(f"{text[: found.start()]} {text[found.end() :]}".split()) <= _GLUE
    if slot.kind is SlotKind.DATE:
        return None if slot.past else Reading(at.date().isoformat(), spoken_date(at.date(), now.date()), sure=sure)
    clock = f"{at:%H:%M}"
    if slot.between is not None and not slot.between[0].zfill(5) <= clock <= slot.between[1].zfill(5):
        return None
    return Reading(clock, spoken_time(at.time()), sure=sure)


def _ahead(found: re.Match[str]) -> timedelta | None:
    if found["minutes"]:
        return timedelta(minutes=int(found["minutes"]))
    if found["hours"]:
        hours = int(found["hours"]) if found["hours"].isdecimal() else 1
        return timedelta(hours=hours, minutes=30 if found["half"] else 0)
    if found["one"]:
        return timedelta(minutes=90)
    return timedelta(minutes=15 if "quarter" in found[0] else 30)


def _rounded(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % _STEP, seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=_STEP if over else 0)
