"""SQLite files of the tools: readable by their owner only, written ahead (WAL), and on disk when a change is over."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from agent.errors import ToolFailed

WAIT_S = 2.0  # for another process that writes
TRIES = 40
T = TypeVar("T")


def connect(path: Path, tables: str) -> sqlite3.Connection:
    """The database of a file, with its tables, which are made where they are not there. One thread uses it at a time;
    changes are made within `change`. Raises OSError and sqlite3.Error."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(0o600)
    connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(tables)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Two who open a new file at once want this at once, and SQLite lets one of them wait for nothing."""
    for left in reversed(range(TRIES)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(WAIT_S / TRIES)
        else:
            return


@contextmanager
def change(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done within, or nothing; nobody else writes meanwhile. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Database:
    """A file's database for an event loop, which does not wait for the disk. It is opened with the first work, and anew
    where somebody has moved the file away."""

    def __init__(self, path: Path, tables: str) -> None:
        self._path = path
        self._tables = tables
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None  # device and inode

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Has work done by a thread. Raises ToolFailed where the disk fails."""
        return await asyncio.to_thread(self._work, work)

    async def close(self) -> None:
        """Give the file back."""
        await asyncio.to_thread(self._close)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                return work(self._open())
            except (OSError, sqlite3.Error) as error:
                raise ToolFailed(f"{self._path} can't be used: {error}", sent=False) from None

    def _open(self) -> sqlite3.Connection:
        """Raises OSError and sqlite3.Error."""
        if self._connection is not None and _file(self._path) != self._opened:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            _refuse_leftover(self._path)
            self._connection = connect(self._path, self._tables)
            self._opened = _file(self._path)
        return self._connection

    def _close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def _refuse_leftover(path: Path) -> None:
    """A log beside no file is of one that was moved away without it: a new file would take it for its own, and what was
    written last would be lost. Raises OSError."""
    log = path.with_name(f"{path.name}-wal")
    if not path.exists() and log.exists() and log.stat().st_size:
        raise OSError(f"{log} was left behind: move it to where {path.name} was moved, or remove it, with its -shm")


def _file(path: Path) -> tuple[int, int] | None:
    """Which file that is; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
