"""What comes of a call, whatever the tool does: one result, in time, and nothing done twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.dialplan.tools import Tool
from agent.errors import ToolFailed, ToolRefused
from agent.tools.breaker import FAILURES
from agent.tools.call import ToolCall
from agent.tools.desk import ToolDesk
from agent.tools.fakes import ScriptedTool, Step
from agent.tools.result import Outcome, ToolResult

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ASKED = (("day", "2026-12-01"), ("name", "Jo Smith"))
DONE = ToolResult(Outcome.DONE, (("when", "at nine"),))
ANSWER = {"when": "at nine"}
UNKNOWN = ToolResult(Outcome.UNKNOWN, why="it was begun before, and not finished")

Make = Callable[..., tuple[ToolDesk, ScriptedTool]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A desk with one tool, "book", that takes these steps; its files are the same for all desks of a test."""

    def made(*steps: Step, **keys: object) -> tuple[ToolDesk, ScriptedTool]:
        declared = {"name": "book", "http": {"url": "http://localhost"}, "input": {"day": "date", "name": "name"}}
        tool = Tool.model_validate({**declared, "output": {"when": "text"}, **keys})
        executor = ScriptedTool(steps or [ANSWER])
        return ToolDesk([(tool, executor)], tmp_path, lambda: NOW), executor

    return made


async def ask(desk: ToolDesk, key: str = "1", call: str = "call", caller: str = "5550100") -> ToolResult:
    return await desk.run(ToolCall("book", ASKED, key), call, caller)


def audit(tmp_path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (tmp_path / "tools.jsonl").read_text().splitlines()]


async def test_a_tool_is_run_and_its_values_come_back(make: Make) -> None:
    desk, tool = make()
    assert await ask(desk) == DONE
    assert tool.runs[0][0] == dict(ASKED)
    await desk.close()
    assert tool.closed


async def test_what_is_warmed_is_ready_and_what_fails_at_that_runs_all_the_same(tmp_path: Path) -> None:
    good, bad = ScriptedTool([{}]), NeverWarm([{}])
    desk = ToolDesk([(Tool(name="good"), good), (Tool(name="bad"), bad)], tmp_path, lambda: NOW)
    await desk.warm()
    assert good.warmed
    assert (await desk.run(ToolCall("bad", (), "1"), "call", "")).outcome is Outcome.DONE


class NeverWarm(ScriptedTool):
    """A tool whose far side is not there yet."""

    async def warm(self) -> None:
        raise ToolFailed("the MCP server can't be reached")


async def test_what_is_not_declared_does_not_run(make: Make) -> None:
    desk, tool = make()
    for call in (
        ToolCall("cook", ASKED, "1"),
        ToolCall("book", (*ASKED, ("to", "x")), "2"),
        ToolCall("book", ASKED[:1], "3"),
        ToolCall("book", (("day", "tomorrow"), ASKED[1]), "4"),
    ):
        assert (await desk.run(call, "call", "")).outcome is Outcome.INVALID
    assert tool.runs == []


