"""Callbacks that the bot makes by itself: where it calls, how often, and what it says first."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from agent.dialplan.section import Name, Section, Text

TRUNK = r"^[A-Za-z0-9_.-]+$"
SHOWN = r"^\+?[0-9]{1,20}$"
Trunk = Annotated[str, StringConstraints(pattern=TRUNK, max_length=40)]
Shown = Annotated[str, StringConstraints(pattern=SHOWN)]


class Callbacks(Section):
    """Whoever asked for it is called at their time, or as soon as it is open: `tries` times, `minutes` apart. Who
    answers hears `say`, and is then put through (`then`), or asked what they want."""

    trunk: Trunk  # of offhook.toml, whose `outbound` says which numbers may be called
    number: Shown | None = None  # that they see; None: the first of the dialplan's
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    a_day: Annotated[int, Field(ge=1, le=20)] = 5  # calls of one number, whatever it has asked for
    minutes: Annotated[int, Field(ge=1, le=1_440)] = 10
    seconds: Annotated[int, Field(ge=10, le=120)] = 30  # that it may ring
    say: Text | None = None  # None: made of the dialplan's name
    then: Name | None = None  # a transfer

    def greeting(self, business: str) -> str:
        """The first words of the call."""
        return self.say or f"Hello, this is {business}. I'm an automated assistant. You asked us to call you back."

    def shown(self, numbers: tuple[str, ...]) -> str:
        """The number that is called from, where the dialplan has `numbers`; "" for none."""
        return self.number or next((number for number in numbers if number != "*"), "")
