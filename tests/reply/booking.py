"""A bot that makes appointments: its dialplan, what a caller says to it, and the far side of its tools."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

PLAN = Path(__file__).parent / "data" / "flows.yaml"
WEDNESDAY = datetime(2026, 12, 2, 10, 0)
BOOKED = ToolResult(Outcome.DONE, (("when", "Tuesday at three"), ("reference", "17")))
TAKEN = ToolResult(Outcome.REFUSED, why="taken")
BOOK = "i would like an appointment"
SAID = (BOOK, "a check up", "next tuesday", "at three", "five five five oh one nine nine", "yes")


class Desk:
    """The far side of a call's tools: gives `results`, and keeps what it was asked."""

    def __init__(self, results: Iterable[ToolResult] = ()) -> None:
        self._results = list(results)
        self.calls: list[ToolCall] = []

    def __call__(self, call: ToolCall) -> ToolResult:
        self.calls.append(call)
        return self._results.pop(0)
