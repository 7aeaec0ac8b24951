"""Two versions of a dialplan: what is told of their difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.commands.dialplan import app
from tests.dialplan.test_load import GOOD


class Diff:
    """The command, on the good file and on another."""

    def __init__(self, folder: Path) -> None:
        self._old, self._new = folder / "old.yaml", folder / "new.yaml"
        self._old.write_text(GOOD)

    def __call__(self, new: str) -> Result:
        self._new.write_text(new)
        return CliRunner().invoke(app, ["diff", str(self._old), str(self._new)])


@pytest.fixture
def diff(tmp_path: Path) -> Diff:
    return Diff(tmp_path)


def test_the_same_file_has_no_difference(diff: Diff) -> None:
    result = diff(GOOD + "# a comment\n")
    assert (result.exit_code, result.output) == (0, "no difference\n")


def test_a_changed_text_is_to_be_rendered_and_the_old_one_gone(diff: Diff) -> None:
    result = diff(GOOD.replace("at seven", "at eight"))
    assert result.output.splitlines() == [
        "topic changed: hours (answer, key)",
        "1 text to render:",
        "  We open at eight.",
        "1 text gone:",
        "  We open at seven.",
    ]


def test_other_keys_are_told_by_their_section(diff: Diff) -> None:
    result = diff(GOOD + "router:\n  act: 0.5\npatience: elderly\n")
    assert result.output.splitlines() == ["changed: patience", "changed: router.act"]


def test_topics_that_came_and_went_are_told_by_name(diff: Diff) -> None:
    result = diff(GOOD.replace("name: bread", "name: loaves"))
    lines = result.output.splitlines()
    assert lines[:2] == ["topic added: loaves", "topic removed: bread"]
    assert "  Did you want to ask about loaves?" in lines[lines.index("3 texts to render:") :]
    assert "  We have rye and white bread." not in lines


def test_with_another_voice_every_text_is_rendered(diff: Diff) -> None:
    lines = diff(GOOD + "voice: piper-en-us-amy\n").output.splitlines()
    assert lines[0] == "changed: voice"
    assert lines.count("  We open at seven.") == 2


def test_a_file_that_is_wrong_is_told(diff: Diff) -> None:
    result = diff(GOOD.replace("persona:", "persona2:"))
    assert result.exit_code == 1
    assert 'did you mean "persona"?' in result.output
