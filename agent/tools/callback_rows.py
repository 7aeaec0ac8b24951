"""The tables of callbacks: what each change of them is, as one transaction.

::

    callbacks: what somebody wants     redials: how far the bot is with it     calls: each order     never: numbers
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from agent.errors import ToolRefused
from agent.tools.callback import ANSWERED, Callback, End, subscriber
from agent.tools.database import change
from agent.tools.redial import Standing

MOST_OPEN = 3  # for one number
DAY = timedelta(days=1)
TABLES = """
CREATE TABLE IF NOT EXISTS callbacks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, business TEXT NOT NULL, phone TEXT NOT NULL,
    name TEXT NOT NULL, about TEXT NOT NULL, at TEXT NOT NULL, asked TEXT NOT NULL, done TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS callbacks_phone ON callbacks (phone);
CREATE TABLE IF NOT EXISTS redials (
    callback INTEGER PRIMARY KEY, dialplan TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    again TEXT NOT NULL DEFAULT '', last TEXT NOT NULL DEFAULT '', calling TEXT NOT NULL DEFAULT '',
    given_up INTEGER NOT NULL DEFAULT 0, orders INTEGER NOT NULL DEFAULT 0, since TEXT NOT NULL DEFAULT '',
    held TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, callback INTEGER NOT NULL, subscriber TEXT NOT NULL, at TEXT NOT NULL,
    counts INTEGER NOT NULL DEFAULT 1, outcome TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS calls_at ON calls (at);
CREATE TABLE IF NOT EXISTS never (subscriber TEXT PRIMARY KEY);
"""
_SELECT = """
SELECT number, business, phone, name, about, at, asked, done, coalesce(dialplan, ''), coalesce(tries, 0),
    coalesce(again, ''), coalesce(last, ''), coalesce(calling, ''), coalesce(given_up, 0), coalesce(orders, 0),
    coalesce(since, ''), coalesce(held, '')
FROM callbacks LEFT JOIN redials ON callback = number
"""
_DONE = "UPDATE callbacks SET done = ? WHERE number = ? AND done = ''"


class Numbers(msgspec.Struct, frozen=True):
    """`called`: how often each subscriber was within a day; `never`: those whom the bot does not call."""

    called: Mapping[str, int]
    never: frozenset[str]


def add(database: sqlite3.Connection, callback: Callback, key: str) -> int:
    with change(database):
        known = database.execute("SELECT number FROM callbacks WHERE key = ?", (key,)).fetchone()
        if known is not None:
            return int(known[0])
        if callback.dialplan and subscriber(callback.phone) in _never(database):
            raise ToolRefused("barred")
        if len([one for one in _same(database, callback.phone) if not one.given_up]) >= MOST_OPEN:
            raise ToolRefused("enough")
        row = (key, *msgspec.structs.astuple(callback)[1:7])
        insert = "INSERT INTO callbacks (key, business, phone, name, about, at, asked) VALUES (?, ?, ?, ?, ?, ?, ?)"
        number = int(database.execute(insert, row).lastrowid or 0)
        database.execute("INSERT INTO redials (callback, dialplan) VALUES (?, ?)", (number, callback.dialplan))
        return number


def waiting(database: sqlite3.Connection) -> list[Callback]:
    return _read(database, "WHERE done = ''")


def everyone(database: sqlite3.Connection) -> list[Callback]:
    return _read(database, "")


def numbers(database: sqlite3.Connection, now: datetime) -> Numbers:
    count = "SELECT subscriber, count(*) FROM calls WHERE counts AND at > ? GROUP BY subscriber"
    called = dict(database.execute(count, (_utc(now - DAY),)).fetchall())
    return Numbers(called, _never(database))


def begin(database: sqlite3.Connection, number: int, order: str, now: datetime, until: datetime) -> bool:
    with change(database):
        one = _waits(database, number)
        if one is None or not one.dialplan or one.given_up or (one.calling and now < one.next):
            return False
        update = "UPDATE redials SET calling = ?, again = ?, orders = orders + 1 WHERE callback = ?"
        database.execute(update, (order, _utc(until), number))
        insert = "INSERT INTO calls (id, callback, subscriber, at) VALUES (?, ?, ?, ?)"
        database.execute(insert, (order, number, subscriber(one.phone), _utc(now)))
        return True


def reached(database: sqlite3.Connection, order: str, at: datetime, put_through: bool) -> bool:
    with change(database):
        one = _ordered(database, order)
        answer = "UPDATE calls SET outcome = ?, counts = 1 WHERE id = ? AND outcome != ?"
        if one is None or not database.execute(answer, (ANSWERED, order, ANSWERED)).rowcount:
            return False
        database.execute("UPDATE redials SET tries = tries + 1 WHERE callback = ?", (one.number,))
        for other in (one, *_with(database, one, at)):
            update = "UPDATE redials SET calling = '', last = ?, given_up = ? WHERE callback = ?"
            database.execute(update, (ANSWERED, put_through, other.number))
            if not put_through:
                database.execute(_DONE, (_seconds(at), other.number))
        return True


def passed_on(database: sqlite3.Connection, order: str, at: datetime) -> None:
    with change(database):
        one = _ordered(database, order)
        if one is None:
            return
        for other in _same(database, one.phone):
            if other.dialplan == one.dialplan and other.last == ANSWERED:
                database.execute(_DONE, (_seconds(at), other.number))


def missed(
    database: sqlite3.Connection, order: str, end: End, at: datetime, after: Callable[[Callback], Standing]
) -> None:
    with change(database):
        if end.answered:
            _unsettle(database, order)
        database.execute("UPDATE calls SET outcome = ?, counts = ? WHERE id = ?", (end.last, end.tried, order))
        for called in _read(database, "WHERE calling = ?", order):
            others = _with(database, called, at) if end.tried else []
            for one in (called, *(other for other in others if not other.given_up)):
                _stands(database, one, end, after(one))


def hold(database: sqlite3.Connection, why: Mapping[int, str]) -> None:
    with change(database):
        update = "UPDATE redials SET held = ? WHERE callback = ?"
        database.executemany(update, [(text, number) for number, text in why.items()])


def done(database: sqlite3.Connection, number: int, at: datetime) -> bool:
    with change(database):
        return database.execute(_DONE, (_seconds(at), number)).rowcount > 0


def again(database: sqlite3.Connection, number: int, now: datetime) -> bool:
    with change(database):
        one = _waits(database, number)
        if one is None or not one.dialplan or one.calling:
            return False
        database.execute("DELETE FROM never WHERE subscriber = ?", (subscriber(one.phone),))
        anew = "UPDATE redials SET given_up = 0, tries = 0, orders = 0, last = '', again = '', held = '', since = ?"
        database.execute(f"{anew} WHERE callback = ?", (_seconds(max(now, one.due)), number))
        return True


def never(database: sqlite3.Connection, phone: str) -> None:
    with change(database):
        database.execute("INSERT OR IGNORE INTO never VALUES (?)", (subscriber(phone),))


def _never(database: sqlite3.Connection) -> frozenset[str]:
    return frozenset(one for (one,) in database.execute("SELECT subscriber FROM never"))


def _waits(database: sqlite3.Connection, number: int) -> Callback | None:
    return next((one for one in waiting(database) if one.number == number), None)


def _ordered(database: sqlite3.Connection, order: str) -> Callback | None:
    """For whom that was."""
    return next(iter(_read(database, "WHERE number = (SELECT callback FROM calls WHERE id = ?)", order)), None)


def _same(database: sqlite3.Connection, phone: str) -> list[Callback]:
    """What waits for the same telephone number."""
    return [one for one in waiting(database) if subscriber(one.phone) == subscriber(phone)]


def _with(database: sqlite3.Connection, one: Callback, at: datetime) -> list[Callback]:
    """What else a call for `one`, which came to something at `at`, was for: all that its telephone number waits for by
    then, by the same dialplan."""
    same = [other for other in _same(database, one.phone) if other.number != one.number]
    return [other for other in same if other.dialplan == one.dialplan and other.due <= at]


def _stands(database: sqlite3.Connection, one: Callback, end: End, standing: Standing) -> None:
    """After a call that has not reached them."""
    again = _seconds(standing.again) if standing.again is not None else ""
    update = "UPDATE redials SET calling = '', tries = ?, again = ?, last = ?, given_up = ? WHERE callback = ?"
    database.execute(update, (standing.tries, again, end.last, standing.again is None, one.number))


def _unsettle(database: sqlite3.Connection, order: str) -> None:
    """It was no person who answered: what that has settled waits again, as if nobody had yet."""
    one = _ordered(database, order)
    if one is None or one.last != ANSWERED:
        return
    for other in _read(database, "WHERE last = ?", ANSWERED):
        if (subscriber(other.phone), other.dialplan, other.done) == (subscriber(one.phone), one.dialplan, one.done):
            database.execute("UPDATE callbacks SET done = '' WHERE number = ?", (other.number,))
            database.execute("UPDATE redials SET last = '', given_up = 0 WHERE callback = ?", (other.number,))
    database.execute("UPDATE redials SET calling = ?, tries = tries - 1 WHERE callback = ?", (order, one.number))


def _read(database: sqlite3.Connection, where: str, *values: str) -> list[Callback]:
    found = [_callback(row) for row in database.execute(f"{_SELECT} {where}", values)]
    return sorted(found, key=lambda one: (one.due, one.number))


def _callback(row: tuple[object, ...]) -> Callback:
    """Raises sqlite3.DataError for what only another hand, or a broken disk, can have written."""
    try:
        one = msgspec.convert(dict(zip(Callback.__struct_fields__, row, strict=True)), Callback, strict=False)
        times = [datetime.fromisoformat(at) for at in (one.at, one.asked, one.done, one.again, one.since) if at]
    except ValueError:
        times = []
    if not times or any(at.tzinfo is None for at in times):
        raise sqlite3.DataError(f"callback {row[0]} can't be read; `offhook callbacks --done {row[0]}` takes it off")
    return one


def _seconds(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _utc(at: datetime) -> str:
    """Comparable as text."""
    return _seconds(at.astimezone(UTC))
