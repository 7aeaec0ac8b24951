"""A SQLite file that several open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent.tools.database import connect


def test_a_new_file_that_several_open_at_once_is_opened_by_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for number in range(25):
            path = tmp_path / f"{number}.db"
            tables = ["CREATE TABLE IF NOT EXISTS ours (ours TEXT)"] * 4
            for connection in pool.map(connect, [path] * 4, tables):
                connection.close()
