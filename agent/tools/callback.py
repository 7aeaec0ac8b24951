"""Somebody who waits to be called back, and where that stands."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent.listen.far_end import Far
from telephony.orders import Unreached

ANSWERED = "answered"
_TELLING = 9  # last digits; those before them are written in several ways


def subscriber(phone: str) -> str:
    """What a telephone number has in common with itself, however its country and area are written before it: its last
    9 digits."""
    return "".join(filter(str.isdecimal, phone))[-_TELLING:]


class Callback(msgspec.Struct, frozen=True):
    """Somebody who waits for a call. `at`: ISO 8601 with an offset, "" for as soon as possible; `asked`: when that was
    said, `done`: when they were called, likewise. `dialplan`: by which the bot calls them, "" where a person does.
    `last`: what came of the last try; `again`: when the next is due, or, while it rings, when that is certainly over;
    `calling`: the line's order then. `given_up`: the bot does not call by itself any more. `orders`: how often a line
    was told to call, `since`: when the operator had the tries begin anew, `held`: why the bot does not call now."""

    number: int
    business: str
    phone: str
    name: str
    about: str
    at: str
    asked: str
    done: str = ""
    dialplan: str = ""
    tries: int = 0
    again: str = ""
    last: str = ""
    calling: str = ""
    given_up: bool = False
    orders: int = 0
    since: str = ""
    held: str = ""

    @property
    def due(self) -> datetime:
        """When they are to be called, as they were told, or since the tries have begun anew."""
        return datetime.fromisoformat(self.since or self.at or self.asked)

    @property
    def next(self) -> datetime:
        """When the next try is due."""
        return datetime.fromisoformat(self.again) if self.again else self.due

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.done:
            return "done"
        if self.given_up:
            return "answered, nobody at the desk" if self.last == ANSWERED else f"given up: {self._last}"
        if self.calling:
            return "calling"
        if not self.dialplan:
            return "waiting for a person"
        times = "once" if self.tries == 1 else f"{self.tries} times"
        state = f"tried {times}: {self._last}" if self.tries else "waiting"
        return f"{state}; {self.held}" if self.held else state

    @property
    def _last(self) -> str:
        return self.last.replace("_", " ")


class End(msgspec.Struct, frozen=True):
    """What came of an order that reached nobody: nobody answered, or what did was no person. `rang`: their telephone
    has rung."""

    why: Unreached | Far
    rang: bool = False

    @property
    def answered(self) -> bool:
        """Whether something did."""
        return isinstance(self.why, Far)

    @property
    def tried(self) -> bool:
        """Whether they have noticed it, or it was a try to reach them."""
        return self.rang or isinstance(self.why, Far) or self.why.tried

    @property
    def last(self) -> str:
        """What is written down of it."""
        return "answering_machine" if self.why is Far.MACHINE else self.why.value
