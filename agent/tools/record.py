"""The result of a finished flow, or what goes with a caller who is put through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from agent.dialplan.results import CALLER, MESSAGE, NUMBERS

REDACTED = "redacted"
ANY = "*"  # among the names of the values in a turn: there may be any
_NO_VALUES = {CALLER, MESSAGE, NUMBERS}
_NUMBER_WORDS = (
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple"
)
_NUMBER = re.compile(rf"\b(?:(?:\d+|{'|'.join(_NUMBER_WORDS.split())})\b[\s,./-]*)+", re.IGNORECASE)
_NUMBER_PART = re.compile(r"\d|[a-z]+", re.IGNORECASE)
_FEWEST = 4  # digits, or words of a number, that are redacted


class Who(StrEnum):
    """Who has said something."""

    CALLER = "caller"
    BOT = "bot"


class Spoken(msgspec.Struct, frozen=True):
    """Words of one of the two, as they were heard. `about`: names of the values that are in them, or were asked for;
    ANY in the place of too many."""

    who: Who
    said: str
    about: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a flow took down; or, where `transfer` names where the caller is put through to, what a flow took down for
    whoever takes the call, and what was said. `at` is ISO 8601, UTC; `caller` is their number, "" when withheld."""

    flow: str
    call: str
    caller: str
    at: str
    values: tuple[tuple[str, str], ...]
    transfer: str = ""
    transcript: tuple[Spoken, ...] = ()

    @property
    def source(self) -> str:
        """What it is the record of."""
        return f"transfer to {self.transfer}" if self.transfer else self.flow

    @property
    def conversation(self) -> str:
        """The transcript as text, a line each."""
        return "\n".join(f"{one.who}: {one.said}" for one in self.transcript)

    def redacted(self, names: Iterable[str]) -> Record:
        """Without what must not get there: the names stay, and the turns of the transcript, so that it is seen that
        something was."""
        hidden = set(names)
        values = tuple((name, REDACTED if name in hidden and value else value) for name, value in self.values)
        caller = REDACTED if CALLER in hidden and self.caller else self.caller
        transcript = tuple(_redacted(one, hidden) for one in self.transcript)
        return msgspec.structs.replace(self, caller=caller, values=values, transcript=transcript)


def _redacted(spoken: Spoken, hidden: set[str]) -> Spoken:
    """A turn with anything hidden in it is hidden whole: people say a name or an address in more ways than one."""
    if hidden.intersection(spoken.about) or (ANY in spoken.about and hidden - _NO_VALUES):
        return Spoken(spoken.who, REDACTED)
    said = _NUMBER.sub(_number, spoken.said) if NUMBERS in hidden else spoken.said
    return Spoken(spoken.who, said)


def _number(found: re.Match[str]) -> str:
    number = found[0]
    rest = number[len(number.rstrip(" ,./-\n")) :]
    return number if len(_NUMBER_PART.findall(number)) < _FEWEST else REDACTED + rest
