"""Which words of a recogniser's changing belief can be built on: those that have held."""

from __future__ import annotations

from collections.abc import Sequence

HELD = 3  # updates in which a word stood with all the words before it; an update is 240 ms of audio


class StablePrefix:
    """Counts, over the updates of one utterance, how long each word has stood. Pure."""

    def __init__(self, held: int = HELD) -> None:
        self._held = held
        self._words: list[str] = []
        self._ages: list[int] = []  # updates; never rises from one word to the next

    def update(self, words: Sequence[str]) -> int:
        """Take the recogniser's latest belief; how many of its first words are stable."""
        same = 0
        for old, new in zip(self._words, words, strict=False):
            if old != new:
                break
            same += 1
        self._ages = [age + 1 for age in self._ages[:same]] + [1] * (len(words) - same)
        self._words = list(words)
        return sum(age >= self._held for age in self._ages)

    def clear(self) -> None:
        """Another utterance begins."""
        self._words, self._ages = [], []
