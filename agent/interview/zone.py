"""The time zone of a business as people type it: by its name, or by a city."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import available_timezones

from agent.dialplan.suggestion import suggestion
from agent.dialplan.zone_findings import UNPLACED, placeless

EXAMPLE = "New York"
_CITY = f'a large city of it, such as "{EXAMPLE}"'
_LINK = Path("/etc/localtime")


def zone(typed: str) -> str:
    """The name, such as "America/New_York" for "new york"; "" for "". Raises ValueError with what would be right."""
    wanted = "_".join(typed.split()).lower()
    if not wanted:
        return ""
    placed = [name for name in available_timezones() if not placeless(name)]
    if wanted.removeprefix("etc/") in {
        name.lower().removeprefix("etc/") for name in available_timezones() - set(placed)
    }:
        raise ValueError(f'"{typed}" {UNPLACED}; write {_CITY}')
    known = {name.lower(): name for name in placed}
    if wanted in known:
        return known[wanted]
    ends = sorted(name for name in known.values() if name.lower().rpartition("/")[2] == wanted)
    if len(ends) == 1:
        return ends[0]
    if ends:
        raise ValueError(f'"{typed}" may be {" or ".join(ends)}; write which')
    cities = [name.rpartition("/")[2] for name in known.values()]
    remedy = suggestion("_".join(typed.title().split()), [*cities, *known.values()], likeness=0.8)
    raise ValueError(f'"{typed}" is no time zone{f"{remedy} Write" if remedy else "; write"} {_CITY}')


def machine_zone(link: Path = _LINK) -> str:
    """This machine's, by its name; "" where it has none."""
    named = os.environ.get("TZ", "").removeprefix(":") or str(link.resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else ""
