"""What came of a tool's run."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    REFUSED = "refused"  # the tool says no, and why
    INVALID = "invalid"  # the arguments or the answer are not what the dialplan declares
    LATE = "late"  # and nothing was to be changed
    FAILED = "failed"  # and nothing was done
    UNKNOWN = "unknown"  # whether it was done: asked for, and neither done nor refused as far as anybody knows
    LIMITED = "limited"  # not run: too often, or too many at once


class ToolResult(msgspec.Struct, frozen=True):
    """`values` are the tool's, by name, and only there when it is done. `why` is for a log, never for the caller; of
    what was refused it is the tool's own short code, such as "taken"."""

    outcome: Outcome
    values: tuple[tuple[str, str], ...] = ()
    why: str = ""
