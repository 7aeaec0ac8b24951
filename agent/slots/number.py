"""A run of digits: a telephone number, or a number of a length that the slot tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import dropwhile, groupby

from agent.dialplan.slots import Slot, SlotKind
from agent.engines.contract import UNKNOWN
from agent.listen.wording import listed
from agent.reply.digits import GRAMMAR as DIGITS
from agent.reply.digits import TELEPHONE, digits_of, is_telephone, spell
from agent.reply.digits import WORDS as CLEAR
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS
from agent.slots.reading import Reading

GRAMMAR = DIGITS
_CLEAR = frozenset((*CLEAR, "nought"))
_HOMOPHONES = listed("o to too for fore won tree ate niner fife naught nil treble hundred thousand")
_DIGIT_WORDS = frozenset((*WORDS, *_CLEAR, *_HOMOPHONES))
LIKE_OH = frozenset(("for", "fore", "or", "no", "know", "so", "all"))
_JOINTS = frozenset(("and", "then", "dash", "area", "code", "space"))  # within a number
_OTHERWISE = re.compile(r"\b(?:extension|ends (?:in|with|on))\b")  # no number in itself
_BEFORE = rf"\b(?P<before>{'|'.join((*WORDS, *CLEAR, 'o'))})"
_DIGIT = "(?:" + "|".join((*WORDS, *CLEAR, "o", "to", "too", "for", "or")) + ")"
_HEARD = (
    (re.compile(r"^oh (?=(?:no|know|sorry|wait|actually|i mean)\b)"), ""),  # no digit
    (re.compile(rf"{_BEFORE} (?:know|no)(?=$| (?:please|thanks|thank you)$)"), r"\g<before> oh"),  # the last digit
    (
        re.compile(rf"{_BEFORE} (?:know|so|all)(?=(?: {_DIGIT}){{1,6}}(?: (?:please|thanks|thank you))?$)"),
        r"\g<before> oh",
    ),
    (re.compile(rf"\bby(?=(?: by)* {_DIGIT}\b)"), "five"),
    (re.compile(rf"\bfree(?=(?: free)* {_DIGIT}\b)"), "three"),
    (re.compile(r"\bknow\b"), "no"),  # before the right number
)
_LIKE = {
    "is": "two",
    "thanks": "six",
    "takes": "six",
    "decks": "six",
    "that's": "six",
}  # what a digit within a number may be heard as
_LIKE_A_DIGIT = re.compile(rf"{_BEFORE} (?:{'|'.join(_LIKE)})(?= {_DIGIT}\b)")
_TWO_TWO = re.compile(rf"\bto be(?= {_DIGIT}\b)")
_A_WITHIN = re.compile(rf"{_BEFORE} a(?= {_DIGIT}\b)")
LONGEST = max(TELEPHONE)
_OVERLAP = 3  # digits that both recognisers heard
_PAIRED = frozenset(word for word in WORDS if word not in CLEAR)
_RUN = 3  # digits from which a run is a number in itself
_BESIDE = listed("it's it is my the number begins starts with that's and please digits")  # a shorter one
_LED_IN = listed("phone cell telephone home work mobile no yes sure well you can reach me at call on thanks thank")
_UNWRITTEN = {"to": "two", "too": "two", "for": "four"}  # where nothing but digits was said


def read_number(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The digits that were said; not `whole` where more must come."""
    del now
    if _OTHERWISE.search(said.text):
        return None
    text, clearly = said.text, not set(said.words) & LIKE_OH
    for pattern, instead in _HEARD:
        text = pattern.sub(instead, text)
    for at, version in enumerate(versions(text)):
        words = tuple(version.split())
        digits, clear = _digits(words)
        if digits:
            reading = _reading(slot, digits, sure=clear and clearly and at == 0)
            return reading if reading is None or reading.whole or _nothing_else(words) else None
    return None


def _nothing_else(words: tuple[str, ...]) -> bool:
    """Whether a part of a number is all that was said: beside other words digits of it may have been misheard."""
    return all(word.isdigit() or word in _DIGIT_WORDS | _BESIDE | _LED_IN | _JOINTS for word in words)


