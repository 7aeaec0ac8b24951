"""A SQLite file that several open."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.tools.database import Database, change, connect

TABLES = "CREATE TABLE IF NOT EXISTS ours (ours TEXT)"


def test_a_new_file_that_several_open_at_once_is_opened_by_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number in range(25):
            path = tmp_path / f"{number}.db"
            for connection in pool.map(connect, [path] * 4, [TABLES] * 4):
                connection.close()


def write(connection: sqlite3.Connection) -> None:
    with change(connection):
        connection.execute("INSERT INTO ours VALUES ('a')")


def count(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM ours").fetchone()[0]
    return found


def moves_away(folder: Path) -> None:
    for file in folder.iterdir():
        file.rename(folder / f"old-{file.name}")


async def test_who_moves_the_open_file_away_gets_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "ours.db"
    ours, another = Database(path, TABLES), Database(path, TABLES)
    await ours.do(write)
    await ours.do(write)
    moves_away(tmp_path)
    await ours.do(write)
    assert await another.do(count) == 1
    await another.do(write)
    assert await ours.do(count) == 2
    await ours.close()
    await another.close()


async def test_who_moves_it_without_its_log_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path, moved = tmp_path / "ours.db", tmp_path / "old.db"
    ours = Database(path, TABLES)
    await ours.do(write)
    path.rename(moved)
    with pytest.raises(ToolFailed, match=r"ours.db-wal was left behind: move it to where ours.db was moved"):
        await ours.do(write)
    for end in ("-wal", "-shm"):
        (tmp_path / f"ours.db{end}").rename(f"{moved}{end}")
    await ours.do(write)
    old = Database(moved, TABLES)
    assert [await ours.do(count), await old.do(count)] == [1, 1]
    await ours.close()
    await old.close()
