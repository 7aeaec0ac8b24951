"""A YAML file as it is read: its text located, or why there is nothing to locate."""

from __future__ import annotations

import codecs
from pathlib import Path

from agent.dialplan.finding import Finding
from agent.dialplan.located import Located

LARGEST = 1_000_000  # bytes of a file


def read_yaml(path: Path) -> Located | Finding:
    """The file's text, located; a finding where there is no such file, or too much of it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "name a file in it" if isinstance(error, IsADirectoryError) else "name a dialplan file that exists"
        return Finding(1, 1, f"can't be read: {error.strerror}; {remedy}")
    if len(data) > LARGEST:
        return Finding(1, 1, f"is {len(data)} bytes long; a dialplan has at most {LARGEST}")
    try:
        return Located(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        return nothing(path, _undecodable(data, error))


def nothing(path: Path, *findings: Finding) -> Located:
    """A file of which nothing is known but what is wrong with it."""
    located = Located("~", str(path))
    located.findings.extend(findings)
    return located


def _undecodable(data: bytes, error: UnicodeDecodeError) -> Finding:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Finding(1, 1, "this is UTF-16; save the file as UTF-8")
    if b"\0" in data:
        return Finding(1, 1, "this is no text file; a dialplan is YAML, saved as UTF-8")
    before = data[: error.start].decode()
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Finding(line, column, "not UTF-8 from here on; save the file as UTF-8")
