"""A voice whose sound says which words it is of: every sample of a word is the word's number.

So what was said can be read back from sound alone, whatever anybody wrote down about it.
"""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np

from agent.engines.contract import Priority, Spoken, SpokenWord, Urgency
from agent.engines.fakes import WORD_SAMPLES, FakeVoice
from telephony.audio import samples_of

MOST = 2_047  # words; a number has 11 bits

_numbers: dict[str, int] = {}
_words = [""]


class SpellingVoice(FakeVoice):
    """Says words as their numbers; a pause is 0. A text takes `takes` s."""

    takes = 0.02

    async def render(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> Spoken:
        self.busy += 1
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.busy -= 1
        return await super().render(text, priority)

    def sound(self, word: str) -> bytes:
        number = _numbers.get(word)
        if number is None:
            number = _numbers[word] = len(_words)
            assert number <= MOST, "too many words for a spelling of 11 bits"
            _words.append(word)
        return number.to_bytes(2, "little") * WORD_SAMPLES


def spelled_in(pcm: bytes) -> list[SpokenWord]:
    """The words in the sound of a SpellingVoice, and where they lie in it."""
    samples = samples_of(pcm)
    found: list[SpokenWord] = []
    edges = [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist(), len(samples)]
    for begin, end in pairwise(edges):
        word = _words[int(samples[begin])] if end > begin else ""
        if word:  # the same word twice is one run
            found += [SpokenWord(word, at, at + WORD_SAMPLES) for at in range(begin, end, WORD_SAMPLES)]
    return found
