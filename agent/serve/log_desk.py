"""Where log lines go while a terminal shows the conversation: all of them to a rotating file that only its owner
reads, warnings and errors also to the terminal, a line each. Without a terminal nobody needs this: every process
writes its JSON lines to standard error.
"""

from __future__ import annotations

import json
import logging
import os
from collections import deque
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from agent.errors import ConfigError

_SIZE = 5_000_000  # bytes a file
_KEPT = 3  # old files
_RECENT = 8  # a fact that is among the last ones shown is not shown again
_SHOWN = {"warning": "yellow", "error": "red", "critical": "red"}
_HIDDEN = frozenset({"event", "level", "timestamp", "call", "exception", "exc_info"})


class LogDesk:
    """Takes JSON log lines of all processes; `show(text, style, call)` puts one on the terminal.

    It has `write` and `flush`, so that structlog can write to it. Raises ConfigError when the file cannot be made.
    """

    def __init__(self, path: Path, show: Callable[[str, str, str], None]) -> None:
        self.path = path
        self._show = show
        self.only_errors = False  # shown; the file gets everything
        self._recent: deque[tuple[str, str]] = deque(maxlen=_RECENT)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = _PrivateFile(path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"{path}: the log cannot be written: {error.strerror}. Choose another --data-dir"
            ) from None

    def write(self, text: str) -> int:
        """Take lines of this process."""
        for line in text.splitlines():
            self.take(line)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def take_bytes(self, line: bytes) -> None:
        """Take a line that a child process wrote to its standard error."""
        self.take(line.decode(errors="replace").rstrip())

    def take(self, line: str) -> None:
        """Write the line to the file, and show it if it is a warning or an error."""
        if not line:
            return
        self._file.emit(logging.makeLogRecord({"msg": line}))
        try:
            entry = json.loads(line)
        except ValueError:
            return  # a native library's words
        if not isinstance(entry, dict) or entry.get("level") not in _SHOWN:
            return
        if not (self.only_errors and entry["level"] == "warning"):
            self._tell(entry)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _tell(self, entry: dict[str, Any]) -> None:
        fact = (str(entry.get("event", "")), str(entry.get("call", "")))
        if fact in self._recent:
            return
        self._recent.append(fact)
        details = ", ".join(f"{key.replace('_', ' ')} {entry[key]}" for key in entry if key not in _HIDDEN)
        self._show(f"{fact[0]}: {details}" if details else fact[0], _SHOWN[entry["level"]], fact[1])


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)
