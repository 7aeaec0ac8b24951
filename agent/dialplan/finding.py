"""What is wrong at a place of a dialplan file."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True, order=True):
    """What is wrong at a place of the file, and what would be right. Lines and columns count from 1."""

    line: int
    column: int
    what: str
    warning: bool = False
