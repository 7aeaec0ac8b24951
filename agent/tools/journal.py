"""What tools that change something were asked for, and what came of it: written before and after, so that nothing is
done twice, not even by an agent that was started again in between.
"""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from agent.tools.call import ToolCall
from agent.tools.database import Database, change
from agent.tools.result import Outcome, ToolResult

KEPT = timedelta(days=2)  # what came of a call; no call lasts as long
_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    call TEXT, tool TEXT, key TEXT, asked TEXT NOT NULL, begun TEXT NOT NULL, result BLOB,
    PRIMARY KEY (call, tool, key)
);
CREATE INDEX IF NOT EXISTS runs_begun ON runs (begun);
"""
_THIS = "WHERE call = ? AND tool = ? AND key = ?"


class Journal:
    """The runs in a file. Every method raises ToolFailed where the disk fails: then nothing may be run."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _TABLES)

    async def begin(self, call: str, asked: ToolCall, now: datetime, again: bool) -> ToolResult | None:
        """None: it is written down, and may be run now. Else what came of it before. `again`: one that was begun and
        not finished may be run once more."""
        return await self._database.do(lambda database: _begin(database, call, asked, now, again))

    async def finish(self, call: str, asked: ToolCall, result: ToolResult) -> None:
        """Write down what came of it."""
        row = (msgspec.json.encode(result), call, asked.tool, asked.key)
        await self._database.do(lambda database: _write(database, f"UPDATE runs SET result = ? {_THIS}", row))

    async def forget(self, call: str, asked: ToolCall) -> None:
        """It was not run, and may be."""
        row = (call, asked.tool, asked.key)
        await self._database.do(lambda database: _write(database, f"DELETE FROM runs {_THIS}", row))

    async def close(self) -> None:
        """Give the file back."""
        await self._database.close()


def _begin(database: sqlite3.Connection, call: str, asked: ToolCall, now: datetime, again: bool) -> ToolResult | None:
    with change(database):
        database.execute("DELETE FROM runs WHERE begun < ?", ((now - KEPT).isoformat(),))
        this = (call, asked.tool, asked.key)
        row = database.execute(f"SELECT asked, result FROM runs {_THIS}", this).fetchone()
        if row is None:
            database.execute(
                "INSERT INTO runs (call, tool, key, asked, begun) VALUES (?, ?, ?, ?, ?)",
                (*this, _digest(asked), now.isoformat()),
            )
            return None
    before, result = row
    if before != _digest(asked):
        return ToolResult(Outcome.FAILED, why="the key was used with other arguments")
    if result is not None:
        return msgspec.json.decode(result, type=ToolResult)
    return None if again else ToolResult(Outcome.UNKNOWN, why="it was begun before, and not finished")


def _write(database: sqlite3.Connection, statement: str, row: tuple[str | bytes, ...]) -> None:
    with change(database):
        database.execute(statement, row)


def _digest(asked: ToolCall) -> str:
    return hashlib.sha256(msgspec.json.encode(sorted(asked.arguments))).hexdigest()
