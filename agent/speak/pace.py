"""How fast this machine speaks, and what follows for the size of pieces: sound must be ready before it is due.

With `ratio` seconds of work a second of sound, a piece may be as long as what is ready takes to play, divided by the
ratio. So the first piece is short, the next longer; on a slow machine the first is longer and more is kept ready; and
on one that is slower than speech the reply begins when what is ready covers what the rest lacks:

    sound T in all, x of it ready at the start: x + t / ratio >= t until t = T, so x >= T * (1 - 1 / ratio)
"""

from __future__ import annotations

import statistics
from collections import deque

WORDS_A_SECOND = 2.7  # of the default voice, pauses included
SHORTEST = 6  # words: shorter pieces sound chopped
LONGEST = 24  # words
FIRST_LONGEST = 12
_LONGEST_WORK = 1.0  # s: another call may wait for it
_AHEAD = 1.5  # s of sound ready before somebody takes them, at least
_MARGIN = 1.5  # work takes now and then so much longer than it used to
_KEPT = 9  # measurements: the middle one counts, because one that had to wait says nothing about the machine
_UNKNOWN = 0.15


class Pace:
    """Learns from each piece that was rendered. All calls share one, because they share the machine."""

    def __init__(self) -> None:
        self.ratio = _UNKNOWN
        self._measured = deque([_UNKNOWN] * 3, maxlen=_KEPT)

    def took(self, work: float, sound: float) -> None:
        """`work` seconds were spent, waiting included, on `sound` seconds of speech."""
        if sound > 0.2:
            self._measured.append(work / sound)
            self.ratio = statistics.median(self._measured)

    def first(self) -> int:
        """Words that the first piece must have to play until the second is made."""
        return max(1, min(FIRST_LONGEST, int(SHORTEST * self.ratio * _MARGIN)))

    def limit(self, ready: float) -> int:
        """Words that the next piece may have, when `ready` seconds of sound have not been heard yet."""
        words = min(ready / _MARGIN, _LONGEST_WORK) / self.ratio * WORDS_A_SECOND
        return int(max(SHORTEST, min(LONGEST, words)))

    def work(self, words: int) -> float:
        """Seconds that a piece of so many words takes at most, as a rule."""
        return words / WORDS_A_SECOND * self.ratio * _MARGIN

    def ahead(self) -> float:
        """Seconds of sound to keep ready."""
        return max(_AHEAD, LONGEST / WORDS_A_SECOND * self.ratio * _MARGIN)

    def may_begin(self, ready: float, words_left: int) -> bool:
        """Whether a reply can begin with `ready` seconds of sound, and not run dry before its last word."""
        ratio = self.ratio * 1.1
        whole = ready + words_left / WORDS_A_SECOND
        return ratio <= 1.0 or ready >= whole * (1.0 - 1.0 / ratio)
