"""Answers that a model can't word: where what it said for one was refused in a row, it is left alone with that one for
a while. It did answer, so it is still asked for others. Pure.
"""

from __future__ import annotations

from agent.tools.breaker import Breaker

REFUSALS = 3  # in a row
REST_S = 600.0
MOST = 500  # answers; beyond, the oldest are forgotten


class Refusals:
    """One model's."""

    def __init__(self) -> None:
        self._notes: dict[str, Breaker] = {}

    def of(self, note: str) -> Breaker:
        """What came of the answer `note`."""
        breaker = self._notes.pop(note, None) or Breaker(REFUSALS, REST_S)
        self._notes[note] = breaker
        while len(self._notes) > MOST:
            del self._notes[next(iter(self._notes))]
        return breaker
