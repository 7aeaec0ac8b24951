"""When a call's turn table wants to be woken: one timer, by the call clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent.host.clock import CallClock

_LATE = 0.001  # s; a timer may ring a moment early


class Alarm:
    """One call's; the event loop owns it. `rings` is called when the time has come."""

    def __init__(self, clock: CallClock, loop: asyncio.AbstractEventLoop, rings: Callable[[], None]) -> None:
        self._clock = clock
        self._loop = loop
        self._rings = rings
        self._timer: asyncio.TimerHandle | None = None

    def set(self, at: int | None) -> None:
        """Ring at the call clock `at` and at no other time; None: not at all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if at is not None:
            self._timer = self._loop.call_later(self._clock.seconds_until(at) + _LATE, self._rings)
