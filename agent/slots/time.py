"""A time of day: what callers say for it, as patterns over figures, and which half of the day is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time

from num2words import num2words

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.days import WEEKDAYS
from agent.slots.figures import WORDS
from agent.slots.found import Found, meant
from agent.slots.hour import LATER, MORNING, plain
from agent.slots.plain import POLITE
from agent.slots.reading import Reading

NOON, MIDNIGHT = "noon", "midnight"
# Phrases tell the closed recogniser which words follow one another: "three in the", not "three and eight".
_PHRASES = (
    "at {}", "{} o'clock", "{} in the morning", "{} in the afternoon", "at {} in the morning", "at {} in the afternoon",
    "{} o'clock in the morning", "{} a m", "{} p m", "half past {}", "a quarter past {}", "a quarter to {}",
)  # fmt: skip
_MINUTES = (
    "oh five", "ten", "fifteen", "twenty", "twenty five", "thirty", "thirty five", "forty", "forty five", "fifty",
    "fifty five",
)  # fmt: skip
_BESIDE = tuple(f"{minutes} {side}" for minutes in ("five", "ten", "twenty", "twenty five") for side in ("past", "to"))
_HOURS = WORDS[1:13]
GRAMMAR = (
    *(phrase.format(hour) for phrase in _PHRASES for hour in _HOURS), *POLITE,
    *(f"{hour} {minutes}" for minutes in _MINUTES for hour in _HOURS),
    *(f"{beside} {hour}" for beside in _BESIDE for hour in _HOURS),
    *WORDS, *WEEKDAYS, "oh", "hundred", "hours", "o'clock", "half", "quarter", "a quarter", "past", "to", "after",
    "a m", "p m", "in", "the", "at", "on", "around", "morning", "afternoon", "evening", "night", "tonight", "tomorrow",
    "noon", "midday", "midnight", "no", "not", "or", "before", "from", "between", "and", "until", "i mean",
    "wait", "sorry", "how about", "let's say", "about",
)  # fmt: skip
_HALF = rf"(?: (?:o'clock ?)?(?P<half>{MORNING}|{LATER})\b)?"
_HOUR = r"(?P<hour>\d{1,2})"
_ALONE = r"(?<![\d] )(?<!oh )"  # not within a longer number
_END = r"(?! (?:\d|oh\b|hundred|thousand|percent|dollars?|people|persons|days?|weeks?|months?|years?|minutes?|of\b))\b"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<thirty>half) (?:past )?{_HOUR}{_HALF}{_END}",
        rf"\b(?:a )?(?P<minute>quarter|\d{{1,2}} minutes|5|10|20|25) (?P<to>past|after|to|till) {_HOUR}{_HALF}{_END}",
        rf"\b(?:a )?(?P<minute>quarter) (?P<to>of) {_HOUR}{_HALF}{_END}",
        rf"{_ALONE}\b(?P<zero>oh |0 )?{_HOUR} (?P<clock>hundred)(?: hours)?{_END}",
        rf"{_ALONE}\b(?P<zero>oh |0 ){_HOUR} (?P<minute>\d\d){_HALF}{_END}",
        rf"{_ALONE}\b{_HOUR} (?P<minute>oh \d|[1-5]\d){_HALF}{_END}",
        rf"{_ALONE}\b{_HOUR} o'clock{_HALF}",
        rf"{_ALONE}\b{_HOUR} (?P<half>{MORNING}|{LATER})\b",
        r"\b(?:12 )?(?P<name>noon|midday|midnight)\b",
        rf"\b(?P<lead>at|around|round|about|before|after|by|until|till|from|between|not) {_HOUR}{_END}",
    )
)
_BARE = re.compile(rf"{_ALONE}\b{_HOUR}{_END}")
# What may stand around an hour that is said alone; beside anything else it may count something.
_GLUE = listed(
    "it's its um how about not would be good is fine works work please maybe perhaps i guess think could we do let's "
    "say come can you day yes yeah okay ok then at the in or a well so better said if possible for on thanks thank "
    "instead rather prefer"
)
_DAYTIME = re.compile(r"\b(?:morning|afternoon|evening|night|tonight)\b")
_AFTERNOON = range(1, 8)  # hours that are after noon where nothing else is known
_TWELVE_HOURS = re.compile(r"[ap] ?m")
_TO = ("to", "till", "of")
_SMALL_HOURS = (12, 1, 2, 3, 4)  # of the night, before morning


def read_time(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The time that is meant, as far as the slot takes it."""
    del now
    bounds = [_clock(bound) for bound in slot.between or ()]
    for at, version in enumerate(versions(said.text)):
        text, clear = plain(version)
        found = list(_found(text, bounds))
        if found:
            only = meant(text, found)
            if only is None or (bounds and not bounds[0] <= _clock(only.value) <= bounds[1]):
                return None
            return Reading(only.value, spoken_time(_clock(only.value)), sure=only.sure and clear and at == 0)
    return None


