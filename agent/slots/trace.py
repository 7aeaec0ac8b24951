"""Traces of a value: whether words may hold one of a slot, loosely. For what must not be told to whom it does not
concern: rather a trace in words that hold nothing than none in words that hold a part of a value, or two of them.

Other than `read`, it looks for no value: it asks of any words at all whether they look like one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from agent.dialplan.slots import Slot, SlotKind
from agent.reply.digits import TIMES, digits_of
from agent.reply.utterance import Utterance
from agent.slots.choice import choice_grammar, read_choice, unasked
from agent.slots.code import may_spell
from agent.slots.date_grammar import dates
from agent.slots.days import MONTHS
from agent.slots.figures import figures
from agent.slots.introduction import introduces

_FEWEST = 4  # digits in a row that may be a number or a part of one
_AT_LEAST = 2  # likewise, of a slot that takes so few: one alone counts anything
_BETWEEN = 2  # words within such a row: "four four that's one two"
_PIECE = re.compile(r"\d+|[a-z']+")
_MIXED = re.compile(r"\b(?!\d+(?:st|nd|rd|th|am|pm|d|k|x|s)\b)(?:[a-z]+\d|\d+[a-z])[a-z0-9]*\b")  # "kx42"
_EMAIL = re.compile(
    r"@|\b(?:dot|underscore|at sign)\b|\bat (?:gmail|g mail|googlemail|yahoo|hotmail|outlook|icloud|aol|live|msn)\b|"
    r"\b(?:point|at \w+|gmail|g mail|googlemail|yahoo|hotmail|outlook|icloud|aol|live|msn) (?:com|net|org|edu|gov)\b"
)
_MONTH = "|".join(MONTHS)
_DATED = re.compile(
    rf"\b(?:{_MONTH})\b(?: \w+){{0,2}} \d|\b\d+(?:st|nd|rd|th)?(?: \w+){{0,2}} (?:{_MONTH})\b|"
    rf"\b(?:in|of|since|last|next|this|early|late|mid) (?:{_MONTH})\b|"
    r"\d(?:st|nd|rd|th)\b(?: \w+){0,2} \d|\bborn\b|\bbirthday\b.*\d|"
    r"\bthe (?:[4-9]|[12]\d|3[01])(?:st|nd|rd|th)\b(?! (?:time|floor|call|street|avenue|attempt)s?\b)"
)
_HOW_ARE_YOU = re.compile(
    r"\bhow(?:'s| is| are| has)(?: \w+){1,3} (?:today|tonight|this (?:morning|afternoon|evening))\b"
)
_ONE = re.compile(r"\b1\b")  # "this one"
_ONE_COUNTS = re.compile(
    r"\b(?:at|around|by|until|till|before|after|from) 1\b|"
    r"\b1 (?:o'clock|a m|p m|am|pm|in the|dollars?|bucks?|euros?|pounds?|percent)\b"
)
_AMOUNT = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|grand|dollars?|bucks?|euros?|pounds?|cents?|percent|half|dozens?)\b"
)
_TIME = re.compile(r"\b(?:noon|midday|midnight|o'clock|half past|quarter (?:past|to|of|after))\b")
_STREET = re.compile(
    r"\b(?!(?:the|a|your|this|that|our|same|which|what) )\w+ (?:street|avenue|boulevard|lane|highway)\b"
)
_WAY = re.compile(
    r"\b(?:street|avenue|boulevard|lane|highway|road|drive|court|place|way|square|terrace|circle|parkway|trail|alley|"
    r"crescent|close|row|walk|apartment|suite|flat|unit|floor|box)\b"
)
_LIVES = re.compile(r"\b(?:i|we) live\b|\baddress(?: is|'s)\b|\bzip code\b|\bpost(?:al )?code\b")


def traced(slot: Slot, said: str, now: datetime) -> bool:
    """Whether the words of a turn may hold a value of the slot or a part of one, or several; also one that it does not
    take. Of an answer in free words, and of a yes or a no, only where they say what it is: "the damage is …"."""
    lower = said.lower()
    look = _LOOKS.get(slot.kind)
    return _is_named(slot, lower) or (look is not None and look(slot, lower, now))


def _is_named(slot: Slot, said: str) -> bool:
    """Whether the words name the slot; of what has a look of its own that tells nothing."""
    if slot.kind in _LOOKS and slot.kind not in _NAMED:
        return False
    about = re.sub(r"^(?:the|an?) ", "", Utterance(slot.subject).text)
    return bool(about) and f" {about} " in f" {Utterance(said).text} "


def _digits(slot: Slot, said: str, now: datetime) -> bool:
    del now
    fewest = min(_FEWEST, max(_AT_LEAST, slot.digits[0])) if slot.digits else _FEWEST
    return _longest(said) >= fewest


def _code(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return bool(_MIXED.search(said)) or may_spell(Utterance(said).words) or _longest(said) >= _FEWEST


def _email(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return bool(_EMAIL.search(said))


def _date(slot: Slot, said: str, now: datetime) -> bool:
    del slot
    text = _HOW_ARE_YOU.sub("", _figures(said))
    return bool(_DATED.search(text)) or _longest(said) >= _FEWEST or any(dates(text, now.date(), past=False))


def _name(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return introduces(Utterance(said).words)


def _address(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return bool(_LIVES.search(said) or _STREET.search(said) or (_WAY.search(said) and _counts(_figures(said))))


def _amount(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return bool(_AMOUNT.search(said)) or _counts(_figures(said))


def _time(slot: Slot, said: str, now: datetime) -> bool:
    del slot, now
    return bool(_TIME.search(said)) or _counts(_figures(said))


def _choice(slot: Slot, said: str, now: datetime) -> bool:
    words, open_slot = Utterance(said), unasked(slot)
    phrases = (*choice_grammar(open_slot), *(Utterance(slot.label(name)).text for name in slot.choices))
    named = any(f" {phrase} " in f" {words.text} " for phrase in phrases if phrase)
    return named or read_choice(open_slot, words, now) is not None


_LOOKS: Mapping[SlotKind, Callable[[Slot, str, datetime], bool]] = {
    SlotKind.DIGITS: _digits,
    SlotKind.PHONE: _digits,
    SlotKind.DATE: _date,
    SlotKind.TIME: _time,
    SlotKind.AMOUNT: _amount,
    SlotKind.NAME: _name,
    SlotKind.EMAIL: _email,
    SlotKind.ADDRESS: _address,
    SlotKind.CODE: _code,
    SlotKind.CHOICE: _choice,
}
_NAMED = frozenset({SlotKind.NAME, SlotKind.ADDRESS})  # may look like any words


def _longest(said: str) -> int:
    """The most digits that stand in a row, spoken or written, with few other words among them."""
    return max((len(digits_of(Utterance(" ".join(row)))) for row in _rows(_pieces(said))), default=0)


def _rows(pieces: Sequence[str]) -> Iterator[Sequence[str]]:
    begin = last = -1
    for at, piece in enumerate(pieces):
        if not (piece in TIMES or digits_of(Utterance(piece))):
            continue
        if begin < 0 or at - last > _BETWEEN + 1:
            if begin >= 0:
                yield pieces[begin : last + 1]
            begin = at
        last = at
    if begin >= 0:
        yield pieces[begin : last + 1]


def _pieces(said: str) -> list[str]:
    """The words, with letters and digits of a written code apart."""
    return [piece for word in Utterance(said).words for piece in _PIECE.findall(word)]


def _figures(said: str) -> str:
    return figures(Utterance(said).words)


def _counts(text: str) -> bool:
    """Whether there is a number in it that is more than the "one" of "this one"."""
    return bool(_ONE_COUNTS.search(text) or re.search(r"\b\d+\b", _ONE.sub("", text)))
