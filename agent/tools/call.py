"""What a flow asks a tool for."""

from __future__ import annotations

import msgspec


class ToolCall(msgspec.Struct, frozen=True):
    """One run of a tool. `arguments` are canonical values as text, by name; `key` is the idempotency key: the same call
    of the same step keeps it."""

    tool: str
    arguments: tuple[tuple[str, str], ...]
    key: str
