"""A canonical value, as it is said: what a tool gives is told to callers like what they said themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from agent.reply.digits import spell
from agent.slots.amount import spoken_amount
from agent.slots.code import spoken_code
from agent.slots.date import spoken_date
from agent.slots.email import spoken_email
from agent.slots.time import spoken_time
from agent.tools.kind import Kind, fits

_UNIT = "dollars"
_SAYS: Mapping[Kind, Callable[[str, datetime], str]] = {
    Kind.DATE: lambda value, now: spoken_date(date.fromisoformat(value), now.date()),
    Kind.TIME: lambda value, now: spoken_time(time.fromisoformat(value)),
    Kind.AMOUNT: lambda value, now: spoken_amount(Decimal(value), _UNIT),
    Kind.DIGITS: lambda value, now: spell(value),
    Kind.PHONE: lambda value, now: spell(value),
    Kind.EMAIL: lambda value, now: spoken_email(value),
    Kind.CODE: lambda value, now: spoken_code(value),
    Kind.CHOICE: lambda value, now: value.replace("_", " "),
}


def spoken(kind: Kind, value: str, now: datetime) -> str:
    """The words for the value; one that is not written as its kind is stays as it is."""
    says = _SAYS.get(kind)
    return says(value, now) if says is not None and fits(kind, value) else value
