"""What is wrong with a time zone: one that is none, or that is of no place and the same time all year."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value
from agent.dialplan.suggestion import suggestion

_PLACELESS = re.compile(r"EST|MST|HST|Factory|localtime|posixrules|(?:Etc/)?(?:GMT(?:[+-]?\d+)?|Greenwich)")
UNPLACED = "names no place, so its summer time is not known"


def placeless(zone: str) -> bool:
    """Whether a zone is of no place, so that it has no summer time, or is another's on each machine. UTC, which is that
    of many machines and whose name says what it is, is none of these."""
    return _PLACELESS.fullmatch(zone) is not None and _is_zone(zone)


def check_zone(document: Document, here: Path, zone: Value) -> None:
    """Adds to the findings if `zone` is no time zone, or one of no place."""
    if not isinstance(zone, str):
        return
    if placeless(zone):
        document.note(here, f'"{zone}" {UNPLACED}; write that of a place, such as "America/New_York"', warning=True)
    elif not _is_zone(zone):
        placed = [name for name in available_timezones() if not placeless(name)]  # "Etc/GMT+1" is behind GMT
        city = f"/{zone.strip().replace(' ', '_')}".lower()
        named = min((f'; did you mean "{name}"?' for name in placed if name.lower().endswith(city)), default="")
        remedy = named or suggestion(zone, placed, likeness=0.8) or '; write one such as "America/New_York"'
        document.note(here, f'"{zone}" is no time zone{remedy}')


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
