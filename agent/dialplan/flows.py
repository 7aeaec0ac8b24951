"""What a business does with a caller step by step: asks, confirms, has a tool run, and says what came of it.

::

    steps, in the order of the file; one whose `when` is not so is passed over
      say ────► the text, and on
      ask ────► a slot; a value that the caller gave before it was asked is not asked again
      confirm ► the text, and yes; "no, Tuesday" changes what it was about, and it is confirmed again
      press ──► telephone keys for the far end of the call, and on
      do ─────► a tool ─► done, refused (by its code), failed, unknown: each says something and may go to another step
      message, transfer, end ► the flow is over
      go ─────► that step; going back asks again for the first slot from there on
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from agent.dialplan.section import MOST, Name, Section, Text

Keys = Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]+$", max_length=32)]


class Does(StrEnum):
    """What a step does; each is a key of it."""

    SAY = "say"
    ASK = "ask"
    CONFIRM = "confirm"
    PRESS = "press"
    DO = "do"
    TRANSFER = "transfer"
    MESSAGE = "message"
    END = "end"
    GO = "go"


CALLER = "caller"  # in a step's `when`, where no slot or tool gives a value of this name


class Number(StrEnum):
    """What `when` knows of the number that the caller calls from."""

    SHOWN = "shown"
    WITHHELD = "withheld"  # or it is none that could be called


class Then(Section):
    """What follows on what a tool gave."""

    say: Text | None = None
    go: Name | None = None  # the step; else the next


class Step(Section):
    """One step of a flow: exactly one of the keys of `Does`."""

    step: Name | None = None  # its name, for "go"
    when: Mapping[Name, Text] = {}  # values of slots, tools and CALLER; all of them, else the step is passed over
    say: Text | None = None
    ask: Name | None = None  # a slot
    confirm: Text | None = None
    press: Keys | None = None  # for the far end, such as a door that opens by one
    do: Name | None = None  # a tool
    transfer: Name | None = None
    message: Literal[True] | None = None
    end: Literal[True] | None = None  # the goodbye
    go: Name | None = None  # a step
    forget: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()  # values, where it goes: they are asked for anew
    protected: bool = False  # what is said with it is said to its end, whoever speaks
    given: Mapping[Name, Text] = {}  # what the tool is given, where that is not the value of the same name
    done: Then = Then()
    refused: Mapping[Name, Then] = {}  # by the tool's code
    failed: Then = Then()
    unknown: Then = Then()  # whether it was done; where it does not say where to go, as with `failed`

    @property
    def does(self) -> Does:
        """What the step does. Raises ValueError for one that does nothing."""
        for key in Does:
            if getattr(self, key.value) is not None:
                return key
        raise ValueError("a step that does nothing")

    def texts(self) -> Iterator[str]:
        """What it may say, with its places."""
        outcomes = (self.done, *self.refused.values(), self.failed, self.unknown)
        yield from filter(None, (self.say, self.confirm, *(outcome.say for outcome in outcomes)))


class Flow(Section):
    """A conversation with a purpose, which an intent begins (`flow`)."""

    name: Name
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST)]
    cancelled: Text = "All right, I'll leave it."

    @property
    def digest(self) -> str:
        """What tells it from another version of it."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def place(self, step: str) -> int:
        """Where the step of this name stands. Raises KeyError."""
        for at, one in enumerate(self.steps):
            if one.step == step:
                return at
        raise KeyError(step)

    def asking(self, slot: str) -> int:
        """Where the slot is asked for first. Raises KeyError."""
        for at, one in enumerate(self.steps):
            if one.ask == slot:
                return at
        raise KeyError(slot)

    def texts(self) -> Iterator[str]:
        """What it may say, with its places."""
        yield self.cancelled
        for step in self.steps:
            yield from step.texts()


class Asking(Section):
    """The texts between the questions of a flow."""

    right: Text = "Is that right?"
    again: Text = "Sorry, let's try that once more."
    yes_or_no: Text = "Please say yes or no."
    rest: Text = "And the rest?"
    digits: Text = (
        "Please say it digit by digit, or type it on your keypad and press the pound key."  # before the question again
    )
    change: Text = "All right. What should I change?"
    unchanged: Text = "Sorry, I didn't get what to change."
    working: Text = "One moment, please."
    still: Text = "I'm still on it."
    late: Text = "One more thing."  # before what came of a tool whose flow the caller has left
    failed: Text = "I'm sorry, that doesn't work right now."
    unknown: Text = "I'm sorry, I couldn't confirm that it was done. Please check with us before you count on it."
    stuck: Text = "I'm afraid I can't get that right on the telephone."
