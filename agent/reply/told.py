"""A reply as a log that may hold words tells it, besides the words that were heard of it."""

from __future__ import annotations

from typing import Any

import msgspec

from agent.reply.reply import Reply, Route
from agent.tools.call import ToolCall


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a reply came about, and what comes of it."""

    route: Route
    name: str = ""
    confidence: float = 1.0
    hang_up: bool = False
    message: bool = False  # one is complete
    tool: ToolCall | None = None
    transfer: str = ""

    @classmethod
    def of(cls, reply: Reply) -> Told:
        """Of a reply."""
        message = reply.message is not None
        score = round(reply.confidence, 3)
        return cls(reply.route, reply.name, score, reply.hang_up, message, reply.tool, reply.transfer)

    def plain(self) -> dict[str, Any]:
        """As values of JSON, for a log; `told` reads them."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def told(plain: object) -> Told:
    """The inverse of `Told.plain`. Raises ValueError (`msgspec.ValidationError`)."""
    return msgspec.convert(plain, Told)
