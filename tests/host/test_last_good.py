"""What the agent answers by when a dialplan file is bad at its start."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import DialplanError
from agent.host.edition import read_edition
from agent.host.last_good import LastGood


def test_a_bad_file_gets_its_last_good_version_and_a_good_one_what_is_in_it(tmp_path: Path, plan_path: Path) -> None:
    text = plan_path.read_text(encoding="utf-8")
    files = {"one": tmp_path / "one.yaml", "two": tmp_path / "two.yaml"}
    files["one"].write_text(text, encoding="utf-8")
    files["two"].write_text(text.replace("name: ", "name: Other ", 1).replace('"*"', '"100"', 1), encoding="utf-8")
    last_good = LastGood(tmp_path / "kept", files)
    first = read_edition(files)
    assert not first.errors
    last_good.keep(first)

    files["one"].unlink()
    second = read_edition(files)
    assert second.errors[0].startswith(f"{files['one']}:1:1: ")
    assert last_good.complete(second) == dict(first.plans)


def test_a_bad_file_that_was_never_good_is_an_error(tmp_path: Path) -> None:
    files = {"one": tmp_path / "one.yaml"}
    with pytest.raises(DialplanError, match=r"one\.yaml:1:1"):
        LastGood(tmp_path / "kept", files).complete(read_edition(files))


def test_a_bad_file_that_is_included_gets_its_last_good_version_too(tmp_path: Path, plan_path: Path) -> None:
    text = plan_path.read_text(encoding="utf-8")
    shared, files = tmp_path / "shared.yaml", {"one": tmp_path / "one.yaml"}
    shared.write_text("variables:\n  street: Elm Street\nphrases:\n  stopped: Okay, {street}.\n", encoding="utf-8")
    files["one"].write_text(f"include: [shared.yaml]\n{text}", encoding="utf-8")
    last_good = LastGood(tmp_path / "kept", files)
    first = read_edition(files)
    assert first.plans["one"].phrases.stopped == "Okay, Elm Street."
    assert set(first.stamps) == {str(shared), str(files["one"])}
    last_good.keep(first)

    shared.write_text("phrases: {stopped", encoding="utf-8")
    second = read_edition(files)
    assert any(error.startswith(f"{shared}:1:") for error in second.errors)
    assert last_good.complete(second) == dict(first.plans)
