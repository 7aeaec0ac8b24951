"""An event loop without a clock: time is a number that passes only where there is nothing left to do, and at once.

What a thread would do runs on the loop, after a wait that a test chooses: so a run is the same every time, and an hour
of a call takes seconds.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

ROUNDS = 20_000  # of the loop without any time passing; more are a loop that never ends


class _Clockwork:
    """In the place of a selector: instead of waiting, it lets the time pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self._rounds = 0

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("nothing is left that could ever happen")
        self._rounds = 0 if timeout > 0 else self._rounds + 1
        if self._rounds > ROUNDS:
            raise RuntimeError("there is always something left to do: no time passes")
        self.now += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """`run_for` lets time pass. `faults`: what went wrong in callbacks and tasks that nobody looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.work_waits = 0.0  # s until a thread begins with work
        self.work_takes = 0.0  # s from there until its result is here
        self.faults: list[str] = []
        self._clockwork = self._selector = _Clockwork()
        self.set_exception_handler(self._note)

    def time(self) -> float:
        return self._clockwork.now

    def run_for(self, seconds: float) -> None:
        """Let so much time pass."""
        self.call_later(seconds, self.stop)
        self.run_forever()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """As a thread of a pool would: work that is cancelled before it began is not done; other work goes on, and only
        its result is nobody's."""
        future = self.create_future()
        self.call_later(self.work_waits, self._work, future, partial(func, *args))
        return future

    def _work(self, future: asyncio.Future[Any], work: Callable[[], Any]) -> None:
        if future.cancelled():
            return
        settle: Callable[[], None]
        try:
            settle = partial(future.set_result, work())
        except Exception as error:  # noqa: BLE001 - it is raised again where the work was asked for
            settle = partial(future.set_exception, error)
        self.call_later(self.work_takes, lambda: future.done() or settle())

    def _note(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        told = "".join(traceback.format_exception(error)) if error is not None else ""
        self.faults.append(f"{context.get('message')}\n{told}")

    def _process_events(self, event_list: list[Any]) -> None:
        """There are no files to watch."""

    def _write_to_self(self) -> None:
        """There is no other thread to be woken by."""
