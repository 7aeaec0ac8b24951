"""Who is asked about appointments: one process that has the book, started with the first order and again when it died;
killed when it takes longer than its order may, since nobody knows then what it waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path

import msgspec

from agent.dialplan.calendar import Calendar, Weekday
from agent.dialplan.hours import Holiday
from agent.dialplan.opening import span
from agent.dialplan.tools import Operation
from agent.errors import ToolFailed, ToolRefused
from agent.tools.appointments import Order, Reply, Setting
from agent.tools.timetable import Spans, Timetable

COMMAND = (sys.executable, "-m", "agent.tools.appointments")


def timetable(calendar: Calendar, holidays: Sequence[Holiday] = ()) -> Timetable:
    """A calendar that was checked, as the book reads it; nobody has an appointment on a holiday while it is closed."""
    week = tuple(_spans(calendar.open.get(day, ())) for day in Weekday)
    otherwise = {holiday.date: _spans(holiday.open or ()) for holiday in holidays}
    return Timetable(week, calendar.minutes, calendar.at_once, calendar.timezone or "", otherwise)


class Clerk:
    """One book's process. Orders are taken one after the other."""

    def __init__(
        self, calendar: Calendar, data_dir: Path, now: Callable[[], datetime], holidays: Sequence[Holiday] = ()
    ) -> None:
        setting = Setting(str(data_dir / calendar.file), timetable(calendar, holidays))
        self._setting = msgspec.json.encode(setting) + b"\n"
        self._now = now
        self._turn = asyncio.Lock()
        self._numbers = count(1)
        self._process: asyncio.subprocess.Process | None = None

    async def ask(self, operation: Operation, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """What came of an order. Raises ToolRefused and ToolFailed; cancelled, it kills a process that works on it."""
        async with self._turn:
            order = Order(next(self._numbers), operation, arguments, key, self._now())
            try:
                reply = await self._asked(order)
            except BaseException:
                self._kill()
                raise
        if reply.refused:
            raise ToolRefused(reply.refused)
        if reply.failed:
            raise ToolFailed(reply.failed, sent=False)
        return dict(reply.values)

    async def warm(self) -> None:
        """Start the process. Raises ToolFailed."""
        async with self._turn:
            await self._running()

    async def close(self) -> None:
        """Let the process end."""
        async with self._turn:
            process, self._process = self._process, None
            if process is not None and process.stdin is not None:
                process.stdin.close()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), 1.0)
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def _asked(self, order: Order) -> Reply:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            await process.stdin.drain()
            reply = msgspec.json.decode(await process.stdout.readline(), type=Reply)
        except (ConnectionError, ValueError, msgspec.MsgspecError):
            raise ToolFailed("the appointment book's process has died") from None
        if reply.number != order.number:
            raise ToolFailed("the appointment book's process answered another order")
        return reply

    async def _running(self) -> asyncio.subprocess.Process:
        """The process, a new one where there is none. Raises ToolFailed."""
        if self._process is None or self._process.returncode is not None:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
                )
            except OSError as error:
                what = f"the appointment book's process can't be started: {error.strerror}"
                raise ToolFailed(what, sent=False) from None
            assert self._process.stdin is not None
            self._process.stdin.write(self._setting)
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


class Appointments:
    """A tool of the appointment book. It gives what the dialplan declares of what the book knows."""

    def __init__(self, clerk: Clerk, operation: Operation, output: tuple[str, ...]) -> None:
        self._clerk = clerk
        self._operation = operation
        self._output = output

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """See Executor."""
        values = await self._clerk.ask(self._operation, arguments, key)
        return {name: values[name] for name in self._output if name in values}

    async def warm(self) -> None:
        """Start the book's process."""
        await self._clerk.warm()

    async def close(self) -> None:
        """Let the book's process end, for all of its tools."""
        await self._clerk.close()


def _spans(texts: Sequence[str]) -> Spans:
    return tuple(filter(None, map(span, texts)))