def spoken_time(clock: time) -> str:
    """The time in words: "half past three in the afternoon"."""
    if (clock.hour, clock.minute) in ((0, 0), (12, 0)):
        return NOON if clock.hour else MIDNIGHT
    hour = num2words(clock.hour % 12 or 12)
    minute = str(num2words(clock.minute)).replace("-", " ")
    wording = {0: hour, 15: f"quarter past {hour}", 30: f"half past {hour}"}
    default = f"{hour} oh {minute}" if clock.minute < 10 else f"{hour} {minute}"
    return f"{wording.get(clock.minute, default)} {_part_of_day(clock.hour)}"


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 22:
        return "at night"
    if hour < 12:
        return "in the morning"
    return "in the afternoon" if hour < 18 else "in the evening"


def _found(text: str, bounds: list[time]) -> Iterator[Found]:
    taken = text
    for pattern in _PATTERNS:
        for match in pattern.finditer(taken):
            yield from _one(match, text, bounds)
        taken = pattern.sub(lambda match: "_" * len(match[0]), taken)
    rest = [word for word in taken.split() if not set(word) <= {"_"} and not word.isdigit()]
    if set(rest) <= _GLUE | {"morning", "afternoon", "evening", "night"}:
        for match in _BARE.finditer(taken):
            yield from _one(match, text, bounds)


def _one(match: re.Match[str], text: str, bounds: list[time]) -> Iterator[Found]:
    """The time of a match; none where there is no such time."""
    parts = match.groupdict()
    start = match.start("hour") if parts.get("lead") else match.start()
    if parts.get("name"):
        yield Found("00:00" if parts["name"] == MIDNIGHT else "12:00", start, match.end())
        return
    hour, minute = int(parts["hour"]), 30 if parts.get("thirty") else _minute(parts.get("minute") or "0")
    if parts.get("to") in _TO:
        hour, minute = (hour + 10) % 12 + 1 if hour <= 12 else hour - 1, 60 - minute
    half = parts.get("half") or ""
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (hour > 12 and _TWELVE_HOURS.fullmatch(half)):
        return
    later = _is_later(half, hour, text)
    exact = bool(parts.get("zero") or parts.get("clock"))
    whole = _of_day(hour, minute, later, exact, bounds)
    if whole is not None:
        clock, sure = whole
        like_to = hour == 22 and 0 < minute <= 12  # "twenty to eleven" is heard so
        yield Found(f"{clock:%H:%M}", start, match.end(), sure and not like_to)


def _of_day(hour: int, minute: int, later: bool | None, exact: bool, bounds: list[time]) -> tuple[time, bool] | None:
    """The time and whether it can be no other; None for a contradiction. `later`: after noon, None where nothing tells;
    `exact`: on a clock of 24 hours."""
    if exact or hour > 12 or hour == 0:
        clock = time(hour % 24, minute)
        return None if later is not None and later is not (clock.hour >= 12) else (clock, True)
    morning, evening = time(hour % 12, minute), time(hour % 12 + 12, minute)
    if later is not None:
        return (evening if later else morning), True
    fitting = [one for one in (morning, evening) if bounds and bounds[0] <= one <= bounds[1]]
    if len(fitting) == 1:
        return fitting[0], True
    return (evening if hour in _AFTERNOON or hour == 12 else morning), False


def _is_later(half: str, hour: int, text: str) -> bool | None:
    """Whether it is after noon, by what stands behind the hour, else by the only part of the day in the text."""
    named = {half} if half else set(_DAYTIME.findall(text))
    if len(named) != 1:
        return None
    part = named.pop()
    if part.endswith("night"):
        return hour not in _SMALL_HOURS
    return not (part == "morning" or re.fullmatch(MORNING, part))


def _minute(said: str) -> int:
    return 15 if said == "quarter" else int(re.sub(r"oh | minutes", "", said))


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
