"""Callers who want to be called back: written down until somebody has done it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from agent.errors import ToolRefused
from agent.reply.opening import Opening
from agent.tools.database import Database, change
from agent.tools.timetable import spoken_when

FILE = "callbacks.db"
MOST_OPEN = 3  # for one number
FURTHEST_DAYS = 60
SOON = "as soon as possible"
_TABLES = """
CREATE TABLE IF NOT EXISTS callbacks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, business TEXT NOT NULL, phone TEXT NOT NULL,
    name TEXT NOT NULL, about TEXT NOT NULL, at TEXT NOT NULL, asked TEXT NOT NULL, done TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS callbacks_phone ON callbacks (phone);
"""
_COLUMNS = "number, business, phone, name, about, at, asked"


class Callback(msgspec.Struct, frozen=True):
    """Somebody who waits for a call. `at`: ISO 8601 with an offset, "" for as soon as possible; `asked`: when that was
    said, likewise."""

    number: int
    business: str
    phone: str
    name: str
    about: str
    at: str
    asked: str


class Callbacks:
    """Those in a file, of all dialplans of a bot. Every method raises ToolFailed where the disk fails."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _TABLES)

    async def add(self, callback: Callback, key: str) -> int:
        """Write one down, and give its number; the same key is the same one. Raises ToolRefused for one more than
        MOST_OPEN of a telephone number."""
        return await self._database.do(lambda database: _add(database, callback, key))

    async def open(self) -> list[Callback]:
        """Those that nobody has called yet: who waits for the earliest time first, before them who names none."""
        return await self._database.do(_open)

    async def done(self, number: int, at: datetime) -> bool:
        """Somebody was called back. False where nobody waits under this number."""
        return await self._database.do(lambda database: _done(database, number, at))

    async def close(self) -> None:
        """Give the file back."""
        await self._database.close()


class CallBack:
    """The tool that writes it down, for one dialplan: `business` is its name, `opening` its hours, where it has any,
    `zone` its time zone, "" for this machine's. It gives what the dialplan declares of what it knows."""

    def __init__(
        self,
        callbacks: Callbacks,
        output: tuple[str, ...],
        now: Callable[[], datetime],
        *,
        business: str,
        opening: Opening | None,
        zone: str,
    ) -> None:
        self._callbacks = callbacks
        self._business = business
        self._opening = opening
        self._zone = ZoneInfo(zone) if zone else None
        self._output = output
        self._now = now

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """See Executor."""
        asked = self._now().astimezone(self._zone)
        at = self._at(arguments, asked)
        callback = Callback(
            number=0,
            business=self._business,
            phone=arguments["phone"],
            name=arguments.get("name", ""),
            about=arguments.get("about", ""),
            at=at.isoformat(timespec="minutes") if at is not None else "",
            asked=asked.isoformat(timespec="seconds"),
        )
        number = await self._callbacks.add(callback, key)
        when = spoken_when(at.date(), at.time()) if at is not None else SOON
        values = {"reference": str(number), "when": when}
        return {name: values[name] for name in self._output if name in values}

    async def warm(self) -> None:
        """The file is opened with the first run."""

    async def close(self) -> None:
        """Give the file back."""
        await self._callbacks.close()

    def _at(self, arguments: Mapping[str, str], now: datetime) -> datetime | None:
        """When; None for as soon as possible. Raises ToolRefused."""
        if "day" not in arguments or "time" not in arguments:
            return None
        day, hour = date.fromisoformat(arguments["day"]), time.fromisoformat(arguments["time"])
        wall = datetime.combine(day, hour)
        at = wall.replace(tzinfo=self._zone) if self._zone is not None else wall.astimezone()
        if at <= now:
            raise ToolRefused("past")
        if (at - now).days >= FURTHEST_DAYS:
            raise ToolRefused("far")
        if self._opening is not None and self._opening.closes(wall) is None:
            raise ToolRefused("closed")
        return at


def _add(database: sqlite3.Connection, callback: Callback, key: str) -> int:
    with change(database):
        known = database.execute("SELECT number FROM callbacks WHERE key = ?", (key,)).fetchone()
        if known is not None:
            return int(known[0])
        waiting = "SELECT count(*) FROM callbacks WHERE phone = ? AND done = ''"
        if database.execute(waiting, (callback.phone,)).fetchone()[0] >= MOST_OPEN:
            raise ToolRefused("enough")
        row = (key, *msgspec.structs.astuple(callback)[1:])
        insert = "INSERT INTO callbacks (key, business, phone, name, about, at, asked) VALUES (?, ?, ?, ?, ?, ?, ?)"
        return int(database.execute(insert, row).lastrowid or 0)


def _open(database: sqlite3.Connection) -> list[Callback]:
    rows = database.execute(f"SELECT {_COLUMNS} FROM callbacks WHERE done = ''")
    return sorted((Callback(*row) for row in rows), key=_due)


def _due(callback: Callback) -> tuple[datetime, int]:
    return datetime.fromisoformat(callback.at or callback.asked), callback.number


def _done(database: sqlite3.Connection, number: int, at: datetime) -> bool:
    with change(database):
        update = "UPDATE callbacks SET done = ? WHERE number = ? AND done = ''"
        return database.execute(update, (at.isoformat(timespec="seconds"), number)).rowcount > 0
