"""The appointment book: SQLite, in which two callers cannot have the same place, whatever happens between them.

Every place of a time is a row that can be there once, so the database itself refuses the second; a change and its
answer by key are written together, so the same key changes the book once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from agent.errors import ToolRefused
from agent.tools.database import change, connect
from agent.tools.timetable import Timetable, spoken_times, spoken_when, spread

TAKEN, CLOSED, PAST, FULL, UNKNOWN = "taken", "closed", "past", "full", "unknown"
TRIES = 100  # at a reference
AHEAD = 92  # days that are looked through for the next free time
KEYS_KEPT = timedelta(days=2)
_TABLES = """
CREATE TABLE IF NOT EXISTS appointments (
    reference TEXT PRIMARY KEY, day TEXT NOT NULL, time TEXT NOT NULL, minutes INTEGER NOT NULL,
    place INTEGER NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL, UNIQUE (day, time, place)
);
CREATE INDEX IF NOT EXISTS appointments_number ON appointments (substr(phone, -10));
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at TEXT NOT NULL, answer TEXT NOT NULL);
"""
_FOUND_BY = {"phone": "substr(phone, -10) = substr(?, -10)", "day": "day = ?"}  # a number without its country's code
_COLUMNS = "SELECT reference, day, time, name FROM appointments"
Answer = dict[str, str]
Arguments = Mapping[str, str]
Stay = tuple[int, int, int]  # begin and end in minutes of the day, and the place


class Bookings:
    """The book in a file. Values are canonical texts; `now` is aware. Refusals are ToolRefused: "taken", "closed",
    "past", "full" (no time of the day is free) and "unknown" (there is no such appointment)."""

    def __init__(self, path: Path, timetable: Timetable) -> None:
        self._timetable = timetable
        self._database = connect(path, _TABLES)
        self._changes: Mapping[str, Callable[[Arguments, datetime], Answer]] = {
            "book": self._book,
            "move": self._move,
            "cancel": self._cancel,
        }

    def do(self, operation: str, arguments: Arguments, key: str, now: datetime) -> Answer:
        """Look something up, or change the book, once a key ("" is none). Raises ToolRefused and sqlite3.Error."""
        at = self._timetable.local(now)
        if operation == "free":
            return self._free(arguments, at)
        if operation == "next":
            return self._next(arguments, at)
        if operation == "find":
            return self._find(arguments, at)
        with change(self._database):
            before = self._database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
            if before is not None:
                return _read(before[0])
            answer = self._changes[operation](arguments, at)
            if key:
                self._keep(key, answer, now)
        return answer

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def _free(self, arguments: Arguments, now: datetime) -> Answer:
        day = date.fromisoformat(arguments["day"])
        times = self._timetable.times(day)
        if not times:
            raise ToolRefused(CLOSED)
        if datetime.combine(day, times[-1]) <= now:
            raise ToolRefused(PAST)
        free = spread(self._open_times(day, now))
        if not free:
            raise ToolRefused(FULL)
        first, second, third = [*map(_text, free), "", ""][:3]
        return {"times": spoken_times(free), "first": first, "second": second, "third": third}

    def _next(self, arguments: Arguments, now: datetime) -> Answer:
        """The first time that is free, from a day on if one is named."""
        begin = max(date.fromisoformat(arguments.get("day") or f"{now:%Y-%m-%d}"), now.date())
        for ahead in range(AHEAD):
            day = begin + timedelta(days=ahead)
            free = self._open_times(day, now)
            if free:
                return {"day": f"{day}", "time": _text(free[0]), "when": spoken_when(day, free[0])}
        raise ToolRefused(FULL)

    def _open_times(self, day: date, now: datetime) -> list[time]:
        """The times of a day that are to come and free."""
        taken = self._taken(f"{day}")
        coming = (at for at in self._timetable.times(day) if datetime.combine(day, at) > now)
        return [at for at in coming if self._place(taken, at) is not None]

    def _book(self, arguments: Arguments, now: datetime) -> Answer:
        place = self._free_place(arguments, now)
        reference, day, at, name = self._reference(), arguments["day"], arguments["time"], arguments["name"]
        self._database.execute(
            "INSERT INTO appointments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (reference, day, at, self._timetable.minutes, place, name, arguments.get("phone", "")),
        )
        return _answer(reference, day, at, name)

    def _find(self, arguments: Arguments, now: datetime) -> Answer:
        """The next appointment of a telephone number, or of a name on a day."""
        wanted = {key: arguments[key] for key in _FOUND_BY if arguments.get(key)}
        where = " AND ".join(["day || ' ' || time >= ?", *(_FOUND_BY[key] for key in wanted)])
        rows = self._database.execute(
            f"{_COLUMNS} WHERE {where} ORDER BY day, time", (f"{now:%Y-%m-%d %H:%M}", *wanted.values())
        )
        name = arguments.get("name", "").casefold().strip()
        for row in rows:
            if not name or str(row[3]).casefold().strip() == name:
                return _answer(*row)
        raise ToolRefused(UNKNOWN)

    def _move(self, arguments: Arguments, now: datetime) -> Answer:
        reference, _, _, name = self._known(arguments["reference"])
        place = self._free_place(arguments, now, reference)
        self._database.execute(
            "UPDATE appointments SET day = ?, time = ?, minutes = ?, place = ? WHERE reference = ?",
            (arguments["day"], arguments["time"], self._timetable.minutes, place, reference),
        )
        return _answer(reference, arguments["day"], arguments["time"], name)

    def _cancel(self, arguments: Arguments, _now: datetime) -> Answer:
        row = self._known(arguments["reference"])
        self._database.execute("DELETE FROM appointments WHERE reference = ?", (row[0],))
        return _answer(*row)

    def _known(self, reference: str) -> tuple[str, str, str, str]:
        row = self._database.execute(f"{_COLUMNS} WHERE reference = ?", (reference,)).fetchone()
        if row is None:
            raise ToolRefused(UNKNOWN)
        found, day, at, name = row
        return found, day, at, name

    def _free_place(self, arguments: Arguments, now: datetime, moving: str = "") -> int:
        """A place that is free at the time, counted from 0; what the appointment that is moved has counts as free."""
        day, at = date.fromisoformat(arguments["day"]), time.fromisoformat(arguments["time"])
        if datetime.combine(day, at) <= now:
            raise ToolRefused(PAST)
        if at not in self._timetable.times(day):
            raise ToolRefused(CLOSED)
        place = self._place(self._taken(arguments["day"], moving), at)
        if place is None:
            raise ToolRefused(TAKEN)
        return place

    def _taken(self, day: str, moving: str = "") -> list[Stay]:
        rows = self._database.execute(
            "SELECT time, minutes, place FROM appointments WHERE day = ? AND reference <> ?", (day, moving)
        )
        stays = ((_minutes(time.fromisoformat(at)), minutes, place) for at, minutes, place in rows)
        return [(begin, begin + minutes, place) for begin, minutes, place in stays]

    def _place(self, taken: Sequence[Stay], at: time) -> int | None:
        """The first place that nobody has while the appointment lasts; lengths may have been others before."""
        begin = _minutes(at)
        end = begin + self._timetable.minutes
        held = {place for begins, ends, place in taken if begins < end and begin < ends}
        return next((place for place in range(self._timetable.at_once) if place not in held), None)

    def _reference(self) -> str:
        """Six digits that no other appointment has, and that nobody can guess from their own."""
        for _ in range(TRIES):
            reference = str(100_000 + secrets.randbelow(900_000))
            if not self._database.execute("SELECT 1 FROM appointments WHERE reference = ?", (reference,)).fetchone():
                return reference
        raise ToolRefused(FULL)

    def _keep(self, key: str, answer: Answer, now: datetime) -> None:
        self._database.execute("DELETE FROM answers WHERE at < ?", ((now - KEYS_KEPT).isoformat(),))
        self._database.execute("INSERT INTO answers VALUES (?, ?, ?)", (key, now.isoformat(), json.dumps(answer)))


def _answer(reference: str, day: str, at: str, name: str) -> Answer:
    when = spoken_when(date.fromisoformat(day), time.fromisoformat(at))
    return {"reference": reference, "day": day, "time": at, "name": name, "when": when}


def _read(answer: str) -> Answer:
    kept: Answer = json.loads(answer)
    return kept


def _minutes(at: time) -> int:
    return 60 * at.hour + at.minute


def _text(at: time) -> str:
    return f"{at:%H:%M}"
