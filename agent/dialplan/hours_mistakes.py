"""What is wrong with opening times: times that are none, days that do not exist or come twice, texts never said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from agent.dialplan.calendar_findings import check_spans
from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value, texts
from agent.dialplan.zone_findings import check_zone
from agent.reply.template import HOURS, places

_LEAP = 2024  # a year that has every day


def check_hours(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds to the document's findings."""
    check_zone(document, ("timezone",), plan.get("timezone"))
    hours = plan.get("hours")
    if not isinstance(hours, dict):
        _needless(document, plan)
        return
    week = hours.get("open")
    for day, times in week.items() if isinstance(week, dict) else ():
        check_spans(document, ("hours", "open", day), times)
    seen: dict[str, Path] = {}
    holidays = hours.get("holidays")
    for at, holiday in enumerate(holidays if isinstance(holidays, list) else []):
        if isinstance(holiday, dict):
            _holiday(document, ("hours", "holidays", at), holiday, seen)


def _holiday(document: Document, here: Path, holiday: Mapping[str, Value], seen: dict[str, Path]) -> None:
    check_spans(document, (*here, "open"), holiday.get("open"))
    day = holiday.get("date")
    if not isinstance(day, str):
        return
    first = seen.setdefault(day, here)
    if first != here:
        line = document.line((*first, "date"), (*here, "date"))
        document.note((*here, "date"), f'"{day}" is here already, in line {line}; remove one')
    if len(day) in (5, 10) and not _exists(day):
        document.note((*here, "date"), f'there is no day "{day}"; write year, month and day: "2026-12-25", or "12-25"')


def _exists(day: str) -> bool:
    try:
        return bool(date.fromisoformat(day if len(day) == 10 else f"{_LEAP}-{day}"))
    except ValueError:
        return False


def _needless(document: Document, plan: Mapping[str, Value]) -> None:
    """What needs opening times where there are none."""
    for path, text in texts(dict(plan)):
        if path[-1] == "closed" and path[0] in ("intents", "facts", "transfers"):
            document.note(path, 'it is not known when the business is closed; write "hours"', key=True)
        elif HOURS in places(text) and path[0] in ("intents", "facts"):
            document.note(path, f'"{{{HOURS}}}" is filled from "hours", which is missing; write it')
