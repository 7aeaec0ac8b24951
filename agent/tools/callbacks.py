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
from agent.tools.redial import Standing
from agent.tools.timetable import spoken_when
from telephony.orders import Unreached

FILE = "callbacks.db"
MOST_OPEN = 3  # for one number
FURTHEST_DAYS = 60
SOON = "as soon as possible"
_TABLES = """
CREATE TABLE IF NOT EXISTS callbacks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, business TEXT NOT NULL, phone TEXT NOT NULL,
    name TEXT NOT NULL, about TEXT NOT NULL, at TEXT NOT NULL, asked TEXT NOT NULL, done TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS callbacks_phone ON callbacks (phone);
CREATE TABLE IF NOT EXISTS attempts (
    callback INTEGER PRIMARY KEY, dialplan TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    again TEXT NOT NULL DEFAULT '', last TEXT NOT NULL DEFAULT '', calling TEXT NOT NULL DEFAULT '',
    given_up INTEGER NOT NULL DEFAULT 0);
"""
_SELECT = """
SELECT number, business, phone, name, about, at, asked, done, coalesce(dialplan, ''), coalesce(tries, 0),
    coalesce(again, ''), coalesce(last, ''), coalesce(calling, ''), coalesce(given_up, 0)
FROM callbacks LEFT JOIN attempts ON callback = number
"""
_DONE = "UPDATE callbacks SET done = ? WHERE number = ? AND done = ''"


class Callback(msgspec.Struct, frozen=True):
    """Somebody who waits for a call. `at`: ISO 8601 with an offset, "" for as soon as possible; `asked`: when that was
    said, `done`: when they were called, likewise. `dialplan`: by which the bot calls them. `last`: what came of the
    last try; `again`: when the next is due, or, while it rings, when that is certainly over; `calling`: the line's
    order then."""

    number: int
    business: str
    phone: str
    name: str
    about: str
    at: str
    asked: str
    done: str = ""
    dialplan: str = ""
    tries: int = 0
    again: str = ""
    last: str = ""
    calling: str = ""
    given_up: bool = False

    @property
    def due(self) -> datetime:
        """When they are to be called, as they were told."""
        return datetime.fromisoformat(self.at or self.asked)

    @property
    def next(self) -> datetime:
        """When the next try is due."""
        return datetime.fromisoformat(self.again) if self.again else self.due

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.done:
            return "done"
        if self.given_up:
            return f"given up: {self._last}"
        if self.calling:
            return "calling"
        times = "once" if self.tries == 1 else f"{self.tries} times"
        return f"tried {times}: {self._last}" if self.tries else "waiting"

    @property
    def _last(self) -> str:
        return self.last.replace("_", " ")


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

    async def all(self) -> list[Callback]:
        """Those that were called, too."""
        return await self._database.do(lambda database: _read(database, ""))

    async def begin(self, number: int, order: str, now: datetime, until: datetime) -> bool:
        """Somebody is being called by the line's `order`, which is over by `until`. False where nobody waits under this
        number, they were given up, or are being called already."""
        return await self._database.do(lambda database: _begin(database, number, order, now, until))

    async def reached(self, order: str, at: datetime) -> bool:
        """Somebody has answered what was ordered. False for an order that is not known."""
        return await self._database.do(lambda database: _reached(database, order, at))

    async def missed(self, order: str, why: Unreached, after: Callable[[Callback], Standing]) -> None:
        """Nobody has; `after` tells what becomes of them."""
        await self._database.do(lambda database: _missed(database, order, why, after))

    async def done(self, number: int, at: datetime) -> bool:
        """Somebody was called back. False where nobody waits under this number."""
        return await self._database.do(lambda database: _done(database, number, at))

    async def close(self) -> None:
        """Give the file back."""
        await self._database.close()


class CallBack:
    """The tool that writes it down, for one dialplan: `business` is its name, `dialplan` that of its file, `opening`
    its hours, where it has any, `zone` its time zone, "" for this machine's. It gives what the dialplan declares of
    what it knows."""

    def __init__(
        self,
        callbacks: Callbacks,
        output: tuple[str, ...],
        now: Callable[[], datetime],
        *,
        business: str,
        dialplan: str,
        opening: Opening | None,
        zone: str,
    ) -> None:
        self._callbacks = callbacks
        self._business = business
        self._dialplan = dialplan
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
            dialplan=self._dialplan,
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
        row = (key, *msgspec.structs.astuple(callback)[1:7])
        insert = "INSERT INTO callbacks (key, business, phone, name, about, at, asked) VALUES (?, ?, ?, ?, ?, ?, ?)"
        number = int(database.execute(insert, row).lastrowid or 0)
        database.execute("INSERT INTO attempts (callback, dialplan) VALUES (?, ?)", (number, callback.dialplan))
        return number


def _open(database: sqlite3.Connection) -> list[Callback]:
    return _read(database, "WHERE done = ''")


def _read(database: sqlite3.Connection, where: str, *values: str) -> list[Callback]:
    rows = database.execute(f"{_SELECT} {where}", values)
    fields = Callback.__struct_fields__
    found = [msgspec.convert(dict(zip(fields, row, strict=True)), Callback, strict=False) for row in rows]
    return sorted(found, key=lambda one: (one.due, one.number))


def _begin(database: sqlite3.Connection, number: int, order: str, now: datetime, until: datetime) -> bool:
    with change(database):
        waiting = {one.number: one for one in _open(database)}
        one = waiting.get(number)
        if one is None or one.given_up or (one.calling and now < one.next):
            return False
        update = "UPDATE attempts SET calling = ?, again = ? WHERE callback = ?"
        return database.execute(update, (order, until.isoformat(timespec="seconds"), number)).rowcount > 0


def _reached(database: sqlite3.Connection, order: str, at: datetime) -> bool:
    with change(database):
        update = "UPDATE attempts SET calling = '', tries = tries + 1, last = 'answered' WHERE calling = ?"
        found = _read(database, "WHERE calling = ?", order)
        for one in found:
            database.execute(update, (order,))
            database.execute(_DONE, (at.isoformat(timespec="seconds"), one.number))
        return bool(found)


def _missed(database: sqlite3.Connection, order: str, why: Unreached, after: Callable[[Callback], Standing]) -> None:
    with change(database):
        for one in _read(database, "WHERE calling = ?", order):
            standing = after(one)
            again = standing.again.isoformat(timespec="seconds") if standing.again is not None else ""
            update = "UPDATE attempts SET calling = '', tries = ?, again = ?, last = ?, given_up = ? WHERE callback = ?"
            database.execute(update, (standing.tries, again, why.value, standing.again is None, one.number))


def _done(database: sqlite3.Connection, number: int, at: datetime) -> bool:
    with change(database):
        return database.execute(_DONE, (at.isoformat(timespec="seconds"), number)).rowcount > 0
