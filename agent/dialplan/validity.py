"""Days and moments as an admin writes them, and what is wrong with the days on which something is so: over, soon over,
or in the wrong order.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from agent.dialplan.document import Document
from agent.dialplan.entries import entries
from agent.dialplan.located import Value

SOON = 14  # days


def _day(value: object) -> date:
    day = value if isinstance(value, date) else _read(value)
    if day is None:
        raise PydanticCustomError("day", "write year, month and day of a day that there is: 2026-12-24")
    return day


def _read(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-12-24") else None
    except ValueError:
        return None


def _moment(value: object) -> datetime:
    moment = value if isinstance(value, datetime) else _read_moment(value)
    if moment is None or moment.tzinfo is not None:
        raise PydanticCustomError("moment", "write a day and a time that there are, without a zone: 2026-12-24 10:00")
    return moment


def _read_moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and len(value) > len("2026-12-24") else None
    except ValueError:
        return None


AMoment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
ADay = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def check_validity(document: Document, facts: Value, today: date) -> None:
    """Adds what it finds to the document's findings."""
    for path, fact in entries(facts, ("facts",)):
        begin, end = _read(fact.get("from")), _read(fact.get("until"))
        if begin is not None and end is not None and begin > end:
            document.note((*path, "from"), f'"from" ({begin}) is after "until" ({end}); change one of them')
        elif end is not None and end < today:
            what = f"this was so until {end}, and nobody is told it any more; write what is so now, or remove the fact"
            document.note((*path, "until"), what, warning=True)
        elif end is not None and (end - today).days <= SOON:
            what = f"this is told {_left((end - today).days)} and not from then on; write another day if it stays so"
            document.note((*path, "until"), what, warning=True)


def _left(days: int) -> str:
    return "until tonight" if days == 0 else f"for {days} more day{'s' * (days != 1)}"
