"""A slot: one thing that is asked for in a flow, how it is asked, and what is taken for an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from agent.dialplan.section import Example, Name, Section, Text
from agent.listen.profile import Profile

MOST_AGAIN = 3
MOST_SAID = 50  # ways to say one choice
LONGEST_NUMBER = 15  # digits of an international telephone number (E.164)
FEWEST_OF_PHONE = 7
Clock = Annotated[str, StringConstraints(pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$")]


class SlotKind(StrEnum):
    """What is asked for."""

    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    AMOUNT = "amount"
    NAME = "name"
    EMAIL = "email"
    ADDRESS = "address"
    CODE = "code"  # letters and digits
    CHOICE = "choice"
    YES_NO = "yes_no"
    FREE = "free"


TYPED = frozenset({SlotKind.DIGITS, SlotKind.PHONE})  # which keys of a telephone can answer


class Confirm(StrEnum):
    """Whether what was understood is read back for a yes."""

    AUTO = "auto"  # where it is not sure
    ALWAYS = "always"
    NEVER = "never"


class Choice(Section):
    """One of the things to choose from: `label` as the bot says it, `said` as callers do."""

    label: Text | None = None
    said: Annotated[tuple[Example, ...], Field(min_length=1, max_length=MOST_SAID)]


def _range(value: object) -> object:
    """A number of digits as the fewest and the most."""
    counts = [value, value] if isinstance(value, int) else value
    if isinstance(counts, list | tuple) and len(counts) == 2:
        fewest, most = counts
        if type(fewest) is int and type(most) is int and 1 <= fewest <= most <= LONGEST_NUMBER:
            return counts
    what = "write how many, 1 to {most}, or the fewest and the most: 4 or [4, 6]"
    raise PydanticCustomError("digits", what, {"most": LONGEST_NUMBER})


def _by_value(value: object) -> object:
    """A list of phrases as those of one value, which is the first."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return {value[0]: value} if value else {}
    return value


_PHRASES = {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": MOST_SAID}
Instead = Annotated[
    Mapping[Example, Annotated[tuple[Example, ...], Field(min_length=1, max_length=MOST_SAID)]],
    Field(max_length=MOST_SAID),
    BeforeValidator(_by_value),
    WithJsonSchema({"anyOf": [_PHRASES, {"type": "object", "additionalProperties": _PHRASES}]}),
]
_COUNT = {"type": "integer", "minimum": 1, "maximum": LONGEST_NUMBER}
Digits = Annotated[
    tuple[int, int],
    BeforeValidator(_range),
    WithJsonSchema({"anyOf": [_COUNT, {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}]}),
]


class Slot(Section):
    """One thing to ask for. A date without a year is the next one, or with `past` the last one."""

    name: Name
    kind: SlotKind
    ask: Text
    again: Annotated[tuple[Text, ...], Field(max_length=MOST_AGAIN)] = ()  # in turn, to who was not understood
    about: Text | None = None  # how it is named when it is read back or corrected
    confirm: Confirm = Confirm.AUTO
    refused: Text = "I'm afraid that isn't possible."  # to what was understood and is not taken
    instead: Instead = Field(default={})  # a value, and what is said for it; of a list, the first is the value
    choices: Annotated[Mapping[Name, Choice], Field(max_length=MOST_SAID)] = {}
    digits: Digits | None = None
    unit: Text = "dollars"  # of an amount, in the plural
    least: Annotated[float, Field(ge=0)] | None = None
    most: Annotated[float, Field(ge=0)] | None = None
    past: bool = False  # a date until today
    future: bool = False  # a date from today on
    between: Annotated[tuple[Clock, ...], Field(min_length=2, max_length=2)] | None = None  # earliest and latest time
    patience: Profile | None = None

    @property
    def subject(self) -> str:
        return self.about or self.name.replace("_", " ")

    @property
    def said_instead(self) -> tuple[str, ...]:
        """What is said in place of a value, whichever is meant by it."""
        return tuple(phrase for phrases in self.instead.values() for phrase in phrases)

    @property
    def lengths(self) -> tuple[int, int]:
        """The fewest and the most digits of a number."""
        fewest = FEWEST_OF_PHONE if self.kind is SlotKind.PHONE else 1
        return self.digits or (fewest, LONGEST_NUMBER)

    @property
    def exact(self) -> int:
        """How many digits are awaited, 0 where that is not known."""
        fewest, most = self.digits or (0, 1)
        return fewest if fewest == most else 0

    def texts(self) -> Iterator[str]:
        """What may be said word for word."""
        yield from (self.ask, *self.again, self.refused)

    def label(self, choice: str) -> str:
        """A choice as the bot says it."""
        return self.choices[choice].label or choice.replace("_", " ")
