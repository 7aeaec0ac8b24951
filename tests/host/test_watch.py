"""When changed files are read: not while they are being written."""

from __future__ import annotations

from agent.host.watch import Stamp, Watch

OLD = {"a.yaml": Stamp(100, 1, 1)}
EMPTY = {"a.yaml": Stamp(0, 2, 1)}
NEW = {"a.yaml": Stamp(120, 3, 1)}
GONE = {"a.yaml": None}


def test_files_that_stay_as_they_are_are_not_read() -> None:
    watch = Watch(OLD, OLD, 0.0).look(OLD, 100.0)
    assert not watch.pending
    assert not watch.due(100.0)


def test_a_file_that_is_emptied_and_written_is_read_once_when_it_holds_still() -> None:
    watch = Watch(OLD, OLD, 0.0).look(EMPTY, 10.0).look(NEW, 10.2)
    assert watch.pending
    assert not watch.due(10.4)
    watch = watch.look(NEW, 10.5)
    assert watch.due(10.5)
    assert not watch.done(NEW).due(11.0)


def test_a_file_that_is_replaced_is_not_taken_for_gone() -> None:
    watch = Watch(OLD, OLD, 0.0).look(GONE, 10.0).look(NEW, 10.1)
    assert not watch.due(10.3)
    assert watch.due(10.41)


def test_a_file_that_stays_away_is_news() -> None:
    assert Watch(OLD, OLD, 0.0).look(GONE, 10.0).due(10.3)


def test_a_change_that_is_taken_back_is_none() -> None:
    assert not Watch(OLD, OLD, 0.0).look(NEW, 10.0).look(OLD, 10.1).due(20.0)


def test_what_changes_while_it_is_read_is_read_again() -> None:
    watch = Watch(OLD, OLD, 0.0).look(NEW, 10.0).done(NEW).look(EMPTY, 10.5)
    assert watch.due(10.8)


def test_who_asks_has_unchanged_files_read_at_once_and_changing_ones_when_they_hold_still() -> None:
    assert Watch(OLD, OLD, 0.0).ask().look(OLD, 10.0).due(10.0)
    asked = Watch(OLD, OLD, 0.0).ask().look(NEW, 10.0)
    assert not asked.due(10.1)
    assert asked.due(10.3)
