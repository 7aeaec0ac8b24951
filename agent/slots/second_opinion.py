"""What `parsedatetime` makes of the words of a date: a parser that shares nothing with our own grammar."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Any

import parsedatetime

_REWRITTEN = (
    (re.compile(r"\b(19|20) (\d\d)\b"), r"\1\2"),
    (re.compile(r"\b(19|20) oh (\d)\b"), r"\g<1>0\2"),
    (re.compile(r"\b2 thousand(?: and)? (\d)\b"), r"200\1"),
    (re.compile(r"\b2 thousand(?: and)? (\d\d)\b"), r"20\1"),
    (re.compile(r"\b2 thousand\b"), "2000"),
    (re.compile(r"\b(\d+)(?:st|nd|rd|th) (?:day )?(?:of )?([a-z]{3,})"), r"\2 \1"),
    (re.compile(r"\b(\d{4}) ([a-z]+) (\d+)(?:st|nd|rd|th)?$"), r"\2 \3 \1"),
    (re.compile(r"\b(\w+) week$"), r"1 week from \1"),
    (re.compile(r"\ba (?=week|month|year|day)"), "1 "),
    (re.compile(r"\bthe\b|\bon\b"), " "),
    (re.compile(r"\b\w+day (?=[a-z]+ \d)"), " "),
)


def second_opinion(figures: str, now: datetime) -> date | None:
    """The day that the words mean, numbers as `figures` writes them; None where it knows none."""
    text = figures
    for pattern, instead in _REWRITTEN:
        text = pattern.sub(instead, text)
    found, context = _calendar().parseDT(" ".join(text.split()), now.replace(tzinfo=None))
    day: date = found.date()
    return day if context.hasDate else None


@cache
def _calendar() -> Any:
    return parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)
