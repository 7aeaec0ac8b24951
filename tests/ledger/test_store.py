"""The ledger on disk: bounded, private, and not impressed by what else is in it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from agent.errors import LedgerError
from agent.ledger.entry import Entry
from agent.ledger.loop_lag import LoopLag
from agent.ledger.store import LedgerStore, paths, read


def entry(turn: int) -> Entry:
    return Entry("c1", turn, turn + 1, 1_000.0 * turn, 250.0, {"known": 60.0, "commit": 200.0, "audible": 250.0})


def test_what_is_put_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path / "data")
    for turn in range(1, 4):
        store.put(entry(turn))
    store.close()
    kept = read(tmp_path / "data")
    assert [one.turn for one in kept.entries] == [1, 2, 3]
    assert kept.entries[0] == entry(1)
    assert kept.unreadable == 0
    assert stat.S_IMODE(paths(tmp_path / "data")[1].stat().st_mode) == 0o600
    assert [one.turn for one in read(tmp_path / "data", last=2).entries] == [2, 3]


def test_a_full_file_becomes_the_old_one_and_the_one_before_it_goes(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path, limit=1_000)
    for turn in range(1, 41):
        store.put(entry(turn))
    store.close()
    assert all(path.stat().st_size <= 1_000 for path in paths(tmp_path))
    turns = [one.turn for one in read(tmp_path).entries]
    assert turns == list(range(turns[0], 41))
    assert 8 <= len(turns) <= 30
    assert sorted(tmp_path.iterdir()) == sorted(paths(tmp_path))


def test_lines_that_are_no_entry_are_counted_and_half_a_line_spoils_no_other(tmp_path: Path) -> None:
    path = paths(tmp_path)[1]
    path.write_bytes(b'{"call": 5}\n\xff\xfe\n\n{"call":"c1","tu')
    store = LedgerStore(tmp_path)
    store.put(entry(7))
    store.close()
    kept = read(tmp_path)
    assert [one.turn for one in kept.entries] == [7]
    assert kept.unreadable == 3


def test_a_directory_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = LedgerStore(tmp_path / "file" / "data")
    store.put(entry(1))
    store.put(entry(2))
    store.close()


def test_nothing_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="--data-dir"):
        read(tmp_path)
    paths(tmp_path)[1].mkdir()
    with pytest.raises(LedgerError, match="cannot be read"):
        read(tmp_path)


def test_the_lag_is_kept_as_a_percentile_and_as_the_worst_since_asked() -> None:
    lag = LoopLag()
    assert lag.p99_ms == 0.0
    for _ in range(995):
        lag.note(1.2)
    for late in (30.0, 2_000.0, 25.0, -1.0, 40.0):
        lag.note(late)
    assert lag.p99_ms == 1.5
    assert lag.worst() == 2_000.0
    assert lag.worst() == 0.0
    for _ in range(100):
        lag.note(12.0)
    assert lag.p99_ms == 12.5
