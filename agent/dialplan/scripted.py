"""Tools in a test: none runs, each gives what the test says."""

from __future__ import annotations

from collections.abc import Sequence

from agent.dialplan.schema import Result
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult


class Scripted:
    """The results of one test, each for one run, in order."""

    def __init__(self, results: Sequence[Result]) -> None:
        self._results = iter(results)

    def run(self, call: ToolCall) -> ToolResult:
        """What the test says; a run that it does not expect fails."""
        given = next(self._results, None)
        if given is None or given.tool != call.tool:
            return ToolResult(Outcome.FAILED, why="the test has no result for it")
        if given.refuses is not None:
            return ToolResult(Outcome.REFUSED, why=given.refuses)
        if given.unknown:
            return ToolResult(Outcome.UNKNOWN)
        if given.gives is None:
            return ToolResult(Outcome.FAILED)
        return ToolResult(Outcome.DONE, tuple(given.gives.items()))
