"""The good versions of a dialplan file: which are kept, and which one there is to go back to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from agent.cli import app
from agent.dialplan.history import MOST, History, before, digest_of, latest

START = datetime(2026, 3, 2, 11, 40, tzinfo=UTC)


def kept(tmp_path: Path, *texts: str) -> History:
    """The history of FILE after it was good with each of `texts`, a minute apart."""
    history = History(tmp_path / "data" / "dialplans", tmp_path / "salon.yaml")
    for minute, text in enumerate(texts):
        history.keep(text.encode(), START + timedelta(minutes=minute))
    return history


def text_of(history: History, digest: str) -> str | None:
    """What one goes back to."""
    version = before(history.versions(), digest)
    return version.path.read_text() if version else None


def test_versions_are_numbered_dated_and_for_their_owner_only(tmp_path: Path) -> None:
    history = kept(tmp_path, "a", "b")
    first, second = history.versions()
    assert (first.number, first.came, second.number) == (1, START, 2)
    assert first.path.stat().st_mode & 0o777 == 0o600
    assert history.directory.stat().st_mode & 0o777 == 0o700


def test_a_text_that_comes_again_is_no_new_version_but_the_latest(tmp_path: Path) -> None:
    history = kept(tmp_path, "a", "b", "a")
    assert [one.number for one in history.versions()] == [1, 2]
    version = latest(history.versions())
    assert version is not None
    assert version.path.read_text() == "a"


def test_a_clock_that_was_set_back_does_not_bring_an_old_version_back(tmp_path: Path) -> None:
    history = kept(tmp_path, "a", "b", "c")
    history.keep(b"a", START - timedelta(days=1))
    version = latest(history.versions())
    assert version is not None
    assert version.number == 1


def test_going_back_goes_further_each_time_until_there_is_none(tmp_path: Path) -> None:
    history = kept(tmp_path, "a", "b", "c")
    assert text_of(history, digest_of(b"c")) == "b"
    history.keep(b"b", START + timedelta(hours=1))  # the bot took it up
    assert text_of(history, digest_of(b"b")) == "a"
    assert text_of(history, digest_of(b"a")) is None


def test_from_a_text_that_was_never_good_one_goes_back_to_the_last_that_was(tmp_path: Path) -> None:
    history = kept(tmp_path, "a", "b", "a")
    assert text_of(history, digest_of(b"bad")) == "a"


def test_what_was_not_taken_for_longest_is_let_go(tmp_path: Path) -> None:
    history = kept(tmp_path, *(str(number) for number in range(MOST)), "0", "new")
    assert [one.number for one in history.versions()] == [1, *range(3, MOST + 2)]


def test_files_of_the_same_name_have_each_their_own_history(tmp_path: Path) -> None:
    kept(tmp_path, "a")
    assert History(tmp_path / "data" / "dialplans", tmp_path / "other" / "salon.yaml").versions() == []


def test_the_command_goes_back_keeps_what_was_never_good_and_says_when_there_is_no_more(tmp_path: Path) -> None:
    kept(tmp_path, "a", "b")
    file = tmp_path / "salon.yaml"
    file.write_text("bad")
    file.chmod(0o640)
    command = ["dialplan", "rollback", str(file), "--data-dir", str(tmp_path / "data")]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0
    came = (START + timedelta(minutes=1)).astimezone()  # as the clock on the wall here shows it
    assert f"version 2 is back, of {came:%Y-%m-%d %H:%M:%S}" in first.output.replace("\n", " ")
    assert (file.read_text(), (tmp_path / "salon.yaml~").read_text()) == ("b", "bad")
    assert file.stat().st_mode & 0o777 == 0o640
    assert CliRunner().invoke(app, command).exit_code == 0
    assert file.read_text() == "a"
    last = CliRunner().invoke(app, command)
    assert last.exit_code == 1
    assert "no earlier version is kept" in last.output
