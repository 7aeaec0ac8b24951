"""Where a call's tools are run: everything between a `ToolCall` and its `ToolResult`.

::

    arguments ─► journal ─► limits ─► breaker ─► apart, in time, again where that is safe ─► answer ─► journal ─► audit
     invalid     the same   limited    failed      late, failed, refused                     invalid
                 once more

A run goes on when its call ends: what was begun is finished and written down.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from agent.dialplan.tools import Tool
from agent.errors import ToolFailed
from agent.tools.audit import Audit, Line
from agent.tools.bench import Bench
from agent.tools.call import ToolCall
from agent.tools.executor import Executor
from agent.tools.journal import Journal
from agent.tools.kind import Kind, redacted
from agent.tools.result import Outcome, ToolResult
from agent.tools.values import misfit

GRACE_S = 3.0  # beside a tool's own time: for the disk
WARM_S = 20.0

log = structlog.get_logger()


class ToolDesk:
    """A dialplan's tools, each with who does its work. Files are under `data_dir`; `now` is aware."""

    def __init__(
        self,
        tools: Iterable[tuple[Tool, Executor]],
        data_dir: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._benches = {tool.name: Bench(tool, executor) for tool, executor in tools}
        self._journal = Journal(data_dir / "tools.db")
        self._audit = Audit(data_dir)
        self._now = now
        self._running: dict[tuple[str, ToolCall], asyncio.Task[ToolResult]] = {}
        self._warming: list[asyncio.Task[None]] = []

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """What came of a call; `caller` is their number, "" when withheld. Never raises, and is over soon after the
        tool's seconds. The same call, asked for while it runs, is waited for and not run twice."""
        bench = self._benches.get(call.tool)
        if bench is not None:
            call = _own_number(bench, call, caller)
        task = self._running.get((call_id, call))
        if task is None:
            task = asyncio.create_task(self._audited(bench, call, call_id, caller), name=f"tool {call.tool}")
            self._running[call_id, call] = task
            task.add_done_callback(lambda _: self._running.pop((call_id, call), None))
        await asyncio.wait([task], timeout=(bench.tool.seconds if bench else 0) + GRACE_S)
        if not task.done() or task.cancelled():
            changes = bench is not None and bench.tool.changes
            outcome = Outcome.UNKNOWN if changes else Outcome.LATE
            return ToolResult(outcome, why="the disk does not answer, or the agent ends")
        error = task.exception()
        if error is not None:
            log.error("tool desk broke", tool=call.tool, call=call_id, kind=type(error).__name__)
            return ToolResult(Outcome.FAILED, why=type(error).__name__)
        return task.result()

    async def warm(self) -> None:
        """Have everything ready for the first runs: processes started, sessions open. Never raises, and is over after
        some seconds; what is not ready by then is made so by its first run."""
        self._warming = [asyncio.create_task(bench.warm(), name="warm tool") for bench in self._benches.values()]
        if self._warming:
            _, late = await asyncio.wait(self._warming, timeout=WARM_S)
            for task in late:
                task.cancel()

    async def close(self) -> None:
        """Finish what runs, which the tools' seconds bound, and give everything back."""
        for warming in self._warming:
            warming.cancel()
        running = list(self._running.values())
        if running:
            longest = max(bench.tool.seconds for bench in self._benches.values())
            _, late = await asyncio.wait(running, timeout=longest + GRACE_S)
            for task in late:
                task.cancel()
        await asyncio.gather(*running, *self._warming, return_exceptions=True)
        for bench in self._benches.values():
            await bench.executor.close()
        await self._journal.close()

    async def _audited(self, bench: Bench | None, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """A run and its line in the audit."""
        clock = asyncio.get_running_loop().time
        began, at = clock(), self._now().isoformat(timespec="milliseconds")
        kinds = bench.tool.input if bench is not None else {}
        again = False
        wrong = misfit(kinds, call.arguments) if bench is not None else "the dialplan has no such tool"
        if wrong or bench is None:
            result = ToolResult(Outcome.INVALID, why=wrong)
        elif bench.tool.changes:
            result, again = await self._once(bench, call, call_id, caller)
        else:
            result = (await bench.run(dict(call.arguments), _key(call_id, call), call_id, caller)).result
        arguments = {name: redacted(kinds[name], value) for name, value in call.arguments if name in kinds}
        ms = round(1000 * (clock() - began))
        await self._audit.write(Line(at, call_id, call.tool, result.outcome.value, ms, result.why, arguments, again))
        return result

    async def _once(self, bench: Bench, call: ToolCall, call_id: str, caller: str) -> tuple[ToolResult, bool]:
        """What came of a call that changes something, and whether that was known before. It is in the journal before it
        runs, and stays there unless it is certain that nothing was done."""
        try:
            known = await self._journal.begin(call_id, call, self._now(), again=bench.tool.repeatable)
        except ToolFailed as error:
            return ToolResult(Outcome.FAILED, why=str(error)), False
        if known is not None:
            return known, True
        ran = await bench.run(dict(call.arguments), _key(call_id, call), call_id, caller)
        told = ran.result
        if ran.sent and told.outcome not in (Outcome.DONE, Outcome.REFUSED):
            told = msgspec.structs.replace(told, outcome=Outcome.UNKNOWN)
        try:
            if not ran.sent:
                await self._journal.forget(call_id, call)
            elif ran.known:
                await self._journal.finish(call_id, call, told)
        except ToolFailed as error:
            log.error("what came of a tool is not written down", tool=call.tool, call=call_id, reason=str(error))
        return told, False


def _own_number(bench: Bench, call: ToolCall, caller: str) -> ToolCall:
    """A telephone number that is the caller's own is given as the trunk wrote it, with its plus."""
    own, kinds = caller.removeprefix("+"), bench.tool.input
    arguments = tuple(
        (name, caller if kinds.get(name) is Kind.PHONE and value == own else value) for name, value in call.arguments
    )
    return msgspec.structs.replace(call, arguments=arguments)


def _key(call_id: str, call: ToolCall) -> str:
    """The key by which a far side knows the call: like no other's, and nothing is read from it."""
    return hashlib.sha256("\0".join((call_id, call.tool, call.key)).encode()).hexdigest()[:32]
