"""The tools of a dialplan: what a flow's step can have done, with which arguments, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from agent.dialplan.remote import Http, Mcp
from agent.dialplan.section import Name, Section
from agent.tools.kind import Kind

MOST_TOOLS = 50
MOST_VALUES = 20
LONGEST_S = 30


class Operation(StrEnum):
    """What the built-in appointment book does."""

    FREE = "free"
    NEXT = "next"
    BOOK = "book"
    FIND = "find"
    MOVE = "move"
    CANCEL = "cancel"

    @property
    def changes(self) -> bool:
        """Whether the book is another one after it."""
        return self not in (Operation.FREE, Operation.NEXT, Operation.FIND)


Values = Annotated[Mapping[Name, Kind], Field(max_length=MOST_VALUES)]


class Tool(Section):
    """Something that is done for a caller: exactly one of `appointments`, `callback`, `http` and `mcp` does it. What is
    not in `input` is never sent, and what is not as `output` says is never used."""

    name: Name
    appointments: Operation | None = None
    callback: Literal[True] | None = None  # it is written down that somebody is to be called back
    http: Http | None = None
    mcp: Mcp | None = None
    input: Values = Field(default_factory=dict)
    output: Values = Field(default_factory=dict)
    seconds: Annotated[int, Field(ge=1, le=LONGEST_S)] = 5
    changes: bool = False  # it runs once a key at most
    idempotent: bool = False  # the far side does the same key once, so it may be tried again
    a_call: Annotated[int, Field(ge=1, le=1_000)] = 20
    an_hour: Annotated[int, Field(ge=1, le=10_000)] = 60  # runs for one caller
    together: Annotated[int, Field(ge=1, le=100)] = 4

    @property
    def repeatable(self) -> bool:
        """Whether to run it twice does no more than to run it once. The appointment book and the
        list of callbacks know the keys that they had."""
        return not self.changes or self.idempotent or self.appointments is not None or self.callback is True
