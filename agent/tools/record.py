"""The result of a finished flow."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent.dialplan.results import CALLER

REDACTED = "redacted"


class Record(msgspec.Struct, frozen=True):
    """What a flow took down. `at` is ISO 8601, UTC; `caller` is their number, "" when withheld."""

    flow: str
    call: str
    caller: str
    at: str
    values: tuple[tuple[str, str], ...]

    def redacted(self, names: Iterable[str]) -> Record:
        """Without what must not get there: the names stay, so that it is seen that something was."""
        hidden = set(names)
        values = tuple((name, REDACTED if name in hidden and value else value) for name, value in self.values)
        caller = REDACTED if CALLER in hidden and self.caller else self.caller
        return msgspec.structs.replace(self, caller=caller, values=values)
