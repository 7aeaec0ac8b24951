"""A circuit breaker: a far side that fails again and again is left alone for a while. Pure: times are arguments, in
seconds.

Nygard, Release It! (2007), chapter 5: closed, open after failures in a row, then one trial.
"""

from __future__ import annotations

FAILURES = 5  # in a row
REST_S = 30.0


class Breaker:
    """One far side's."""

    def __init__(self, failures: int = FAILURES, rest_s: float = REST_S) -> None:
        self._most = failures
        self._rest_s = rest_s
        self._in_a_row = 0
        self._opens_at = 0.0

    def rests(self, now: float) -> bool:
        """Whether the far side is being left alone. Asks for nothing."""
        return self._in_a_row >= self._most and now < self._opens_at

    def closed(self, now: float) -> bool:
        """Whether a run may be tried. After a rest one may; others wait until it is known what came of that."""
        if self._in_a_row < self._most:
            return True
        if now < self._opens_at:
            return False
        self._opens_at = now + self._rest_s
        return True

    def abandoned(self, began: float) -> None:
        """Nobody waited for what comes of the run that began then; was it the trial, another may be had at once."""
        if self._opens_at == began + self._rest_s:
            self._opens_at = began

    def succeeded(self) -> None:
        """The far side has answered."""
        self._in_a_row = 0

    def failed(self, now: float) -> None:
        """It has not, or not as it should."""
        self._in_a_row += 1
        self._opens_at = now + self._rest_s
