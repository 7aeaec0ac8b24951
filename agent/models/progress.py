"""How far a fetch is, for people: bars on a terminal, a line now and then in a log."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bars

from agent.models.download import Progress

_LINE_EVERY_S = 10.0


@contextlib.contextmanager
def shown_on_terminal() -> Iterator[Progress]:
    """Bars on standard error where that is a terminal, else lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console) as bars:
        yield _BarsOnTerminal(bars)


class _BarsOnTerminal:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def begin(self, what: str, total: int, done: int = 0) -> None:
        self._stop()
        self._task = self._bars.add_task(what, total=total or None, completed=done)

    def advance(self, amount: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, amount)

    def note(self, line: str) -> None:
        self._stop()
        self._bars.console.print(line, highlight=False)

    def _stop(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None


class _Lines:
    """One line at each step and every 10 s within one."""

    def __init__(self) -> None:
        self._what = ""
        self._total = 0
        self._done = 0
        self._began = 0.0
        self._told = 0.0

    def begin(self, what: str, total: int, done: int = 0) -> None:
        self._what, self._total, self._done = what, total, done
        self._began = self._told = time.monotonic()
        size = f", {total / 1e6:.0f} MB" if total else ""
        resumed = f" (from {done / 1e6:.0f} MB on)" if done else ""
        self._say(f"{what}{size}{resumed}")

    def advance(self, amount: int) -> None:
        self._done += amount
        now = time.monotonic()
        if now - self._told >= _LINE_EVERY_S:
            self._told = now
            share = f" of {self._total / 1e6:.0f} MB" if self._total else " MB"
            self._say(f"{self._what}: {self._done / 1e6:.0f}{share}, {now - self._began:.0f} s")

    def note(self, line: str) -> None:
        self._say(line)

    def _say(self, line: str) -> None:
        print(f"  {line}", file=sys.stderr, flush=True)
