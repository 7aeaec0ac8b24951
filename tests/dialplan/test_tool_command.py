"""`offhook dialplan tool` as an admin runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.commands.dialplan import app
from tests.dialplan.test_load import GOOD
from tests.tools.web import Web

TOOLS = """\
tools:
  - name: book
    appointments: book
    changes: true
    input: {day: date, time: time, name: name}
    output: {when: text, reference: digits}
calendar:
  open: {tuesday: "9:00-12:00"}
"""
BOOK = ("day=2999-01-01", "time=09:00", "name=Jo = Smith")  # a Tuesday


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "plan.yaml"
    file.write_text(GOOD + TOOLS)
    return file


def run(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["tool", str(file), *arguments, "--data-dir", str(file.parent / "data")])


def test_what_a_tool_did_is_shown_as_a_table(file: Path) -> None:
    result = run(file, "book", *BOOK)
    assert result.exit_code == 0, result.output
    assert "done" in result.output
    assert " ms" in result.output
    assert "Tuesday, January first at nine a m" in result.output
    assert "reference" in result.output


def test_a_run_is_no_trial_and_each_is_one_of_its_own(file: Path) -> None:
    assert run(file, "book", *BOOK).exit_code == 0
    again = run(file, "book", *BOOK, "--json")
    assert again.exit_code == 1
    shown = json.loads(again.output)
    assert (shown["outcome"], shown["why"], shown["values"]) == ("refused", "taken", {})


def test_mistakes_in_what_is_asked_are_said_and_nothing_runs(file: Path) -> None:
    takes = '"book" takes, for example, day="2026-12-01" time="15:30" name="Jo Smith"'
    for arguments, said in (
        (("boo",), '"boo" is no tool of this dialplan; did you mean "book"?'),
        (("order",), '"order" is no tool of this dialplan; its tools are book'),
        (("book", "tomorrow"), f'"tomorrow" is no NAME=VALUE; {takes}'),
        (("book", "day=tomorrow", "time=09:00", "name=Jo"), f'"day" is not written as a date is; {takes}'),
        (("book", *BOOK[:2]), f'the argument "name" is missing; {takes}'),
        (("book", *BOOK, "to=x"), f'no argument "to" is declared; {takes}'),
    ):
        result = run(file, *arguments)
        assert (result.exit_code, result.stderr) == (2, f"{said}\n")
    assert not (file.parent / "data").exists()


def test_a_dialplan_without_tools_and_one_with_an_error_are_said(file: Path) -> None:
    file.write_text(GOOD)
    assert run(file, "book").stderr == '"book" is no tool of this dialplan; it has none, write them under "tools"\n'
    file.write_text(GOOD + TOOLS.replace("changes: true", "seconds: 5"))
    broken = run(file, "book", *BOOK)
    assert broken.exit_code == 1
    assert '"book" changes the appointment book; write "changes: true"' in broken.stderr


def test_an_endpoint_that_fails_is_said(file: Path) -> None:
    with Web().serving() as web:
        web.says((404, {}, b""))
        file.write_text(GOOD + f"tools:\n  - {{name: order, changes: true, http: {{url: '{web.url}'}}}}\n")
        result = run(file, "order")
    assert result.exit_code == 1
    assert "failed" in result.output
    assert "the server answered 404" in result.output
