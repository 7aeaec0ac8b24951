"""A moment by how far off it is: "in ten minutes", "an hour from now"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.date import spoken_date
from agent.slots.figures import figures
from agent.slots.reading import Reading
from agent.slots.time import spoken_time

FARTHEST = timedelta(hours=12)
_STEP = 5  # minutes, to which a moment is rounded up
_AHEAD = (
    r"(?:half an? hour|a half hour|(?:a )?quarter of an hour|(?P<one>an|1) hour and a half|"
    r"(?:a )?(?P<couple>couple)(?: of)? (?P<of>hours|minutes)|"
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
    "can could will would you somebody someone anybody anyone call ring phone me back again i'd i like to it's that's "
    "or today a"
)


def read_from_now(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The day or the time of it, `now` being that of the business; None for other words, and other slots."""
    if slot.kind not in (SlotKind.DATE, SlotKind.TIME):
        return None
    at, sure = _moment(said, now)
    if at is None:
        return None
    if slot.kind is SlotKind.DATE:
        return None if slot.past else Reading(at.date().isoformat(), spoken_date(at.date(), now.date()), sure=sure)
    clock = f"{at:%H:%M}"
    if slot.between is not None and not slot.between[0].zfill(5) <= clock <= slot.between[1].zfill(5):
        return None
    return Reading(clock, spoken_time(at.time()), sure=sure)


def _moment(said: Utterance, now: datetime) -> tuple[datetime | None, bool]:
    """The last one that is told, where nothing else was said behind it, and whether nothing else was said at all."""
    for back, version in enumerate(versions(said.text)):
        text = figures(version.split())
        found = next(filter(None, (pattern.search(text) for pattern in _PATTERNS)), None)
        if found is not None:
            ahead = _ahead(found)
            sure = set(f"{text[: found.start()]} {text[found.end() :]}".split()) <= _GLUE
            return (_rounded(now + ahead), sure and not back) if timedelta(0) < ahead <= FARTHEST else (None, False)
        if not set(text.split()) <= _GLUE:
            break
    return None, False


def _ahead(found: re.Match[str]) -> timedelta:
    if found["minutes"]:
        return timedelta(minutes=int(found["minutes"]))
    if found["couple"]:
        return timedelta(hours=2) if found["of"] == "hours" else timedelta(minutes=2)
    if found["hours"]:
        hours = int(found["hours"]) if found["hours"].isdecimal() else 1
        return timedelta(hours=hours, minutes=30 if found["half"] else 0)
    if found["one"]:
        return timedelta(minutes=90)
    return timedelta(minutes=15 if "quarter" in found[0] else 30)


def _rounded(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % _STEP, seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=_STEP if over else 0)
