"""What the doctor says: one subject, how bad it is, and the remedy."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """GOOD and NOTE need nothing; WARNING makes calls worse or will one day; BLOCKING stops calls."""

    GOOD = "good"
    NOTE = "note"
    WARNING = "warning"
    BLOCKING = "blocking"


class Finding(msgspec.Struct, frozen=True):
    """`remedy` is what to type or change; empty where nothing is to be done."""

    subject: str
    level: Level
    what: str
    remedy: str = ""


def good(subject: str, what: str) -> Finding:
    return Finding(subject, Level.GOOD, what)


def note(subject: str, what: str, remedy: str = "") -> Finding:
    return Finding(subject, Level.NOTE, what, remedy)


def warning(subject: str, what: str, remedy: str) -> Finding:
    return Finding(subject, Level.WARNING, what, remedy)


def blocking(subject: str, what: str, remedy: str) -> Finding:
    return Finding(subject, Level.BLOCKING, what, remedy)
