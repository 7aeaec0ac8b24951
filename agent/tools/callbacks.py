"""Callers who want to be called back: written down until somebody has done it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from agent.tools import callback_rows as rows
from agent.tools.callback import Callback, End
from agent.tools.callback_rows import Numbers
from agent.tools.database import Database
from agent.tools.redial import Standing

FILE = "callbacks.db"


class Callbacks:
    """Those in a file, of all dialplans of a bot. Every method raises ToolFailed where the disk fails. Numbers are the
    same by `agent.tools.callback.subscriber`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = Database(path, rows.TABLES)

    async def add(self, callback: Callback, key: str) -> int:
        """Write one down, and give its number; the same key is the same one. Raises ToolRefused for one more than
        MOST_OPEN of a telephone number ("enough"), and for the bot to call one that it never does ("barred")."""
        return await self._database.do(lambda database: rows.add(database, callback, key))

    async def open(self) -> list[Callback]:
        """Those that nobody has called yet: who waits for the earliest time first, before them who names none. A bot
        that looks every few seconds makes no file for a list of nobody."""
        return await self._database.do(rows.waiting) if self._path.exists() else []

    async def all(self) -> list[Callback]:
        """Those that were called, too."""
        return await self._database.do(rows.everyone)

    async def numbers(self, now: datetime) -> Numbers:
        """Who was called how often within a day, and who never is."""
        return await self._database.do(lambda database: rows.numbers(database, now))

    async def begin(self, number: int, order: str, now: datetime, until: datetime) -> bool:
        """Somebody is being called by the line's `order`, which is over by `until`. False where nobody waits under this
        number, they were given up, or are being called already."""
        return await self._database.do(lambda database: rows.begin(database, number, order, now, until))

    async def reached(self, order: str, at: datetime, *, put_through: bool = False) -> bool:
        """Somebody has answered what was ordered, be it long over: whatever that number waits for by now, by the same
        dialplan, is done. `put_through`: only once they are, and until then it is for a person. False for an order that
        is not known, or known as answered."""
        return await self._database.do(lambda database: rows.reached(database, order, at, put_through))

    async def passed_on(self, order: str, at: datetime) -> None:
        """Whoever has answered was put through."""
        await self._database.do(lambda database: rows.passed_on(database, order, at))

    async def missed(self, order: str, end: End, at: datetime, after: Callable[[Callback], Standing]) -> None:
        """Nobody has, or no person; `after` tells what becomes of whoever was called, and where that was a try, of
        whatever else the number waits for by then, by the same dialplan."""
        await self._database.do(lambda database: rows.missed(database, order, end, at, after))

    async def hold(self, why: Mapping[int, str]) -> None:
        """Why the bot does not call them now, by their numbers here; "" where it does."""
        await self._database.do(lambda database: rows.hold(database, why))

    async def done(self, number: int, at: datetime) -> bool:
        """Somebody was called back. False where nobody waits under this number."""
        return await self._database.do(lambda database: rows.done(database, number, at))

    async def again(self, number: int, now: datetime) -> bool:
        """The bot begins anew with somebody, also one whom it never was to call. False where nobody waits under this
        number whom it calls, or it does so right now."""
        return await self._database.do(lambda database: rows.again(database, number, now))

    async def never(self, phone: str) -> None:
        """The bot calls this telephone number no more."""
        await self._database.do(lambda database: rows.never(database, phone))

    async def close(self) -> None:
        """Give the file back."""
        await self._database.close()