@pytest.mark.parametrize(
    ("step", "result"),
    [
        (ToolRefused("taken"), ToolResult(Outcome.REFUSED, why="taken")),
        (ToolFailed("the server answered 500"), ToolResult(Outcome.FAILED, why="the server answered 500")),
        (RuntimeError("Jo Smith broke it"), ToolResult(Outcome.FAILED, why="RuntimeError")),
        ({"when": 9}, ToolResult(Outcome.INVALID, why='"when" is not written as a text is')),
        ({}, ToolResult(Outcome.INVALID, why='the value "when" is missing')),
        ({**ANSWER, "price": "1"}, ToolResult(Outcome.INVALID, why='no value "price" is declared')),
        (30.0, ToolResult(Outcome.LATE, why="no answer within 1 s")),
    ],
)
@pytest.mark.parametrize("changes", [True, False])
async def test_every_failure_is_a_result(
    make: Make, step: Step, result: ToolResult, changes: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    desk, _ = make(step, seconds=1 if result.outcome is Outcome.LATE else 30, changes=changes)
    if changes and result.outcome is not Outcome.REFUSED:
        result = ToolResult(Outcome.UNKNOWN, why=result.why)  # it may have been done
    assert await ask(desk) == result
    assert "Jo Smith" not in "".join(capfd.readouterr())


async def test_a_tool_that_changes_nothing_is_tried_again(make: Make) -> None:
    desk, tool = make(ToolFailed("x"), ToolFailed("x"), ANSWER)
    assert await ask(desk) == DONE
    assert len(tool.runs) == 3


async def test_what_will_not_pass_is_not_tried_again(make: Make) -> None:
    desk, tool = make(ToolFailed("x", passing=False), ANSWER)
    assert (await ask(desk)).outcome is Outcome.FAILED
    assert len(tool.runs) == 1


async def test_what_changes_something_is_tried_again_only_if_it_was_not_sent(make: Make) -> None:
    desk, tool = make(ToolFailed("x", sent=False), ToolFailed("x"), ANSWER, changes=True)
    assert (await ask(desk)).outcome is Outcome.UNKNOWN
    assert len(tool.runs) == 2


async def test_a_far_side_that_knows_the_key_is_asked_again_by_it(make: Make) -> None:
    desk, tool = make(ToolFailed("x"), ANSWER, changes=True, idempotent=True)
    assert await ask(desk) == DONE
    assert len({key for _, key in tool.runs}) == 1
    assert len(tool.runs) == 2
    await ask(desk, key="2")
    await ask(desk, call="another")
    assert len({key for _, key in tool.runs}) == 3


async def test_tries_end_with_the_tools_seconds(make: Make) -> None:
    desk, tool = make(ToolFailed("x"), 30.0, ANSWER, seconds=1)
    assert (await ask(desk)).outcome is Outcome.LATE
    assert len(tool.runs) == 2


@pytest.mark.parametrize("step", [ANSWER, ToolRefused("taken"), {}])
async def test_a_key_gets_its_result_again_also_of_another_agent(make: Make, step: Step) -> None:
    desk, tool = make(step, changes=True)
    first = await ask(desk)
    assert await ask(desk) == first
    await desk.close()
    later, other = make({"when": "another time"}, changes=True)
    assert await ask(later) == first
    assert (len(tool.runs), other.runs) == (1, [])
    assert (await ask(later, key="2")).values == (("when", "another time"),)
    assert (await ask(later, call="another call")).values == (("when", "another time"),)


@pytest.mark.parametrize("step", [ToolFailed("x"), 30.0, RuntimeError()])
async def test_what_was_begun_and_not_finished_is_not_run_again(make: Make, step: Step) -> None:
    desk, _ = make(step, seconds=1, changes=True)
    assert (await ask(desk)).outcome is Outcome.UNKNOWN
    await desk.close()
    later, tool = make(changes=True)
    assert await ask(later) == UNKNOWN
    assert tool.runs == []


async def test_an_agent_that_was_killed_at_work_leaves_it_unknown(make: Make) -> None:
    desk, tool = make(30.0, seconds=30, changes=True)
    running = asyncio.create_task(ask(desk))
    await tool.started.wait()
    later, other = make(changes=True)  # of a process that came after it
    assert await ask(later) == UNKNOWN
    assert other.runs == []
    again, third = make(changes=True, idempotent=True)
    assert await ask(again) == DONE
    assert len(third.runs) == 1
    running.cancel()


async def test_what_was_surely_not_done_may_be_done_later(make: Make) -> None:
    desk, tool = make(*[ToolFailed("no connection", sent=False)] * 3, ANSWER, changes=True)
    assert (await ask(desk)).outcome is Outcome.FAILED
    assert await ask(desk) == DONE
    assert len(tool.runs) == 4


async def test_a_key_with_other_arguments_does_not_run(make: Make) -> None:
    desk, tool = make(changes=True)
    await ask(desk)
    other = ToolCall("book", (("day", "2026-12-02"), ("name", "Jo Smith")), "1")
    assert (await desk.run(other, "call", "")).why == "the key was used with other arguments"
    assert len(tool.runs) == 1


async def test_the_same_call_at_the_same_time_runs_once(make: Make) -> None:
    desk, tool = make(0.1, ANSWER, changes=True)
    assert list(await asyncio.gather(ask(desk), ask(desk))) == [DONE, DONE]
    assert len(tool.runs) == 1


async def test_a_call_that_ends_does_not_stop_what_was_begun(make: Make) -> None:
    desk, tool = make(0.2, ANSWER, changes=True)
    caller = asyncio.create_task(ask(desk))
    await tool.started.wait()
    caller.cancel()
    await desk.close()
    later, other = make(changes=True)
    assert await ask(later) == DONE
    assert other.runs == []


async def test_limits_hold_for_runs_and_not_for_what_is_known(make: Make) -> None:
    desk, tool = make(changes=True, a_call=1)
    assert await ask(desk) == DONE
    assert (await ask(desk, key="2")).outcome is Outcome.LIMITED
    assert await ask(desk) == DONE
    assert await ask(desk, key="2", call="another") == DONE
    assert len(tool.runs) == 2


async def test_a_caller_has_a_limit_over_calls_and_the_tool_over_callers(make: Make) -> None:
    desk, _ = make(an_hour=1)
    assert [(await ask(desk, call=call)).outcome for call in "ab"] == [Outcome.DONE, Outcome.LIMITED]
    desk, _ = make(0.1, ANSWER, together=1)
    results = await asyncio.gather(*(ask(desk, call=call, caller=call) for call in "ab"))
    assert sorted(result.outcome for result in results) == [Outcome.DONE, Outcome.LIMITED]


async def test_what_fails_in_a_row_is_left_alone(make: Make) -> None:
    desk, tool = make(ToolFailed("x", passing=False), changes=True)
    for number in range(FAILURES):
        await ask(desk, key=str(number))
    rests = await ask(desk, key="next")
    assert (rests.outcome, len(tool.runs)) == (Outcome.FAILED, FAILURES)
    assert "left alone" in rests.why
    assert "left alone" in (await ask(desk, key="next")).why  # and may be asked for again


async def test_refusals_are_no_failures(make: Make) -> None:
    desk, tool = make(ToolRefused("taken"))
    for number in range(FAILURES + 2):
        assert (await ask(desk, key=str(number))).outcome is Outcome.REFUSED
    assert len(tool.runs) == FAILURES + 2


async def test_each_run_has_a_line_without_the_callers_words(make: Make, tmp_path: Path) -> None:
    desk, _ = make(ANSWER, ToolRefused("taken"), changes=True)
    for key in ("1", "1", "2"):
        await ask(desk, key)
    lines = audit(tmp_path)
    assert [(line["outcome"], line["again"], line["why"]) for line in lines] == [
        ("done", False, ""),
        ("done", True, ""),
        ("refused", False, "taken"),
    ]
    assert {line["at"] for line in lines} == {"2026-11-30T08:00:00.000+00:00"}
    assert lines[0]["arguments"] == {"day": "2026-12-01", "name": "(8 characters)"}
    assert "Jo" not in (tmp_path / "tools.jsonl").read_text()
    assert (tmp_path / "tools.jsonl").stat().st_mode & 0o777 == 0o600


async def test_without_a_journal_nothing_is_changed(make: Make, tmp_path: Path) -> None:
    (tmp_path / "tools.db").mkdir()
    desk, tool = make(changes=True)
    result = await ask(desk)
    assert (result.outcome, tool.runs) == (Outcome.FAILED, [])
    reading, _ = make()
    assert await ask(reading) == DONE


async def test_without_an_audit_tools_run_on(make: Make, tmp_path: Path) -> None:
    (tmp_path / "tools.jsonl").mkdir()
    desk, _ = make()
    assert await ask(desk) == DONE


async def test_the_callers_own_number_is_given_as_the_trunk_wrote_it(make: Make) -> None:
    desk, tool = make(input={"phone": "phone", "account": "digits"})
    for key, caller in (("1", "+4930123456"), ("2", "4930123456"), ("3", "+4930999999")):
        numbers = (("phone", "4930123456"), ("account", "4930123456"))
        await desk.run(ToolCall("book", numbers, key), "call", caller)
    assert [run["phone"] for run, _ in tool.runs] == ["+4930123456", "4930123456", "4930123456"]
    assert {run["account"] for run, _ in tool.runs} == {"4930123456"}
    await desk.close()
