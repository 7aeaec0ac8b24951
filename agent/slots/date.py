"""A day of the calendar: what our own grammar of dates finds, and whether a second parser agrees."""

from __future__ import annotations

import re
from datetime import date, datetime

from num2words import num2words

from agent.dialplan.slots import Slot
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.date_grammar import dates
from agent.slots.days import MONTHS, WEEKDAYS
from agent.slots.figures import ORDINALS, WORDS, figures
from agent.slots.found import Found, meant
from agent.slots.reading import Reading
from agent.slots.second_opinion import second_opinion

_FORCE = re.compile(rf"\b(the|{'|'.join(MONTHS)}) force\b")  # how a "fourth" is heard
_FOURTH = re.compile(r"\b(?:force|forth)\b")  # as words, they may be no day
_LOOSE = re.compile(r" (?:the|of|before|after|a)\b")  # behind a day: something of it was not understood
_YEAR_NEEDED = 300  # days ahead from which a date without its year could be misunderstood
_NAMED = re.compile(rf"(?:{'|'.join(WEEKDAYS)}) (?:the )?(?:\d|(?:{'|'.join(MONTHS)})\b)")
_NUMBERS = (*ORDINALS, *(f"twenty {word}" for word in ORDINALS[:9]), "thirty first")
GRAMMAR = (
    *MONTHS, *WEEKDAYS, *ORDINALS, *(f"the {number}" for number in _NUMBERS), *WORDS,
    "oh", "hundred", "thousand", "today", "tomorrow", "yesterday", "tonight",
    "christmas", "eve", "the", "of", "on", "in", "a", "and", "from", "after", "before", "next", "this", "last",
    "coming", "ago", "day", "days", "week", "weeks", "month", "months", "year", "years", "no", "not", "or", "any",
    "every", "but", "between", "to", "until", "i mean", "wait", "sorry", "it's", "i was born on", "my birthday is",
    "how about", "can i come", "let's say", "i'd like", "please", "thanks", "thank you",
)  # fmt: skip


def read_date(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The day that is meant, as far as the slot takes it."""
    today = now.date()
    for at, version in enumerate(versions(said.text)):
        text = figures(_FORCE.sub(r"\1 fourth", version).split())
        found = dates(text, today, slot.past)
        if found:
            only = meant(text, found)
            clear = at == 0 and not _FOURTH.search(version)
            return _reading(slot, text, only, now, clear) if only is not None and only.value else None
    return None


def spoken_date(day: date, today: date) -> str:
    """The day in words; with its weekday where it is near, else with its year."""
    number = num2words(day.day, to="ordinal").replace("-", " ")
    month = MONTHS[day.month - 1].capitalize()
    if 0 <= (day - today).days < _YEAR_NEEDED:
        return f"{WEEKDAYS[day.weekday()].capitalize()}, {month} {number}"
    return f"{month} {number}, {_spoken_year(day.year)}"


def _spoken_year(year: int) -> str:
    return str(num2words(year, to="year")).replace("-", " ")


def _reading(slot: Slot, text: str, only: Found, now: datetime, clear: bool) -> Reading | None:
    day, today = date.fromisoformat(only.value), now.date()
    if (slot.past and day > today) or (slot.future and day < today):
        return None
    words = text[only.start : only.end]
    agreed = bool(_NAMED.match(words)) or second_opinion(words, now) == day  # a weekday bears out the number
    sure = only.sure and agreed and clear and not _LOOSE.match(text[only.end :])
    return Reading(only.value, spoken_date(day, today), sure=sure)
