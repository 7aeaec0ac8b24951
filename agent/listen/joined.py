"""The words of one turn, joined over the stretches of audio in which the recogniser was given them. Pure.

A stretch ends when the recogniser is flushed. Where that fell into a word, the stretch's last words are decided again
with the audio that follows: `take_back` says from where. Until the recogniser has got as far again, they stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.engines.contract import Final, Partial, RecogniserFailed, Word
from agent.listen.stable import StablePrefix
from telephony.audio import SAMPLE_RATE

FURTHEST_BACK = 2 * SAMPLE_RATE  # samples that are decided again at most
LEAST_BACK = SAMPLE_RATE * 3 // 10  # samples before the cut with which a word sounds like itself
LEAD = SAMPLE_RATE // 50  # heard again before a word's begin, where nothing else was said


class JoinedWords:
    """What a turn's results come to. Times on the call clock."""

    def __init__(self) -> None:
        self._words: list[Word] = []
        self._again: list[Word] = []  # taken back, being decided again
        self._cut = 0  # where the flush fell that they were taken back for
        self._partial: list[str] = []
        self._prefix = StablePrefix()
        self._stable = 0  # words of the partial

    @property
    def text(self) -> str:
        return " ".join([word.text for word in self._words] + (self._partial or [word.text for word in self._again]))

    @property
    def stable(self) -> int:
        """How many words of `text` can be built on."""
        return len(self._words) + self._stable

    @property
    def words(self) -> tuple[Word, ...]:
        """All words that have a place: those in the making have none."""
        return tuple(self._words + self._again)

    def believe(self, partial: Partial) -> None:
        """The recogniser's changing belief of the stretch in work."""
        words = partial.text.split()
        stable = self._prefix.update(words)
        if partial.at >= self._cut:
            self._partial, self._stable = words, stable

    def settle(self, final: Final) -> None:
        """Words that change no more: the recogniser found an end of its own."""
        self._again = []
        self._end(final.words or _placed(final.text.split(), final.at))

    def finish(self, final: Final, empty: bool) -> None:
        """The stretch is over. `empty`: no audio was in it, so that it decides nothing."""
        if not empty:
            self.settle(final)

    def fail(self, failure: RecogniserFailed) -> None:
        """The recogniser lost the stretch in work: what was believed of it last is all there will be."""
        self._end(tuple(self._again) if not self._partial else _placed(self._partial, failure.at))
        self._again = []

    def take_back(self, begun: int, cut: int) -> int:
        """The stretch that began at `begun` was cut at `cut` in the middle of speech: from where to give the
        recogniser its audio again. The words from there on are decided anew."""
        floor = max(begun, cut - FURTHEST_BACK)
        early = [word for word in self._words if word.start <= cut - LEAST_BACK]
        start = floor
        if early and early[-1].start >= floor:
            last = early.pop()
            start = max(floor, last.start - LEAD)
        if early:
            start = max(start, early[-1].end)
        keep = len(early)
        self._words, self._again, self._cut = self._words[:keep], self._words[keep:], cut
        return start

    def _end(self, words: Sequence[Word]) -> None:
        self._words += words
        self._partial, self._stable = [], 0
        self._prefix.clear()


def _placed(words: Sequence[str], at: int) -> tuple[Word, ...]:
    """Words of which no more is known than that they were said before `at`."""
    return tuple(Word(word, at, at, 0.0) for word in words)
