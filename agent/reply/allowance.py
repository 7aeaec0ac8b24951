"""How often the strong model may still be asked, which is what it may cost. Pure: times are arguments, in s."""

from __future__ import annotations

from collections import deque

HOUR_S = 3_600.0


class Allowance:
    """One dialplan's, whichever version of it asks."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._calls: dict[str, int] = {}

    def in_call(self, call: str) -> int:
        """Questions that a call has asked."""
        return self._calls.get(call, 0)

    def in_hour(self, now: float) -> int:
        """Questions of all calls within the last hour."""
        while self._times and self._times[0] <= now - HOUR_S:
            self._times.popleft()
        return len(self._times)

    def spend(self, call: str, now: float) -> None:
        """A question is asked."""
        self._times.append(now)
        self._calls[call] = self.in_call(call) + 1

    def forget(self, call: str) -> None:
        """A call is over."""
        self._calls.pop(call, None)
