"""The words of one turn: what the recogniser has settled, and behind it what it believes of the rest. Pure.

When audio is given to the recogniser once more, what it believed of it stands until it has got as far again.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.contract import Final, Partial, Word
from agent.listen.stable import StablePrefix


class JoinedWords:
    """What a turn's results come to. Times on the call clock."""

    def __init__(self) -> None:
        self._settled: list[Word] = []
        self._belief: list[str] = []
        self._places: tuple[Word, ...] = ()
        self._stable = 0  # words of the belief
        self._prefix = StablePrefix()
        self._until = 0  # a belief that ends before this is older than the one that stands

    @property
    def text(self) -> str:
        """All of them."""
        return " ".join([word.text for word in self._settled] + self._belief)

    @property
    def stable(self) -> int:
        """How many words of `text` have held, from the first on."""
        return len(self._settled) + self._stable

    @property
    def words(self) -> tuple[Word, ...]:
        """Those of `text` that have a place."""
        return (*self._settled, *self._places)

    @property
    def open(self) -> bool:
        """Whether there are words that are not settled."""
        return bool(self._belief)

    def believe(self, partial: Partial) -> None:
        """The recogniser's changing belief of what is not settled."""
        if partial.at < self._until:
            return
        self._belief, self._places = partial.text.split(), partial.words
        self._stable = self._prefix.update(self._belief)

    def settle(self, final: Final) -> None:
        """Words that change no more."""
        self._settle(final.words or _placed(final.text.split(), final.at))

    def give_up(self, at: int) -> None:
        """What is not settled was lost in the recogniser: what was believed of it last is all there will be."""
        self._settle(self._places if len(self._places) == len(self._belief) else _placed(self._belief, at))

    def again(self, until: int) -> None:
        """What is not settled, up to `until`, is given to the recogniser once more."""
        self._until = until

    def _settle(self, words: Sequence[Word]) -> None:
        self._settled += words
        self._belief, self._places, self._stable = [], (), 0
        self._prefix.clear()


def _placed(words: Sequence[str], at: int) -> tuple[Word, ...]:
    """Words of which no more is known than that they were said before `at`."""
    return tuple(Word(word, at, at, 0.0) for word in words)
