"""How often one caller may have a tool run, and how many runs there are at once. Pure: times are arguments, in s."""

from __future__ import annotations

from collections import deque

HOUR_S = 3_600.0
MOST_CALLERS = 10_000


class Limits:
    """One tool's counts. `admit` says why a run is not allowed, or counts it; `left` when it is over."""

    def __init__(self, a_call: int, an_hour: int, together: int) -> None:
        self._a_call = a_call
        self._an_hour = an_hour
        self._together = together
        self._running = 0
        self._calls: dict[str, int] = {}
        self._callers: dict[str, deque[float]] = {}

    def admit(self, call: str, caller: str, now: float) -> str:
        """Counts a run of this call and caller; "" where it is allowed. A caller without a number is their call."""
        runs = self._recent(caller or call, now)
        if self._running >= self._together:
            return f"{self._running} runs at once are all that is allowed"
        if self._calls.get(call, 0) >= self._a_call:
            return f"{self._a_call} runs a call are all that is allowed"
        if len(runs) >= self._an_hour:
            return f"{self._an_hour} runs an hour and caller are all that is allowed"
        self._running += 1
        self._calls[call] = self._calls.pop(call, 0) + 1
        runs.append(now)
        _bound(self._calls)
        return ""

    def left(self) -> None:
        """A run that was admitted is over."""
        self._running -= 1

    def _recent(self, caller: str, now: float) -> deque[float]:
        """The caller's runs within the last hour."""
        runs = self._callers.pop(caller, deque())
        while runs and runs[0] <= now - HOUR_S:
            runs.popleft()
        self._callers[caller] = runs  # the latest is the last to be forgotten
        _bound(self._callers)
        return runs


def _bound(counts: dict[str, int] | dict[str, deque[float]]) -> None:
    if len(counts) > MOST_CALLERS:
        del counts[next(iter(counts))]
