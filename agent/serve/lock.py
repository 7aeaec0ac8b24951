"""One offhook a run directory: the lock that says so, freed by the kernel however its holder ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from agent.errors import ConfigError


class RunLock:
    """Holds the lock as a context. Raises ConfigError when another process does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1

    def __enter__(self) -> RunLock:
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._fd, 32).decode().strip() or "?"
            os.close(self._fd)
            raise ConfigError(
                f"offhook already runs here (process {holder}, {self._path}). Stop it, or give this one its own "
                "--data-dir and --sip-port"
            ) from None
        os.truncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)
