"""Results as rows of a CSV file: the first row has the names, and gets more of them when a flow has new ones."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

from agent.tools.record import Record
from agent.whole_file import write

_FIXED = ("At", "Flow", "Call", "Caller")  # upper case: no value is named so
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9 .]*")


def append(path: Path, record: Record) -> None:
    """Add a row; blocking. The file is made with it, readable by its owner only. Raises OSError and csv.Error."""
    row = dict(zip(_FIXED, (record.at, record.flow, record.call, record.caller), strict=True)) | dict(record.values)
    if record.transfer:
        row |= {"Transfer": record.transfer, "Transcript": record.conversation}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = _names(path)
    wanted = [*names, *(name for name in row if name not in names)]
    if wanted != names or not path.read_bytes().endswith(b"\n"):
        write(path, _text([wanted, *_rest(path, len(wanted))]), path.stat() if path.exists() else None)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(descriptor, _text([[_harmless(row.get(name, "")) for name in wanted]]))
    finally:
        os.close(descriptor)


def _names(path: Path) -> list[str]:
    """The first row of the file, nothing where there is none."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return next(csv.reader(file), [])


def _rest(path: Path, width: int) -> list[list[str]]:
    """The rows after the first, as wide as it will be."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return [row + [""] * (width - len(row)) for row in list(csv.reader(file))[1:]]


def _text(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _harmless(value: str) -> str:
    """What a spreadsheet must not take for a formula gets an apostrophe (OWASP, CSV Injection); numbers are none."""
    return f"'{value}" if value.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(value) else value
