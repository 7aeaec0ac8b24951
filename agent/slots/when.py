"""Whether words are a day or a time and nothing else, "tomorrow" or "at ten": who says them gives no name."""

from __future__ import annotations

from collections.abc import Sequence

from agent.listen.wording import listed
from agent.slots.date import GRAMMAR as DATES
from agent.slots.days import MONTHS, WEEKDAYS
from agent.slots.figures import WORDS
from agent.slots.time import GRAMMAR as TIMES

_EVERY = frozenset(" ".join((*DATES, *TIMES)).split())
_NAMED = listed("today tomorrow yesterday tonight week o'clock noon midday morning afternoon")
_TELLING = _NAMED | frozenset((*WEEKDAYS, *WORDS))  # may and june are names


def is_when(words: Sequence[str]) -> bool:
    """Whether they are. A weekday alone may be a name, and so may what begins with a month: "friday", "may second"."""
    named = (len(words) == 1 and words[0] in WEEKDAYS) or (words and words[0] in MONTHS)
    return not named and set(words) <= _EVERY and not _TELLING.isdisjoint(words)
