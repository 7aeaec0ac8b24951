"""Answers that a model can't word: where what it said for one was refused in a row, it is left alone with that one for
a while. It did answer, so it is still asked for others. Pure.
"""

from __future__ import annotations

from agent.tools.breaker import Breaker

REFUSALS = 3  # in a row
REST_S = 600.0
MOST = 500  # answers; beyond, the one that was refused longest ago is forgotten


class Refusals:
    """One model's. An answer, `note`, is held from a refusal until the next good wording."""

    def __init__(self) -> None:
        self._refused: dict[str, Breaker] = {}

    def rests(self, note: str, now: float) -> bool:
        """Whether the model is not asked for it."""
        breaker = self._refused.get(note)
        return breaker is not None and breaker.rests(now)

    def tried(self, note: str, now: float) -> None:
        """It is asked; after a rest others wait until it is known what came of that."""
        if breaker := self._refused.get(note):
            breaker.closed(now)

    def succeeded(self, note: str) -> None:
        """Its words could be said."""
        self._refused.pop(note, None)

    def failed(self, note: str, now: float) -> None:
        """They could not."""
        breaker = self._refused.pop(note, None) or Breaker(REFUSALS, REST_S)
        breaker.failed(now)
        self._refused[note] = breaker
        if len(self._refused) > MOST:
            del self._refused[next(iter(self._refused))]

    def abandoned(self, note: str, began: float) -> None:
        """Nobody waited for what came of the trial that began then."""
        if breaker := self._refused.get(note):
            breaker.abandoned(began)
