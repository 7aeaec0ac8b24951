"""A YAML file as it is read: its text located, or why there is nothing to locate."""

from __future__ import annotations

import codecs
from pathlib import Path

from agent.dialplan.finding import Finding
from agent.dialplan.located import Located

LARGEST = 1_000_000  # bytes of a file
_OTHER_KINDS = (b"PK\x03\x04", b"%PDF-", b"{\\rtf", b"\xd0\xcf\x11\xe0")  # of office documents, by how they begin
_NO_TEXT = "this is no text file; a dialplan is YAML, saved as UTF-8"


def read_yaml(path: Path) -> Located | Finding:
    """The file's text, located; a finding where there is no such file, or too much of it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "name a file in it" if isinstance(error, IsADirectoryError) else "name a dialplan file that exists"
        return Finding(1, 1, f"can't be read: {error.strerror}; {remedy}")
    if len(data) > LARGEST:
        return Finding(1, 1, f"is {len(data)} bytes long; a dialplan has at most {LARGEST}")
    if data.startswith(_OTHER_KINDS):
        return nothing(path, Finding(1, 1, f"{_NO_TEXT}, such as an editor for plain text does"))
    encoding = _other_encoding(data)
    if encoding:
        return nothing(path, Finding(1, 1, f"this is {encoding}; save the file as UTF-8"))
    try:
        return Located(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        return nothing(path, _undecodable(data, error))


def nothing(path: Path, *findings: Finding) -> Located:
    """A file of which nothing is known but what is wrong with it."""
    located = Located("~", str(path))
    located.findings.extend(findings)
    return located


def _other_encoding(data: bytes) -> str:
    """The encoding that its first bytes, or a zero beside each letter, tell; "" for UTF-8 and what is none of these."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    zeros = sorted((data[0::2].count(0), data[1::2].count(0)))
    beside = zeros[0] < len(data) // 16 and zeros[1] > len(data) // 4
    return "UTF-16" if beside or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _undecodable(data: bytes, error: UnicodeDecodeError) -> Finding:
    if b"\0" in data:
        return Finding(1, 1, _NO_TEXT)
    before = data[: error.start].decode()
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return Finding(line, column, "not UTF-8 from here on; save the file as UTF-8")
