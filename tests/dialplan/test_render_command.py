"""`offhook dialplan render`: what it says would change, and the sounds that serving finds afterwards."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.config import AgentSettings
from agent.dialplan.load import load
from agent.engines.fakes import FakeVoice
from agent.engines.piper import PiperEngine
from agent.models.store import ModelStore
from agent.speak.library import PromptLibrary
from tests.dialplan.test_load import GOOD
from tests.dialplan.test_recordings import GREETING, record


def render(folder: Path, *switches: str) -> Result:
    return CliRunner().invoke(app, ["render", str(folder / "plan.yaml"), "-c", str(folder / "offhook.toml"), *switches])


def counts(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.output
    found = re.findall(r"^  (new|kept|orphaned) +(\d+) .* s .* MB$", result.output, re.MULTILINE)
    return {what: int(count) for what, count in found}


def lay_out(folder: Path) -> None:
    """A dialplan and the configuration of a bot that serves it, and nothing rendered."""
    (folder / "plan.yaml").write_text(GOOD)
    agent = f'dialplans = ["{folder}/plan.yaml"]\nprompts_dir = "{folder}/prompts"'
    (folder / "offhook.toml").write_text(f"[agent]\n{agent}\n")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it rendered once, by the real voice."""
    folder = tmp_path_factory.mktemp("rendered")
    lay_out(folder)
    assert render(folder).exit_code == 0
    return folder


@pytest.fixture
def folder(tmp_path: Path, rendered: Path) -> Path:
    lay_out(tmp_path)
    shutil.copytree(rendered / "prompts", tmp_path / "prompts")
    return tmp_path


def test_a_dry_run_says_what_is_new_and_changes_nothing(tmp_path: Path) -> None:
    lay_out(tmp_path)
    result = render(tmp_path, "--dry-run")
    texts = load(tmp_path / "plan.yaml").stock_texts()
    assert counts(result) == {"new": len(texts), "kept": 0, "orphaned": 0}
    assert f"new: {GREETING}" in result.output.splitlines()
    assert "loudness" not in result.output
    assert not (tmp_path / "prompts").exists()


def test_serving_finds_what_was_rendered(folder: Path) -> None:
    plan = load(folder / "plan.yaml")
    voice = PiperEngine.load(ModelStore().path(plan.voice), threads=AgentSettings().threads)
    assert PromptLibrary(folder / "prompts", voice).missing(plan.stock_texts()) == []
    voice.close()


def test_only_what_changed_is_rendered_again_and_the_old_one_is_an_orphan(folder: Path) -> None:
    (folder / "plan.yaml").write_text(
        GOOD.replace("We open at seven.", "We open at seven sharp.").replace("at seven\n", "seven\n")
    )
    result = render(folder, "--dry-run")
    kept = len(load(folder / "plan.yaml").stock_texts()) - 1
    assert counts(result) == {"new": 1, "kept": kept, "orphaned": 1}
    assert {"new: We open at seven sharp.", "orphaned: We open at seven."} <= set(result.output.splitlines())
    assert counts(render(folder)) == {"new": 1, "kept": kept, "orphaned": 1}
    pruned = render(folder, "--prune")
    assert counts(pruned) == {"new": 0, "kept": kept + 1, "orphaned": 1}
    assert "removed: 1" in pruned.output.splitlines()
    assert counts(render(folder)) == {"new": 0, "kept": kept + 1, "orphaned": 0}


def test_what_another_served_dialplan_says_is_no_orphan(folder: Path) -> None:
    (folder / "other.yaml").write_text(
        GOOD.replace("Corner", "Other").replace("We open at seven.", "We open at six or at seven.")
    )
    result = CliRunner().invoke(
        app, ["render", str(folder / "other.yaml"), "-c", str(folder / "offhook.toml"), "--dry-run"]
    )
    assert counts(result)["orphaned"] == 0
    assert counts(result)["new"] == 2


def test_a_recording_is_taken_and_as_loud(folder: Path) -> None:
    record(folder, "hello.wav")
    (folder / "plan.yaml").write_text(GOOD + f"recordings:\n  hello.wav: {GREETING}\n")
    result = render(folder)
    assert counts(result)["new"] == 1
    assert not any(GREETING in line for line in result.output.splitlines())
    library = PromptLibrary(folder / "prompts", FakeVoice())
    assert any(
        library.words(id)[-1].text == "Bakery." and len(library.pcm(id)) == pytest.approx(32_000, rel=0.1)
        for id in library.ids()
    )


def test_how_even_the_loudness_is_is_said(folder: Path) -> None:
    lines = render(folder).output.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("loudness: "))
    even, total = map(int, re.findall(r"(\d+) of (\d+) within 1 LU of -21.8 LUFS", lines[at])[0])
    assert even > 0.7 * total
    named = [float(re.findall(r"^ +(-\d+\.\d) LUFS  \S", line)[0]) for line in lines[at + 1 :]]
    assert len(named) == total - even
    assert all(abs(loudness + 21.8) >= 0.95 for loudness in named)


def test_a_bad_file_is_told(folder: Path) -> None:
    (folder / "plan.yaml").write_text("name: x\n")
    result = render(folder)
    assert result.exit_code == 1
    assert '"greeting" is missing here; add it' in result.output
