"""`offhook dialplan explain` as an admin runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.config import WORKSHOP

run = CliRunner().invoke


def test_explain_shows_what_was_left_out_the_decision_its_reason_and_five_topics() -> None:
    result = run(app, ["explain", str(WORKSHOP), "hi um I was just wondering where can i leave my car"])
    assert result.exit_code == 0, result.output
    left_out, weighed, decision, because, *nearest = result.output.splitlines()
    assert left_out == 'left out: "hi i was just wondering", "um"'
    assert weighed == 'weighed: "where can i leave my car"'
    assert decision.startswith("decision: answer parking, 0.")
    assert because.startswith('because "parking" is what is asked for by ')
    assert because.endswith("%: the bot answers")
    assert len(nearest) == 5
    assert nearest[0].split(maxsplit=2)[:2] == [decision[-4:], "parking"]
    example = nearest[0].split('"')[1]
    assert f"- {example}\n" in WORKSHOP.read_text()


def test_explain_without_a_word_shows_no_topic() -> None:
    result = run(app, ["explain", str(WORKSHOP), "…"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        'weighed: ""',
        "decision: unheard",
        "because there is no word in it, or none but what noise sounds like",
    ]


def test_explain_of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    result = run(app, ["explain", str(tmp_path / "none.yaml"), "hello"])
    assert result.exit_code == 1
    assert "none.yaml:1:1: can't be read: No such file or directory" in result.output


def test_explain_without_the_model_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["explain", str(WORKSHOP), "hello"])
    assert result.exit_code == 1
    assert "offhook models fetch minilm-l6" in result.output
