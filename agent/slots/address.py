"""A street address, loosely: a house number and a street."""

from __future__ import annotations

import re
from datetime import datetime

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.digits import SCALES, digits_of, spell, whole_number
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import ORDINALS, WORDS
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
_OH = ("oh", "o")
_NUMBERS = frozenset((*WORDS, "oh", *SCALES, "double", "triple"))
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_FIRST_TO_NINTH = ORDINALS[:9]
_TENTHS = listed("fortieth fiftieth sixtieth seventieth eightieth ninetieth")
_SCALED = listed("hundredth thousandth mile")  # "five hundredth", "eight mile road"
_LIKE_DIGITS = listed("to too for fore won ate")
_UNITS = listed("apartment suite unit floor number flat room building")
_ON_THE_WAY = listed(  # "two doors down the road" is told from somewhere
    "the and from past on of over up in by to left right behind opposite next door doors house houses block blocks "
    "yards feet miles minutes cars can"
)
_NO_ADDRESS = listed("i you don't know want need what why how near")
_LONGEST = 14  # words


def read_address(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The address as it is written; sure with a house number and a street."""
    del slot, now
    for at, version in enumerate(versions(said.text)):
        words = _TAIL.sub("", _LEAD.sub("", version, count=1)).split()
        written, clear = _written(words)
        named = [word for word in words if word not in _NUMBERS]
        street = any(word in _STREET for word in named[1:])
        numbered = bool(written) and written[0].isdigit()
        if (street or (numbered and named)) and not set(words) & _NO_ADDRESS and len(words) <= _LONGEST:
            address = " ".join(word.capitalize() for word in written)
            sure = street and numbered and clear and at == 0 and not set(written) & _ON_THE_WAY
            return Reading(address, _spoken(written), sure)
    return None


def _written(words: list[str]) -> tuple[list[str], bool]:
    """The words with the house number, and that of a flat, in digits; and whether it is clear where each one ends."""
    written: list[str] = []
    clear, at = True, 0
    while at < len(words):
        end = at
        while end < len(words) and (words[end] in _NUMBERS or _joins(words, end) or (end > at and _is_oh(words, end))):
            end += 1
        number = _number(words[at:end]) if at == 0 or words[at - 1] in _UNITS else ""
        written += [number or words[at]]
        clear = clear and not (number and _goes_on(words, end))
        at = end if number else at + 1
    return written, clear


def _joins(words: list[str], at: int) -> bool:
    """Whether it is the "and" of "one hundred and one"."""
    return (
        words[at] == "and"
        and at > 0
        and words[at - 1] in SCALES
        and bool(_NUMBERS.intersection(words[at + 1 : at + 2]))
    )


def _is_oh(words: list[str], at: int) -> bool:
    """Whether it is the zero of "one o five", and not a letter as in "five o street"."""
    return words[at] == "o" and not _STREET.intersection(words[at + 1 : at + 2])


def _goes_on(words: list[str], end: int) -> bool:
    """Whether a number that ends before `end` may end elsewhere: "three hundred forty second street" is 340 Second or
    300 Forty Second Street, "one hundred tenth street" may have no house number, and "one o connell street" no zero."""
    last, after = words[end - 1], words[end] if end < len(words) else ""
    if last in _OH or after in _SCALED | _LIKE_DIGITS:
        return True
    if last in SCALES:
        return after in ORDINALS or after in _TENTHS
    return last in _TENS and after in _FIRST_TO_NINTH


def _number(words: list[str]) -> str:
    """The digits of a house number; "" for none."""
    if not set(words) & set(SCALES):
        return digits_of(Utterance(" ".join(words)))
    spoken = [word for at, word in enumerate(words) if word not in _OH or words[at - 1] not in SCALES]
    return whole_number(spoken)


def _spoken(written: list[str]) -> str:
    return " ".join(spell(word).replace(",", "") if word.isdigit() else word.capitalize() for word in written)
