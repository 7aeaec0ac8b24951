"""Where callers can be put through to, how, and what they hear when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.dialplan.section import Name, Section, Text
from telephony.transfers import How

MOST_TRANSFERS = 100
MOST_SECONDS = 120
_TARGET = r'^(sips?:[^\s<>"@]+@[^\s<>"@]+|\+?[A-Za-z0-9*#._-]+)$'
_KEYS = r"^[0-9*#A-D,]*[0-9*#A-D][0-9*#A-D,]*$"
Keys = Annotated[str, StringConstraints(pattern=_KEYS, max_length=32)]
Target = Annotated[str, StringConstraints(pattern=_TARGET, max_length=200)]


class Otherwise(StrEnum):
    """What is offered to a caller who could not be put through."""

    MESSAGE = "message"  # one is taken
    NOTHING = "nothing"  # whether there is anything else


class Waiting(Section):
    """What a caller hears while it rings: whenever nobody has spoken for so many seconds, one of `say` after the other
    and the question `ask`, to which a no is as if nobody had answered; in between silence, or music."""

    every: Annotated[int, Field(ge=5, le=60)] = 7
    say: Annotated[tuple[Text, ...], Field(max_length=10)] = ()  # none: the transfer's `still`
    ask: Text | None = None
    go_on: Text = "All right."
    leave: Text = "All right, I won't try any longer."
    music: bool = False

    def texts(self) -> Iterator[str]:
        """What may be said."""
        yield from self.say
        if self.ask is not None:
            yield from (self.ask, self.go_on, self.leave)


class Transfer(Section):
    """One person, desk or queue. `consult`: it is called first, and the caller handed over when it answers; `warm`: it
    hears the briefing and takes the call with the key 1; `blind`: the trunk is told to, whatever comes of it."""

    name: Name
    target: Target  # a number or user at the call's own trunk, or a SIP URI
    how: How = How.CONSULT
    seconds: Annotated[int, Field(ge=5, le=MOST_SECONDS)] = 30  # that it may ring
    then_send: Keys | None = None  # telephone keys for who answers, such as an extension at a menu; "," is 1 s
    say: Text = "I'll put you through. One moment, please."
    still: Text = "I'm still trying."
    waiting: Waiting = Waiting()
    closed: Text | None = None  # said while the business is closed, in which nobody is called; None: always called
    failed: Text = "I'm sorry, nobody is free there right now."
    otherwise: Otherwise | None = None  # None: a message, but for an emergency, whose caller was told what to do
    offers: Name | None = None  # instead: an intent or fact, to which a yes to `failed` and `closed` leads
    briefing: Text = "A caller wants to speak to you. To take the call, press one."

    def texts(self) -> Iterator[str]:
        """What may be said to the caller or the target."""
        yield from filter(None, (self.say, self.still, self.closed, self.failed))
        yield from self.waiting.texts()
        if self.how is How.WARM:
            yield self.briefing
