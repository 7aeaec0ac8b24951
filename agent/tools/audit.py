"""Which tools ran, with what outcome and for how long: `tools.jsonl` under the data directory, a line a run. What a
caller said is not in it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from agent.line_file import LineFile

LIMIT = 5_000_000  # bytes a file; two are kept

log = structlog.get_logger()


class Line(msgspec.Struct, frozen=True):
    """A run. `at` is ISO 8601, UTC; `again`: what came of it was known, and it was not run."""

    at: str
    call: str
    tool: str
    outcome: str
    ms: int
    why: str
    arguments: Mapping[str, str]  # redacted
    again: bool = False


class Audit:
    """Appends lines. What can't be written is logged, without what is in it."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "tools.jsonl"
        self._file = LineFile(self._path, data_dir / "tools.1.jsonl", LIMIT)
        self._lock = threading.Lock()

    async def write(self, line: Line) -> None:
        """Put a line into the file; never raises."""
        await asyncio.to_thread(self._append, msgspec.json.encode(line))

    def _append(self, line: bytes) -> None:
        with self._lock:
            try:
                self._file.append(line)
            except OSError as error:
                log.error("audit of tools can't be written", path=str(self._path), reason=error.strerror)
