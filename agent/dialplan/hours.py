"""When the business is open: a week, and the days that are otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.dialplan.calendar import Spans, Weekday
from agent.dialplan.section import Section, Text

MOST_HOLIDAYS = 200
Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}-)?\d{2}-\d{2}$")]


class Holiday(Section):
    """A day that is otherwise: closed, or open at other times. A date without a year comes every year."""

    date: Day
    name: Text | None = None
    open: Spans | None = None


class Hours(Section):
    """Opening times by weekday; other days are closed."""

    open: Annotated[Mapping[Weekday, Spans], Field(min_length=1)]
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=MOST_HOLIDAYS)] = ()