def _reading(slot: Slot, digits: str, sure: bool) -> Reading | None:
    fewest, most = slot.lengths
    if len(digits) > most:
        return None
    whole = len(digits) >= fewest
    return Reading(digits, spell(digits), sure and usual(slot, digits) and whole, whole)


def usual(slot: Slot, digits: str) -> bool:
    """Whether such a number has so many digits."""
    if slot.kind is SlotKind.PHONE and slot.digits is None:
        return is_telephone(digits)
    fewest, most = slot.lengths
    return fewest <= len(digits) <= most


def in_keys(begun: str, typed: str, slot: Slot) -> Reading:
    """What the keys `typed` give, behind the digits `begun` or in place of them; sure where only keys tell it."""
    joined = begun + typed
    anew = usual(slot, typed) and (typed.startswith(begun) or not usual(slot, joined))
    digits = typed if anew else joined
    return Reading(digits, spell(digits), sure=not begun, whole=len(digits) >= slot.lengths[0])


def supposed(slot: Slot, said: Utterance, closed: str, now: datetime) -> Iterator[Reading]:
    """Numbers of a usual length that may be meant where no such one was heard, the likelier first; none is sure. An "a"
    is how an "eight" is heard, and an "oh"; "oh oh" is heard as one; and the closed recogniser misses first digits."""
    second = read_number(slot, Utterance(closed), now) if closed else None
    tail = second.value if second is not None else ""
    texts = (*_otherwise(said.text), *_otherwise(closed))
    readings = [read_number(slot, Utterance(text), now) for text in texts]
    digits = [reading.value for reading in readings if reading is not None]
    digits += _overlapping(next(_runs(tuple(said.words)), ""), tail)
    fitting = [one for one in dict.fromkeys(digits) if usual(slot, one)]
    for one in sorted(fitting, key=lambda one: not (tail and one.endswith(tail))):
        yield Reading(one, spell(one), sure=False)


def _otherwise(text: str) -> Iterator[str]:
    """The same words with other digits, where nothing but digits stands behind the first one."""
    twice = _TWO_TWO.sub("two two", text)
    if twice != text:
        yield twice
    words = tuple(dropwhile(lambda word: word not in _DIGIT_WORDS | {"a"}, text.split()))
    if not all(word in _DIGIT_WORDS | _BESIDE | _LED_IN | _JOINTS | {"a"} for word in words):
        return
    text, most = " ".join(words), LONGEST
    within = [_A_WITHIN.sub(rf"\g<before> {digit}", text) for digit in ("eight", "oh")] if "a" in words[1:] else []
    yield from within
    if words[:1] == ("a",):
        yield from (one.replace("a", "eight", 1) for one in (text, *within))
    doubled = text.replace("oh", "oh oh")
    if words.count("oh") == 1 and len(digits_of(Utterance(doubled))) == most:  # one fewer may want its last digit
        yield doubled


def _overlapping(begin: str, tail: str) -> list[str]:
    """The digits whose begin the one and whose end the other recogniser heard, if they share some."""
    joints = (at for at in range(1, len(begin) - _OVERLAP + 1) if tail.startswith(begin[at:]))
    return [begin[:at] + tail for at in joints][:1]


def spliced(said: str, closed: str) -> str:
    """What the closed recogniser heard, which knows no "forty two" at the end of a number, with that as the open one
    heard it."""
    before, unknown, _ = closed.partition(UNKNOWN)
    words = said.split()
    pairs = next((at for at, word in enumerate(words) if word in _PAIRED), len(words))
    return f"{before} {' '.join(words[pairs:])}" if unknown and before.strip() and pairs < len(words) else closed


def _digits(words: tuple[str, ...]) -> tuple[str, bool]:
    """The digits among the words, and whether they can be no others."""
    heard = set(words)
    if heard <= _DIGIT_WORDS:
        words = tuple(_UNWRITTEN.get(word, word) for word in words) if len(words) >= _RUN else words
    runs = list(_runs(words))
    long = [run for run in runs if len(run) >= _RUN]
    if long:
        clear = heard <= _CLEAR | _BESIDE | _LED_IN and len(runs) == 1 and not _LIKE_A_DIGIT.search(" ".join(words))
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
        elif within and word in _LIKE:
            yield _LIKE[word]
        elif word not in _JOINTS or not within:
            yield word
