"""The tools that a call's flows have run: in the background, their results kept until the bot may tell them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import structlog

from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult
from telephony import messages as wire


class Tools(Protocol):
    """Runs tools."""

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """What came of it, in bounded time. Never raises."""


class NoTools:
    """Those of a dialplan without any."""

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """Fails."""
        return ToolResult(Outcome.FAILED, why="this bot has no tools")


class Errands:
    """One call's; belongs to the event loop. `arrived` is told of each result."""

    def __init__(self, call: wire.OngoingCall, tools: Tools, arrived: Callable[[], None]) -> None:
        self._call = call
        self._tools = tools
        self._arrived = arrived
        self._results: deque[ToolResult] = deque()
        self._log = structlog.get_logger().bind(call=call.call)

    async def run(self, call: ToolCall) -> None:
        """Have a tool run. Cancelled with the call's tasks."""
        result = await self._tools.run(call, self._call.call, self._call.caller)
        self._log.info("tool", tool=call.tool, outcome=result.outcome.value, why=result.why)
        self._results.append(result)
        self._arrived()

    def next(self) -> ToolResult | None:
        """The oldest result that was not told, and it is forgotten; None for none."""
        return self._results.popleft() if self._results else None
