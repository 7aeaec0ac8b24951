"""The processes that a test has started."""

from __future__ import annotations

import os
from pathlib import Path


def processes(what: str) -> list[int]:
    """Those with `what` in their command line, of this process and alive."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in children if what.encode() in _command(child)]


def _command(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it is gone
        return b""
