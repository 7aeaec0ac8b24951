"""One tool at work: how often it may run, whether its far side is left alone, its time limit, and its tries."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Mapping

import msgspec
import stamina
import structlog

from agent.dialplan.tools import Tool
from agent.errors import ToolError, ToolFailed, ToolRefused
from agent.tools.breaker import Breaker
from agent.tools.executor import Executor
from agent.tools.limits import Limits
from agent.tools.result import Outcome, ToolResult
from agent.tools.values import values_of

ATTEMPTS = 3

log = structlog.get_logger()


class Ran(msgspec.Struct, frozen=True):
    """What came of a try to run. `sent`: something may have been done."""

    result: ToolResult
    sent: bool = True

    @property
    def known(self) -> bool:
        """Whether it is certain what was done: all of it, or nothing."""
        return self.result.outcome in (Outcome.DONE, Outcome.REFUSED, Outcome.INVALID)


class Bench:
    """A tool and who does its work."""

    def __init__(self, tool: Tool, executor: Executor) -> None:
        self.tool = tool
        self.executor = executor
        self._limits = Limits(tool.a_call, tool.an_hour, tool.together)
        self._breaker = Breaker()

    async def run(self, arguments: Mapping[str, str], key: str, call_id: str, caller: str) -> Ran:
        """Runs it, if that is allowed. Never raises, and is over when the tool's seconds are."""
        clock = asyncio.get_running_loop().time
        barred = self._limits.admit(call_id, caller, clock())
        if barred:
            return Ran(ToolResult(Outcome.LIMITED, why=barred), sent=False)
        try:
            if not self._breaker.closed(clock()):
                rests = ToolResult(
                    Outcome.FAILED, why="it failed several times in a row, and is left alone for a while"
                )
                return Ran(rests, sent=False)
            ran = await self._timed(arguments, key)
        finally:
            self._limits.left()
        if ran.result.outcome in (Outcome.DONE, Outcome.REFUSED):
            self._breaker.succeeded()
        else:
            self._breaker.failed(clock())
        return ran

    async def warm(self) -> None:
        """Have its far side ready. A failure is logged."""
        try:
            await self.executor.warm()
        except Exception as error:  # noqa: BLE001 - its first run may succeed, or say why not
            reason = str(error) if isinstance(error, ToolError) else type(error).__name__
            log.warning("tool is not ready", tool=self.tool.name, reason=reason)

    async def _timed(self, arguments: Mapping[str, str], key: str) -> Ran:
        try:
            async with asyncio.timeout(self.tool.seconds):
                answer = await self._tried(arguments, key)
        except TimeoutError:
            return Ran(ToolResult(Outcome.LATE, why=f"no answer within {self.tool.seconds} s"))
        except ToolRefused as refusal:
            return Ran(ToolResult(Outcome.REFUSED, why=str(refusal)))
        except ToolFailed as error:
            return Ran(ToolResult(Outcome.FAILED, why=str(error)), sent=error.sent)
        values, wrong = values_of(self.tool.output, answer)
        return Ran(ToolResult(Outcome.INVALID, why=wrong) if wrong else ToolResult(Outcome.DONE, values))

    async def _tried(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """The answer, after another try where that is safe. Raises ToolError."""
        async for attempt in stamina.retry_context(
            self._again, attempts=ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=1.0, wait_jitter=0.1
        ):
            with attempt:
                return await self._once(arguments, key)
        raise ToolFailed("it was not tried", sent=False)

    def _again(self, error: Exception) -> bool:
        return isinstance(error, ToolFailed) and error.passing and (self.tool.repeatable or not error.sent)

    async def _once(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """One try. What is no ToolError is a mistake of ours; its text may hold a caller's words, its place no."""
        try:
            return await self.executor.run(arguments, key)
        except ToolError:
            raise
        except Exception as error:  # noqa: BLE001 - a call survives whatever a tool does
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error("tool broke", tool=self.tool.name, kind=type(error).__name__, at=f"{frame.name}:{frame.lineno}")
            raise ToolFailed(type(error).__name__, passing=False) from None
