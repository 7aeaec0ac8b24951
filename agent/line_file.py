"""A file of lines that is appended to, and the one before it: what is written down as it happens."""

from __future__ import annotations

import os
from pathlib import Path


class LineFile:
    """Readable by its owner only, and made with the first line. A file that would be longer than `limit` bytes becomes
    `old`."""

    def __init__(self, path: Path, old: Path, limit: int) -> None:
        self._path = path
        self._old = old
        self._limit = limit

    def append(self, line: bytes) -> None:
        """Put a line, which has no end, at the file's end. One thread calls it at a time. Raises OSError."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line += b"\n"
        descriptor = self._open()
        try:
            size = os.fstat(descriptor).st_size
            if size and size + len(line) > self._limit:
                self._path.replace(self._old)
                os.close(descriptor)
                descriptor = self._open()
            elif size and not self._ends_line(size):
                line = b"\n" + line  # half a line of one that was killed
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def _ends_line(self, size: int) -> bool:
        with self._path.open("rb") as file:
            file.seek(size - 1)
            return file.read(1) == b"\n"
