"""`offhook dialplan new` with answers from a pipe."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.dialplan.load import load

HOURS = ["Mon-Fri 9-17, Sat 10-13", "Christmas Day, Dec 31", "berlin"]
TOPICS = ["", "Yes", "", ""]
NO_MORE = ["y", "", "n"]  # messages, person, appointments


def new(*lines: str | bytes, file: Path | None = None) -> Result:
    typed = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    return CliRunner().invoke(app, ["new", *([str(file)] if file else [])], input=typed)


def test_the_answers_become_a_file_and_the_next_commands_are_told(tmp_path: Path) -> None:
    file = tmp_path / "my plan.yaml"
    result = new(
        "O'Neil: Bikes & more", "+49 30 12-34, 17", *HOURS, *TOPICS, "y", "2 00", "y", "mon-fri 9-17", file=file
    )
    assert result.exit_code == 0, result.output
    plan = load(file)
    assert (plan.name, plan.numbers, plan.operator) == ("O'Neil: Bikes & more", ("+49301234", "17"), "person")
    assert plan.transfers[0].target == "200"
    names = ["opening_hours", "open_now", "parking", "speak_to_a_person", "leave_message"]
    assert [intent.name for intent in plan.intents[:5]] == names
    assert plan.intents[2].answer == "Yes"
    assert (plan.timezone, plan.calendar.timezone) == ("Europe/Berlin", "Europe/Berlin")
    assert plan.hours is not None
    assert dict(plan.hours.open)["saturday"] == ("10:00-13:00",)
    assert [(day.date, day.name) for day in plan.hours.holidays] == [("12-25", "Christmas Day"), ("12-31", None)]
    assert list(plan.calendar.open) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    named = shlex.quote(str(file))
    commands = [line.partition("#")[0].strip() for line in result.output.splitlines() if line.startswith("  offhook")]
    assert commands == [
        f"offhook dialplan check {named}",
        f"offhook dialplan test {named}",
        f"offhook dialplan talk {named}",
        f"offhook serve --dialplan {named}",
    ]
    checked = CliRunner().invoke(app, ["check", str(file)])
    assert checked.exit_code == 0
    assert "(warning)" not in checked.output


def test_without_a_file_it_is_named_after_the_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = new("Café 24", "", "", *TOPICS, *NO_MORE)
    assert result.exit_code == 0, result.output
    assert load(tmp_path / "cafe_24.yaml").numbers == ("*",)


def test_a_wrong_answer_is_asked_again_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    wrong = ["", "???", "x" * 700, b"\xff\xfe", "Joe *x*", "Joe"]
    result = new(
        *[*wrong, "12!", "12"],
        *["nine to five", "mon 22-6", "closed", "mon 9-17", "Easter", "Feb 30", "Christmas", "Berln", "berlin"],
        *[
            "<b>here</b>",
            *TOPICS,
            "maybe",
            "y",
            "a@b",
            "whoever",
            "my phone 20",
            "20!",
            "",
            "y",
            "sun 9-17",
            "closed on mondays",
            "",
        ],
        file=file,
    )
    assert result.exit_code == 0, result.output
    errors = [line.removeprefix("> ") for line in result.output.splitlines() if "Error" in line]
    assert [error[:34] for error in errors] == [
        "Error: a name has letters or digit",
        "Error: a name has letters or digit",
        "Error: this is too long to say or ",
        "Error: a name has letters or digit",
        'Error: "*" would be read aloud or ',
        'Error: "12!" can\'t be used; a numb',
        'Error: "nine to five" is no day an',
        'Error: "22:00-6:00" ends before it',
        "Error: write the days and times at",
        'Error: "Easter" is on another day ',
        'Error: there is no such day as "Fe',
        'Error: "Berln" is no time zone; di',
        'Error: "<" would be read aloud or ',
        'Error: "maybe" is no answer to thi',
        'Error: "a@b" is no number; write d',
        'Error: "whoever" is no number; wri',
        'Error: "my phone 20" is more than ',
        'Error: "20!" can\'t be used; a tran',
        "Error: an appointment can be on su",
        "Error: write at least one day and ",
    ]
    plan = load(file)
    assert (plan.name, dict(plan.calendar.open)) == ("Joe", {"monday": ("9:00-17:00",)})


def test_a_no_leaves_a_question_out(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    result = new("Joe", "none", "", "No", "no", "None.", "We charge ten dollars.", "n", "y", "nobody", "n", file=file)
    assert result.exit_code == 0, result.output
    assert '"none" is no number; write those that it answers' in result.output  # not every number
    plan = load(file)
    assert (plan.numbers, plan.hours, plan.transfers, plan.operator) == (("*",), None, (), None)
    assert [intent.name for intent in plan.intents] == ["prices", "leave_message"]


def test_who_does_not_know_leaves_a_question_out_and_a_yes_may_be_said_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    result = new(
        "Joe", "", "dunno", "I don't know.", "?", "It depends.", "skip", "yes please", "idk", "nope", file=file
    )
    assert result.exit_code == 0, result.output
    assert [intent.name for intent in load(file).intents] == ["prices", "leave_message"]


def test_what_was_understood_of_times_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    result = new("Joe", "+49 (0)30 12", "mon 9-5", "", "", *TOPICS, "", "", "sure", "mon 10-4", file=file)
    assert result.exit_code == 0, result.output
    assert "\nThat is Monday from nine a m to five p m.\n" in result.output
    assert "\nThat is Monday from ten a m to four p m.\n" in result.output
    assert load(file).numbers == ("+493012",)  # the zero in brackets is not dialled


def test_a_bot_that_knows_nothing_is_asked_about_again(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    nothing = ["", "", "", "", "", "n", "", "n"]
    result = new("Joe", "", *nothing, "", "", "Behind the house.", "", "", "n", "", "n", file=file)
    assert result.exit_code == 0, result.output
    assert "has nothing to talk about" in result.output
    assert [intent.name for intent in load(file).intents] == ["parking"]


def test_a_file_that_is_there_is_kept_unless_its_admin_says_so(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("mine")
    file.chmod(0o640)
    kept = new("n", file=file)
    assert (kept.exit_code, file.read_text()) == (1, "mine")
    assert new("", "Joe", "", "", *TOPICS, *NO_MORE, file=file).exit_code == 1  # no is the default
    assert new("y", "Joe", "", "", *TOPICS, *NO_MORE, file=file).exit_code == 0
    assert (load(file).name, file.stat().st_mode & 0o777) == ("Joe", 0o640)


def test_an_input_that_ends_leaves_nothing(tmp_path: Path) -> None:
    assert new("Joe", "", "We're open", file=tmp_path / "plan.yaml").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_none_is_told_before_the_first_question(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none" / "plan.yaml"):
        result = new("Joe", file=file)
        assert result.exit_code == 1
        assert "can't be written there; name a file in a folder that exists" in result.output
        assert "called" not in result.output


def test_a_closed_input_is_told(tmp_path: Path) -> None:
    command = shlex.join([sys.executable, "-m", "agent.cli", "dialplan", "new", str(tmp_path / "plan.yaml")])
    ended = subprocess.run(["sh", "-c", f"{command} <&-"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "the interview needs somebody who answers; run it in a terminal\n")


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "agent.cli", "dialplan", "new", str(tmp_path / "plan.yaml")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"Joe\n")
        running.stdin.flush()
        while b"numbers" not in os.read(running.stdout.fileno(), 4096):
            pass
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    assert running.returncode == 1
    assert list(tmp_path.iterdir()) == []
