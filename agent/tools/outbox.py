"""Results on their way: in a file until they are there, so that none is lost while a far side is down."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import msgspec
import structlog

from agent.tools.database import Database, change
from agent.tools.record import Record

MOST = 10_000  # results of all sinks; beyond, the oldest is lost
_TABLES = """
CREATE TABLE IF NOT EXISTS results (number INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, record BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS results_sink ON results (sink);
"""

log = structlog.get_logger()


class Waiting(msgspec.Struct, frozen=True):
    """A result that is not there yet."""

    number: int
    record: Record


class Outbox:
    """The results in a file, by the names of the sinks where they go. Every method raises ToolFailed where the disk
    fails."""

    def __init__(self, path: Path, most: int = MOST) -> None:
        self._database = Database(path, _TABLES)
        self._most = most
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, sink: str) -> asyncio.Lock:
        """Whose turn it is to bring results to a sink: whoever reads what waits there holds it until that is gone, so
        that nothing is brought by two."""
        return self._turns.setdefault(sink, asyncio.Lock())

    async def put(self, sink: str, record: Record) -> None:
        """Keep a result."""
        lost = await self._database.do(lambda database: _put(database, sink, record, self._most))
        if lost:
            log.error("outbox is full, the oldest results are lost", results=lost)

    async def waiting(self, sink: str, most: int, after: int = 0) -> list[Waiting]:
        """Those that waited longest for a sink, of the numbers after one."""
        return await self._database.do(lambda database: _waiting(database, sink, most, after))

    async def done(self, number: int) -> None:
        """A result is there."""
        await self._database.do(lambda database: _done(database, number))

    async def close(self) -> None:
        """Give the file back."""
        await self._database.close()


def _put(database: sqlite3.Connection, sink: str, record: Record, most: int) -> int:
    with change(database):
        row = (sink, msgspec.json.encode(record))
        database.execute("INSERT INTO results (sink, record) VALUES (?, ?)", row)
        oldest = "SELECT number FROM results ORDER BY number DESC LIMIT 1 OFFSET ?"
        return database.execute(f"DELETE FROM results WHERE number <= ({oldest})", (most,)).rowcount


def _waiting(database: sqlite3.Connection, sink: str, most: int, after: int) -> list[Waiting]:
    select = "SELECT number, record FROM results WHERE sink = ? AND number > ? ORDER BY number LIMIT ?"
    return [
        Waiting(number, msgspec.json.decode(record, type=Record))
        for number, record in database.execute(select, (sink, after, most))
    ]


def _done(database: sqlite3.Connection, number: int) -> None:
    with change(database):
        database.execute("DELETE FROM results WHERE number = ?", (number,))
