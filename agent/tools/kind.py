"""The kinds of values that tools take and give, in the one form in which each is written: a slot's reading has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

LONGEST = 2_000  # characters of a value


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    FREE = "free"
    NAME = "name"
    ADDRESS = "address"
    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    AMOUNT = "amount"
    EMAIL = "email"
    CODE = "code"
    CHOICE = "choice"
    YES_NO = "yes_no"


EXAMPLES: Mapping[Kind, str] = {
    Kind.TEXT: "a wash and a cut",
    Kind.FREE: "the gate is left of the barn",
    Kind.NAME: "Jo Smith",
    Kind.ADDRESS: "12 Mill Lane",
    Kind.DIGITS: "0042",
    Kind.PHONE: "5550100",
    Kind.DATE: "2026-12-01",
    Kind.TIME: "15:30",
    Kind.AMOUNT: "12.50",
    Kind.EMAIL: "jo@example.com",
    Kind.CODE: "KLM472",
    Kind.CHOICE: "front_desk",  # its name
    Kind.YES_NO: "yes",
}
_OPEN = frozenset({Kind.DATE, Kind.TIME, Kind.AMOUNT, Kind.CHOICE, Kind.YES_NO})  # tell nothing of who called
_PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    Kind.DIGITS: re.compile(r"[0-9]{1,40}"),
    Kind.PHONE: re.compile(r"\+?[0-9]{3,20}"),
    Kind.TIME: re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    Kind.AMOUNT: re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?"),
    Kind.EMAIL: re.compile(r"[^\s@A-Z]{1,64}@[^\s@A-Z]{1,190}"),
    Kind.CODE: re.compile(r"[A-Z0-9]{1,40}"),
    Kind.CHOICE: re.compile(r"[a-z][a-z0-9_]{0,39}"),
    Kind.YES_NO: re.compile(r"yes|no"),
}


def fits(kind: Kind, value: str) -> bool:
    """Whether the value is written as its kind is."""
    if kind is Kind.DATE:
        return _is_date(value)
    pattern = _PATTERNS.get(kind)
    return bool(pattern.fullmatch(value)) if pattern else _is_text(value)


def written(kind: Kind, value: object) -> str | None:
    """A value of JSON as its kind is written, "" for null; None where it is something else."""
    if value is None:
        return ""
    text = _text(kind, value)
    return text if text is not None and (text == "" or fits(kind, text)) else None


def redacted(kind: Kind, value: str) -> str:
    """The value as an audit may hold it: what tells of a person is a length."""
    return value if kind in _OPEN else f"({len(value)} characters)"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_text(value: str) -> bool:
    return bool(value.strip()) and len(value) <= LONGEST and (value.isprintable() or _on_lines(value))


def _on_lines(value: str) -> bool:
    return all(line.isprintable() for line in value.split("\n"))


def _text(kind: Kind, value: object) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return ("yes" if value else "no") if kind is Kind.YES_NO else None
        case int() if kind in (Kind.DIGITS, Kind.AMOUNT):
            return str(value)
        case float() if kind is Kind.AMOUNT:
            return f"{value:.2f}"
    return None
