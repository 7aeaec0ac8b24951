"""A menu for telephone keys: what is offered, and what each key brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from agent.dialplan.section import Key, Name, Section, Text

MOST_MENUS = 50


class Menu(Section):
    """Keys, each with an intent, a fact or another menu. Its prompt is said behind the greeting (`menu` of the file) or
    behind an intent's answer (`menu` there)."""

    name: Name
    prompt: Text
    keys: Annotated[Mapping[Key, Name], Field(min_length=1)]
    again: Text | None = None  # to who presses nothing, or what is not there; None: the prompt
    invalid: Text = "There's nothing under that key."

    @property
    def repeated(self) -> str:
        """The prompt for who has heard it."""
        return self.again or self.prompt

    def texts(self) -> Iterator[str]:
        """What may be said word for word."""
        yield from (self.prompt, self.repeated, self.invalid)
