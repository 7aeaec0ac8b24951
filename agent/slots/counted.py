"""What a number in a caller's words is, as far as they say it: "at four" is a time and "four people" an amount, while
"four" is whatever was asked for, and nothing else besides."""

from __future__ import annotations

import re

from agent.dialplan.slots import Slot, SlotKind
from agent.reply.utterance import Utterance
from agent.slots.choice import choice_grammar, unasked
from agent.slots.days import MONTHS, WEEKDAYS
from agent.slots.figures import WORDS, figures

_SAID = {
    SlotKind.TIME: re.compile(
        r"\b(?:at|by|around|until|till|before|after|from|past|o'clock|noon|midday|midnight|half|quarter|am|pm|[ap] m|"
        r"morning|afternoon|evening|tonight|(?:hour|minute)s?)\b"
    ),
    SlotKind.DATE: re.compile(
        rf"\b(?:{'|'.join((*MONTHS, *WEEKDAYS))}|today|tomorrow|yesterday|tonight|christmas|halloween|new year's|"
        r"valentine's|(?:minute|hour|day|week|month|year)s?|this (?:morning|afternoon|evening)|\d+(?:st|nd|rd|th))\b"
    ),
}
_MONEY = re.compile(r"\b(?:dollars?|bucks?|euros?|pounds?|cents?|pence)\b")
_OF_MONEY = ("dollars", "euros", "pounds")
_NUMBERS = frozenset({SlotKind.DIGITS, SlotKind.PHONE, SlotKind.CODE, SlotKind.AMOUNT, SlotKind.TIME})


def says_what(slot: Slot, said: Utterance) -> bool:
    """Whether the words say of a number that it is one of the slot's, or a value of it needs none. A choice must be
    named, since it may be like any words."""
    if slot.kind is SlotKind.CHOICE:
        phrases = (*choice_grammar(unasked(slot)), *(Utterance(slot.label(name)).text for name in slot.choices))
        return any(f" {phrase} " in f" {said.text} " for phrase in phrases if phrase not in WORDS)
    if slot.kind is SlotKind.AMOUNT:
        unit = Utterance(slot.unit).text
        return f" {unit} " in f" {said.text} " or (slot.unit in _OF_MONEY and _MONEY.search(said.text) is not None)
    pattern = _SAID.get(slot.kind)
    return pattern is None or pattern.search(figures(said.words)) is not None


def by_number(slot: Slot, said: Utterance) -> bool:
    """Whether the words answer the slot with a number."""
    if slot.kind in (SlotKind.DATE, SlotKind.CHOICE):
        return not says_what(slot, said)
    return slot.kind in _NUMBERS
