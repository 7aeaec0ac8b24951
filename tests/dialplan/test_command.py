"""`offhook dialplan` as an admin runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.config import DEFAULT_DIALPLAN

run = CliRunner().invoke


def test_a_good_file_is_called_good() -> None:
    result = run(app, ["check", str(DEFAULT_DIALPLAN)])
    assert result.exit_code == 0
    assert result.output == f"{DEFAULT_DIALPLAN}: good. Hill Street Bicycles: 13 intents, 13 facts\n"


def test_errors_have_exit_code_1_and_warnings_are_marked(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(
        DEFAULT_DIALPLAN.read_text().replace("numbers:", "nummbers:").replace("Hello, this is", "Hey *you*")
    )
    result = run(app, ["check", str(file)])
    assert result.exit_code == 1
    warning, _greeting, *errors = result.output.splitlines()
    assert warning.endswith('"*" would be read aloud or dropped; write the text as it is spoken (warning)')
    assert [line.split(": ", 1)[1] for line in errors] == [
        '"numbers" is missing here; add it',
        '"nummbers" is not known here; did you mean "numbers"?',
    ]


def test_warnings_alone_have_exit_code_0(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(DEFAULT_DIALPLAN.read_text().replace("Hello, this is", "Hey *you*"))
    result = run(app, ["check", str(file)])
    assert result.exit_code == 0
    assert result.output.count("(warning)") == 1


def test_ask_shows_route_topic_score_and_reply() -> None:
    result = run(app, ["ask", str(DEFAULT_DIALPLAN), "where can i leave my car", "thanks bye"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("bot: Hello, this is the automated assistant")
    assert lines[1] == "caller: where can i leave my car"
    assert lines[2].startswith("bot [intent parking 0.")
    assert lines[2].endswith("Yes, there's free parking behind the shop. The entrance is on Mill Lane.")
    assert lines[4] == "bot [goodbye 1.00]: Thank you for calling Hill Street Bicycles. Goodbye."


def test_ask_without_the_model_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["ask", str(DEFAULT_DIALPLAN), "hello"])
    assert result.exit_code == 1
    assert "offhook models fetch minilm-l6" in result.output
