"""What a test says of a tool's run."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Result
from agent.dialplan.scripted import Scripted
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

RUN = ToolCall("book", (), "1")


@pytest.mark.parametrize(
    ("said", "result"),
    [
        (Result(tool="book", gives={"when": "at nine"}), ToolResult(Outcome.DONE, (("when", "at nine"),))),
        (Result(tool="book", refuses="taken"), ToolResult(Outcome.REFUSED, why="taken")),
        (Result(tool="book", unknown=True), ToolResult(Outcome.UNKNOWN)),
        (Result(tool="book"), ToolResult(Outcome.FAILED)),
        (Result(tool="note"), ToolResult(Outcome.FAILED, why="the test has no result for it")),
    ],
)
def test_each_run_is_given_what_the_test_says(said: Result, result: ToolResult) -> None:
    script = Scripted([said])
    assert script.run(RUN) == result
    assert script.run(RUN).outcome is Outcome.FAILED
