"""What set-up shows while it works: one line a step, with the time it has taken and what it is likely to take."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOG = Path("build") / "setup.log"
_LINE_EVERY_S = 15.0
_TAIL = 25


class SetupError(Exception):
    """Set-up cannot go on; the message says what is missing and which command puts it right."""


class Step:
    """One step in view. On a terminal the line is rewritten each second, elsewhere one is added now and then."""

    def __init__(self, title: str, estimate_s: float) -> None:
        self._title = title
        self._estimate_s = estimate_s
        self._began = time.monotonic()
        self._share = 0.0
        self._note = ""
        self._over = threading.Event()
        self._terminal = sys.stdout.isatty()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Step:
        if not self._terminal:
            self._say(f"{self._title} (about {spell(self._estimate_s)})")
        self._ticker.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._over.set()
        self._ticker.join()
        took = spell(time.monotonic() - self._began)
        self._clear()
        self._say(f"{self._title}: failed after {took}" if kind else f"{self._title}: done in {took}")

    def at(self, share: float, note: str) -> None:
        """How far the step is: `share` from 0 to 1."""
        self._share, self._note = share, note

    def _tick(self) -> None:
        while not self._over.wait(1.0 if self._terminal else _LINE_EVERY_S):
            self._clear()
            self._say(f"{self._title}: {self._note}{self._times()}", end="" if self._terminal else "\n")

    def _times(self) -> str:
        spent = time.monotonic() - self._began
        left = spent / self._share * (1 - self._share) if self._share > 0.05 else self._estimate_s - spent
        rest = f"about {spell(left)} left" if left > 0 else f"longer than the {spell(self._estimate_s)} estimated"
        return f"{spell(spent)}, {rest}"

    def _clear(self) -> None:
        if self._terminal:
            sys.stdout.write("\r\033[K")

    def _say(self, line: str, end: str = "\n") -> None:
        sys.stdout.write(f"  {line}{end}")
        sys.stdout.flush()


def spell(seconds: float) -> str:
    """ "45 s", "4 min 10 s"."""
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def run(
    command: Sequence[str], env: Mapping[str, str] | None = None, on_line: Callable[[str], None] | None = None
) -> None:
    """Run to the end, its output to the log. Raises SetupError with the end of the output when it fails."""
    LOG.parent.mkdir(exist_ok=True)
    tail: deque[str] = deque(maxlen=_TAIL)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **(env or {})},
                process_group=0,  # no session of its own: sudo's leave is tied to the terminal
            )
        except OSError as error:
            raise SetupError(f"{command[0]} cannot be run: {error.strerror}") from error
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.write(line)
                tail.append(line.rstrip()[:300])
                if on_line:
                    on_line(line)
            status = process.wait()
        except BaseException:
            # Ctrl-C must end a compiler's children too, not leave them working in the background.
            with contextlib.suppress(PermissionError, ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
    if status != 0:
        shown = "\n".join(f"    {line}" for line in tail)
        raise SetupError(f"`{' '.join(command[:4])} …` ended with {status}; all of its output is in {LOG}:\n{shown}")
