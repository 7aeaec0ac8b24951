"""How the caller's sound moves against the call clock: a jitter buffer that leaves something out, or has to make
something up, plays all that follows earlier or later than before. An echo moves with it. Pure.

A tick's RTP position less its place on the call clock is constant between two slips. The two are not read in one
moment, so a single tick that says otherwise is not believed.
"""

from __future__ import annotations

BELIEVED = 2  # ticks in a row
DOUBTED = 4  # ticks in a row that say something else each: then nothing can be told from this stream's count
OTHER_STREAM = 16_000  # samples; a jump this far is a peer that counts anew
_WRAP = 1 << 33  # of an RTP timestamp, in samples of 16 kHz


class Slips:
    """One call's."""

    def __init__(self) -> None:
        self.later = 0  # samples that the caller is later than at the begin of the call
        self.doubtful = False  # whether this tick said otherwise
        self._offset: int | None = None  # of the call clock over RTP's, as believed
        self._seen: tuple[int, int] = (0, 0)  # another offset, in so many ticks in a row
        self._doubts = 0  # ticks in a row

    def note(self, at: int, played: int | None) -> None:
        """The sound that ends at call clock `at` has the RTP position `played` (16 kHz samples, modulo 2^33); None is
        no news."""
        if played is None:
            return
        offset = (at - played) % _WRAP
        if self._offset is None:
            self._offset = offset
        moved = (offset - self._offset + _WRAP // 2) % _WRAP - _WRAP // 2
        self._doubts = self._doubts + 1 if moved else 0
        self.doubtful = 0 < self._doubts <= DOUBTED
        if not moved:
            self._seen = (0, 0)
            return
        self._seen = (offset, self._seen[1] + 1 if self._seen[0] == offset else 1)
        if self._seen[1] >= BELIEVED:
            self._offset, self._seen = offset, (0, 0)
            if abs(moved) < OTHER_STREAM:
                self.later += moved
