"""What comes of a call's replies and cannot be undone: messages are kept, keys sent, tools run, callers put through.
What came of the latter two is kept until the bot may tell it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog

from agent.host.aside import Aside
from agent.host.dictation import Dictation
from agent.host.link import Line
from agent.host.putting_through import PuttingThrough
from agent.reply.reply import Due, Finished, Handed, TakenMessage
from agent.tools.call import ToolCall
from agent.tools.record import Record
from agent.tools.result import Outcome, ToolResult
from telephony import messages as wire

Came = tuple[ToolCall, ToolResult] | wire.TransferFailed  # what came of a tool's call, or of a transfer


class Tools(Protocol):
    """Runs tools."""

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """What came of it, in bounded time. Never raises."""

    async def close(self) -> None:
        """Finish what runs, and give everything back."""


class NoTools:
    """Those of a dialplan without any."""

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """Fails."""
        return ToolResult(Outcome.FAILED, why="this bot has no tools")

    async def close(self) -> None:
        """There is nothing to give back."""


class Results(Protocol):
    """Brings the results of flows where they belong."""

    async def deliver(self, record: Record) -> None:
        """In unbounded time. Never raises."""

    async def close(self) -> None:
        """Finish what is on its way, and give everything back."""


class NoResults:
    """Of a dialplan that names no place for them."""

    async def deliver(self, record: Record) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """There is nothing to give back."""


class Errands:
    """One call's; belongs to the event loop. `arrived` is told of each outcome; `sound` gives the line's id of a stock
    text."""

    def __init__(
        self,
        call: wire.OngoingCall,
        line: Line,
        dictation: Dictation,
        tools: Tools,
        results: Results,
        *,
        sound: Callable[[str], str],
        arrived: Callable[[], None],
    ) -> None:
        self._call = call
        self._line = line
        self._dictation = dictation
        self._tools = tools
        self._results = results
        self._transfers = PuttingThrough(call, line, sound, failed=self._came)
        self._arrived = arrived
        self._outcomes: deque[Came] = deque()
        self._log = structlog.get_logger().bind(call=call.call)

    def do(self, due: Due, group: asyncio.TaskGroup) -> None:
        """Do what is due. What takes its time is cancelled with the group."""
        if due.message is not None:
            group.create_task(self._dictation.save(due.message), name="save message")
        if due.call is not None:
            group.create_task(self._run(due.call), name=f"tool {due.call.tool}")
        if due.finished is not None:
            _deliver(self._results, self._record(due.finished))
        if due.handed is not None:  # before the transfer: whoever is called finds it when the telephone rings
            _deliver(self._results, self._record(due.handed))
        if due.press:
            self._line.control(wire.SendDigits(self._call.call, due.press))
        if due.stays:
            self._transfers.call_off()
        if due.transfer is not None:
            # how an earlier one went is no news of this one
            self._outcomes = deque(came for came in self._outcomes if isinstance(came, tuple))
            self._transfers.begin(due.transfer)

    def _record(self, of: Finished | Handed) -> Record:
        call, at = self._call, datetime.now(UTC).isoformat(timespec="seconds")
        if isinstance(of, Finished):
            return Record(of.flow, call.call, call.caller, at, of.values)
        return Record("", call.call, call.caller, at, of.values, of.to, of.transcript)

    async def _run(self, call: ToolCall) -> None:
        result = await self._tools.run(call, self._call.call, self._call.caller)
        self._log.info("tool", tool=call.tool, outcome=result.outcome.value, why=result.why)
        self._came((call, result))

    def _came(self, came: Came) -> None:
        self._outcomes.append(came)
        self._arrived()

    def passed(self, news: wire.TransferRinging | wire.Transferred | wire.TransferFailed) -> None:
        """The line tells how the transfer goes."""
        self._transfers.passed(news)

    def leave(self) -> None:
        """Nobody is told anything any more."""
        self._transfers.close()

    async def close(self, unsettled: Due, unfinished: TakenMessage | None) -> None:
        """The call is over. Of what its last reply left `unsettled` nothing is begun; what was told already is kept."""
        if unsettled.message is not None:
            await self._dictation.save(unsettled.message)
        if unsettled.finished is not None:
            _deliver(self._results, self._record(unsettled.finished))
        await self._dictation.keep_unfinished(unfinished)

    def next(self) -> Came | None:
        """The oldest outcome that was not told, and it is forgotten; None for none."""
        return self._outcomes.popleft() if self._outcomes else None

    def again(self, came: Came) -> None:
        """It was not heard, and is to be told once more."""
        self._outcomes.appendleft(came)


_delivering = Aside()  # what outlives its call


def _deliver(results: Results, record: Record) -> None:
    _delivering.do(results.deliver(record), f"result of {record.source}")
