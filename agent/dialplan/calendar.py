"""When appointments can be made, and how many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from agent.dialplan.section import Section, Text

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=60)]


class Weekday(StrEnum):
    """In the order of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _listed(value: object) -> object:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple):
        raise PydanticCustomError("times", 'write from and to, "9:00-17:30", or leave out a day that is closed')
    return listed


Spans = Annotated[
    tuple[Text, ...],
    Field(min_length=1, max_length=10),
    BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]),
]


class Calendar(Section):
    """The appointment book: an appointment begins every so many minutes while it is open."""

    open: Annotated[Mapping[Weekday, Spans], Field(min_length=1)] = {
        day: ("9:00-17:00",) for day in list(Weekday)[:5]
    }  # other weekdays are closed
    minutes: Annotated[int, Field(ge=5, le=480)] = 30
    at_once: Annotated[int, Field(ge=1, le=100)] = 1
    timezone: Text | None = None  # None: this machine's
    file: FileName = "appointments.db"  # in the bot's data directory
