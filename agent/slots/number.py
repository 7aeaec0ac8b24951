"""A run of digits: a telephone number, or a number of a length that the slot tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.digits import GRAMMAR as DIGITS
from agent.reply.digits import digits_of, spell
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.reading import Reading

GRAMMAR = DIGITS
_CLEAR = frozenset((*DIGITS, "nought"))
_HOMOPHONES = listed("o to too for fore won tree ate niner fife naught nil treble hundred thousand")
_DIGIT_WORDS = frozenset((*WORDS, *_CLEAR, *_HOMOPHONES))
_JOINTS = frozenset(("and", "then", "dash", "area", "code", "space"))  # within a number
_OTHERWISE = re.compile(r"\b(?:extension|ends (?:in|with|on))\b")  # no number in itself
_TELEPHONE = (7, 10, 11)  # digits of a North American number
_KNOW = re.compile(r"\bknow\b")  # how a "no" before the right number is heard
_RUN = 3  # digits from which a run is a number in itself
_BESIDE = listed("it's it is my the number begins starts with that's and please digits")  # a shorter one
_LED_IN = listed("phone cell telephone home work mobile no yes sure well you can reach me at call on thanks thank")
_UNWRITTEN = {"to": "two", "too": "two", "for": "four"}  # where nothing but digits was said


def read_number(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The digits that were said; not `whole` where more must come."""
    del now
    if _OTHERWISE.search(said.text):
        return None
    for at, version in enumerate(versions(_KNOW.sub("no", said.text))):
        words = tuple(version.split())
        digits, clear = _digits(words)
        if digits:
            return _reading(slot, digits, sure=clear and at == 0)
    return None


def _reading(slot: Slot, digits: str, sure: bool) -> Reading | None:
    fewest, most = slot.lengths
    if len(digits) > most:
        return None
    usual = slot.kind is not SlotKind.PHONE or slot.digits is not None or len(digits) in _TELEPHONE
    whole = len(digits) >= fewest
    return Reading(digits, spell(digits), sure and usual and whole, whole)


def _digits(words: tuple[str, ...]) -> tuple[str, bool]:
    """The digits among the words, and whether they can be no others."""
    heard = set(words)
    if heard <= _DIGIT_WORDS:
        words = tuple(_UNWRITTEN.get(word, word) for word in words) if len(words) >= _RUN else words
    runs = list(_runs(words))
    long = [run for run in runs if len(run) >= _RUN]
    if long:
        clear = heard <= _CLEAR | _BESIDE | _LED_IN and len(long) == 1
        return "".join(long), clear
    beside = {word for word in words if word not in _DIGIT_WORDS}
    if len(runs) == 1 and beside <= (_BESIDE if len(runs[0]) > 1 else frozenset()):  # "one" alone is a word, too
        return runs[0], False
    return "", False


def _runs(words: tuple[str, ...]) -> Iterator[str]:
    for numeric, group in groupby(_unjoined(words), lambda word: word in _DIGIT_WORDS or word.isdigit()):
        run = tuple(group)
        digits = digits_of(Utterance(" ".join(run))) if numeric else ""
        if digits:
            yield digits


def _unjoined(words: tuple[str, ...]) -> Iterator[str]:
    """Without what only stands between two parts of a number."""
    for at, word in enumerate(words):
        within = 0 < at < len(words) - 1 and words[at - 1] in _DIGIT_WORDS and words[at + 1] in _DIGIT_WORDS
        if within and word == "or":  # how an "oh" is heard
            yield "oh"
        elif word not in _JOINTS or not within:
            yield word
