"""A street address, loosely: a house number and a street."""

from __future__ import annotations

import re
from datetime import datetime

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.digits import digits_of, spell
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.reading import Reading

_LEAD = re.compile(
    r"^(?:(?:yes|yeah|well|so|oh|okay) )*"
    r"(?:it's |it is |that's |i live (?:at|on|in) |i'm at |at |(?:my|the) address is )?"
)
_TAIL = re.compile(r" (?:please|thanks|thank you)$")
_STREET = listed(
    "street avenue road drive lane court place boulevard way square terrace circle parkway highway trail alley "
    "crescent close row walk"
)
_NUMBERS = frozenset((*WORDS, "oh", "hundred", "double", "triple"))
_UNITS = listed("apartment suite unit floor number flat room building")
_NO_ADDRESS = listed("i you don't know want need what why how near")
_LONGEST = 14  # words


def read_address(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The address as it is written; sure with a house number and a street."""
    del slot, now
    for at, version in enumerate(versions(said.text)):
        words = _TAIL.sub("", _LEAD.sub("", version, count=1)).split()
        written = _written(words)
        named = [word for word in words if word not in _NUMBERS]
        street = any(word in _STREET for word in named[1:])
        numbered = bool(written) and written[0].isdigit()
        if (street or (numbered and named)) and not set(words) & _NO_ADDRESS and len(words) <= _LONGEST:
            address = " ".join(word.capitalize() for word in written)
            return Reading(address, _spoken(written), sure=street and numbered and at == 0)
    return None


def _written(words: list[str]) -> list[str]:
    """The words with the house number, and that of a flat, in digits."""
    written: list[str] = []
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end] in _NUMBERS:
            end += 1
        counts = end > at and (at == 0 or words[at - 1] in _UNITS)
        written += [digits_of(Utterance(" ".join(words[at:end])))] if counts else [words[at]]
        at = end if counts else at + 1
    return written


def _spoken(written: list[str]) -> str:
    return " ".join(spell(word).replace(",", "") if word.isdigit() else word.capitalize() for word in written)
