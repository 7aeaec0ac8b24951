"""Answers with a place for what is only known in the call: "You're calling from {caller}." Pure.

Such an answer is rendered while the caller waits, or is being drafted; one without places is rendered before the call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from agent.reply.digits import spell

HOURS = "hours"
PLACES = ("caller", "time", "weekday", "date", HOURS)
_PLACE = re.compile(r"\{([^{}]*)\}")
_UNKNOWN_CALLER = "a number that was not sent"


def places(text: str) -> tuple[str, ...]:
    """The names between braces, in order; they need not be ones that exist."""
    return tuple(_PLACE.findall(text))


def filled(text: str, caller: str, now: datetime, hours: str = "") -> str:
    """`text` with its places filled: the caller's digits ("" when withheld), `now` as it is spoken, and whether the
    business is open. A place that does not exist stays as it is."""
    values = {
        "caller": spell(caller) if caller else _UNKNOWN_CALLER,
        "time": f"{now.hour}:{now.minute:02d}",
        "weekday": now.strftime("%A"),
        "date": f"{now.strftime('%B')} {now.day}",
        HOURS: hours,
    }
    return replaced(text, values)


def replaced(text: str, values: Mapping[str, str]) -> str:
    """`text` with the values in the places of their names. A place without one stays as it is."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
