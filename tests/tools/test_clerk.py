"""The appointment book in its real process: asked, killed in the middle, and asked again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.dialplan.calendar import Calendar, Weekday
from agent.dialplan.hours import Holiday
from agent.dialplan.tools import Operation
from agent.errors import ToolFailed, ToolRefused
from agent.tools.clerk import Appointments, Clerk, timetable
from agent.tools.database import connect
from tests.tools.processes import processes

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
CALENDAR = Calendar(open={Weekday.TUESDAY: ("9:00-11:00", "14.00 – 15:00")}, minutes=60, timezone="UTC")
JO = {"day": "2026-12-01", "time": "09:00", "name": "Jo"}


@pytest.fixture
async def clerk(tmp_path: Path) -> AsyncIterator[Clerk]:
    clerk = Clerk(CALENDAR, tmp_path, lambda: NOW)
    yield clerk
    await clerk.close()


def pid() -> int:
    """Of the process that has the book."""
    (process,) = processes("agent.tools.appointments")
    return process


def test_a_calendar_is_read_as_the_book_reads_it() -> None:
    assert timetable(CALENDAR).open == ((), ((540, 660), (840, 900)), (), (), (), (), ())
    assert timetable(Calendar()).open == (((540, 1020),),) * 5 + ((), ())


async def test_nothing_is_free_on_a_holiday(tmp_path: Path) -> None:
    clerk = Clerk(CALENDAR, tmp_path, lambda: NOW, [Holiday(date="12-01", open=("10:00-12:00",))])
    assert (await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, ""))["times"] == "ten a m"
    with pytest.raises(ToolRefused):
        await clerk.ask(Operation.BOOK, {**JO, "time": "14:00"}, "k")
    await clerk.close()


async def test_the_book_is_asked_and_refuses(clerk: Clerk) -> None:
    assert await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, "") == {
        "times": "nine a m, ten a m or two p m",
        "first": "09:00",
        "second": "10:00",
        "third": "14:00",
    }
    assert (await clerk.ask(Operation.BOOK, JO, "a"))["when"] == "Tuesday, December first at nine a m"
    with pytest.raises(ToolRefused, match="taken"):
        await clerk.ask(Operation.BOOK, JO, "b")


async def test_a_tool_gives_what_is_declared_of_it(clerk: Clerk) -> None:
    tool = Appointments(clerk, Operation.BOOK, ("when",))
    assert await tool.run(JO, "a") == {"when": "Tuesday, December first at nine a m"}


async def test_a_process_that_was_killed_is_started_again_and_the_book_is_as_it_was(clerk: Clerk) -> None:
    made = await clerk.ask(Operation.BOOK, JO, "a")
    stopped = pid()
    os.kill(stopped, signal.SIGSTOP)
    asyncio.get_running_loop().call_later(0.05, os.kill, stopped, signal.SIGKILL)
    with pytest.raises(ToolFailed, match="died"):
        await clerk.ask(Operation.BOOK, JO, "b")
    assert await clerk.ask(Operation.BOOK, JO, "a") == made
    assert pid() != stopped


async def test_who_has_waited_long_enough_kills_it_and_the_next_is_served(clerk: Clerk, tmp_path: Path) -> None:
    await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, "")
    stuck = pid()
    os.kill(stuck, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await clerk.ask(Operation.BOOK, JO, "a")
    assert (await clerk.ask(Operation.BOOK, JO, "a"))["name"] == "Jo"
    assert pid() != stuck


async def test_who_waits_for_their_turn_kills_nobody(clerk: Clerk) -> None:
    await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, "")
    busy = pid()
    os.kill(busy, signal.SIGSTOP)
    first = asyncio.create_task(clerk.ask(Operation.BOOK, JO, "a"))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, "")
    os.kill(busy, signal.SIGCONT)
    assert (await first)["name"] == "Jo"
    assert pid() == busy


async def test_a_book_that_cannot_be_written_is_a_failure_and_no_end(tmp_path: Path) -> None:
    (tmp_path / "appointments.db").mkdir()
    clerk = Clerk(CALENDAR, tmp_path, lambda: NOW)
    for _ in range(2):
        with pytest.raises(ToolFailed, match="can't be used") as failed:
            await clerk.ask(Operation.BOOK, JO, "a")
        assert not failed.value.sent
    (tmp_path / "appointments.db").rmdir()
    assert (await clerk.ask(Operation.BOOK, JO, "a"))["name"] == "Jo"
    await clerk.close()


async def test_killed_at_any_moment_a_booking_is_made_once(tmp_path: Path) -> None:
    """The process dies within the change, or between it and its answer; whoever asks again by the same key gets one."""
    clerk = Clerk(CALENDAR, tmp_path, lambda: NOW)
    await clerk.ask(Operation.FREE, {"day": "2026-12-01"}, "")
    for number, after_ms in enumerate((0.0, 0.2, 0.5, 1, 2, 4)):
        order = {**JO, "time": ("09:00", "10:00", "14:00")[number % 3], "name": f"Jo {number}"}
        asyncio.get_running_loop().call_later(after_ms / 1000, os.kill, pid(), signal.SIGKILL)
        try:
            first = await clerk.ask(Operation.BOOK, order, str(number))
        except ToolFailed:
            first = None
        await asyncio.sleep(0.01)
        try:
            made = await clerk.ask(Operation.BOOK, order, str(number))
        except ToolFailed:  # its death was not known yet
            made = await clerk.ask(Operation.BOOK, order, str(number))
        assert first in (None, made)
        database = connect(tmp_path / "appointments.db", "")
        assert database.execute("SELECT reference FROM appointments").fetchall() == [(made["reference"],)]
        database.close()
        await clerk.ask(Operation.CANCEL, {"reference": str(made["reference"])}, f"cancel {number}")
    await clerk.close()
