"""A dialplan's tools as they are made of the file: the book's real process, real HTTP, a real MCP server."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialplan.load import load
from agent.dialplan.tools import Tool
from agent.errors import ToolFailed, ToolRefused
from agent.tools.call import ToolCall
from agent.tools.desk import ToolDesk
from agent.tools.fakes import ScriptedTool, Step
from agent.tools.outfit import desk_of
from agent.tools.result import Outcome, ToolResult
from tests.dialplan.test_load import GOOD
from tests.tools.processes import processes
from tests.tools.web import Web

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
SERVER = Path(__file__).with_name("telephone_book.py")
TOOLS = """\
tools:
  - name: book
    seconds: 30
    appointments: book
    changes: true
    together: 50
    input: {day: date, time: time, name: name}
    output: {when: text}
  - name: points
    seconds: 30
    http: {url: "URL/points", method: GET}
    input: {phone: phone}
    output: {points: digits}
  - name: look_up
    seconds: 30
    changes: false
    mcp: {command: [PYTHON, SERVER], tool: look_up}
    input: {name: name}
    output: {number: phone, asked: digits}
  - name: refuse
    seconds: 30
    changes: false
    mcp: {command: [PYTHON, SERVER], tool: refuses}
calendar: {timezone: UTC}
"""


Make = Callable[..., ToolDesk]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Make]:
    """Desks of the file, whose HTTP tool is at a URL."""
    desks: list[ToolDesk] = []

    def make(url: str = "http://localhost") -> ToolDesk:
        file = tmp_path / "plan.yaml"
        text = TOOLS.replace("URL", url).replace("PYTHON", sys.executable).replace("SERVER", str(SERVER))
        file.write_text(GOOD + text)
        desks.append(desk_of(load(file), tmp_path / "data", lambda: NOW))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.close()


def booking(at: str = "09:00", name: str = "Jo", key: str = "1") -> ToolCall:
    return ToolCall("book", (("day", "2026-12-01"), ("time", at), ("name", name)), key)


def names(tmp_path: Path) -> list[str]:
    database = sqlite3.connect(tmp_path / "data" / "appointments.db")
    found = [str(row[0]) for row in database.execute("SELECT name FROM appointments ORDER BY name")]
    database.close()
    return found


async def test_each_tool_is_done_by_who_the_file_says(made: Make, web: Web) -> None:
    desk = made(web.url)
    web.says({"points": 42})
    booked = await desk.run(booking(), "call", "")
    assert booked == ToolResult(Outcome.DONE, (("when", "Tuesday, December first at nine a m"),))
    points = await desk.run(ToolCall("points", (("phone", "5550100"),), "1"), "call", "")
    assert points == ToolResult(Outcome.DONE, (("points", "42"),))
    look_up = await desk.run(ToolCall("look_up", (("name", "Jo"),), "1"), "call", "")
    assert look_up == ToolResult(Outcome.DONE, (("number", "5550100"), ("asked", "1")))
    assert await desk.run(ToolCall("refuse", (), "1"), "call", "") == ToolResult(Outcome.REFUSED, why="unlisted")
    look_up = await desk.run(ToolCall("look_up", (("name", "Jo"),), "2"), "call", "")
    assert look_up.values[1] == ("asked", "2")  # the server is the same for both of its tools
    assert len(processes(str(SERVER))) == 1
    await desk.close()
    assert processes(str(SERVER)) + processes("agent.tools.appointments") == []


async def test_processes_and_sessions_are_there_when_the_desk_is_warm(made: Make) -> None:
    desk = made()
    await desk.warm()
    assert [len(processes(what)) for what in ("agent.tools.appointments", str(SERVER))] == [1, 1]
    assert (await desk.run(booking(), "call", "")).outcome is Outcome.DONE


async def test_a_book_that_is_killed_at_work_books_once_and_no_caller_notices(made: Make, tmp_path: Path) -> None:
    desk = made()
    await desk.run(booking("16:00", "first"), "call", "")
    for number in range(6):
        (process,) = processes("agent.tools.appointments")
        os.kill(process, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(0.02, os.kill, process, signal.SIGKILL)
        result = await desk.run(booking(f"{9 + number:02}:00", f"Jo {number}"), f"call {number}", "")
        assert result.outcome is Outcome.DONE
    assert names(tmp_path) == [*(f"Jo {number}" for number in range(6)), "first"]


async def test_callers_who_want_the_same_time_at_once_get_it_once(made: Make, tmp_path: Path) -> None:
    desk, other = made(), made()  # of two dialplans, or of one that was reloaded
    calls = [(desk if number % 2 else other).run(booking(), f"call {number}", "") for number in range(10)]
    results = await asyncio.gather(*calls)
    assert [result for result in results if result.outcome not in (Outcome.DONE, Outcome.REFUSED)] == []
    assert Counter(result.outcome for result in results) == {Outcome.DONE: 1, Outcome.REFUSED: 9}
    assert names(tmp_path) == ["Jo"]


STEPS: st.SearchStrategy[Step] = st.sampled_from(
    [
        {"when": "at nine"},
        {"when": None},
        {"when": ["at nine"]},
        {},
        {"": 0},
        ToolRefused("taken"),
        ToolFailed("x"),
        ToolFailed("x", sent=False),
        ToolFailed("x", passing=False),
        ValueError("\ud800"),
        KeyError(),
        TimeoutError(),
        asyncio.InvalidStateError(),
        0.001,
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(STEPS, max_size=4),
    last=STEPS.filter(lambda step: not isinstance(step, float)),
    changes=st.booleans(),
    idempotent=st.booleans(),
    keys=st.lists(st.sampled_from("ab"), min_size=1, max_size=4),
    arguments=st.lists(st.tuples(st.sampled_from(["day", "x"]), st.sampled_from(["2026-12-01", "", "\0"])), max_size=2),
)
def test_whatever_a_tool_does_each_call_has_a_result(
    *,
    steps: list[Step],
    last: Step,
    changes: bool,
    idempotent: bool,
    keys: list[str],
    arguments: list[tuple[str, str]],
) -> None:
    declared = {"name": "book", "changes": changes, "idempotent": idempotent, "input": {"day": "date"}}
    tool = Tool.model_validate({**declared, "output": {"when": "text"}})
    executor = ScriptedTool([*steps, last])

    async def run(directory: Path) -> list[ToolResult]:
        desk = ToolDesk([(tool, executor)], directory, lambda: NOW)
        calls = [ToolCall("book", (("day", "2026-12-01"),), key) for key in keys]
        results = [await desk.run(call, "call", "") for call in calls]
        odd = await desk.run(ToolCall("book", tuple(arguments), "odd"), "call", "")
        await desk.close()
        return [*results, odd]

    with TemporaryDirectory() as directory:
        results = asyncio.run(run(Path(directory)))
    for result in results:
        assert (result.outcome is Outcome.DONE) is (not result.why)
        assert result.outcome is Outcome.DONE or result.values == ()
    done = [key for key, result in zip(keys, results, strict=False) if result.outcome is Outcome.DONE]
    if changes:
        given_back = {key: {result.values for one, result in zip(keys, results, strict=False) if one == key and
                            result.outcome is Outcome.DONE} for key in done}  # fmt: skip
        assert all(len(values) == 1 for values in given_back.values())


@pytest.mark.parametrize("key", ["1", "2"])
async def test_a_key_of_a_call_is_not_that_of_another(made: Make, key: str) -> None:
    desk = made()
    assert (await desk.run(booking(key=key), "call", "")).outcome is Outcome.DONE
    assert (await desk.run(booking(key=key), "another call", "")).why == "taken"
