"""The last samples of a sound, by the call clock: a ring that is written twice, so that any part of it is one slice."""

from __future__ import annotations

import numpy as np

from telephony.audio import Samples, samples_of


class SampleRing:
    """Keeps `size` samples; what was never put in is silence. Not thread-safe."""

    def __init__(self, size: int) -> None:
        self.end = 0  # after the last sample
        self._size = size
        self._wave = np.zeros(2 * size, np.int16)

    def put(self, at: int, pcm: bytes) -> None:
        """Samples from `at` on, at most `size`; a hole before them is silence, what is older than the end replaces."""
        wave = samples_of(pcm)
        if at > self.end:
            hole = min(at - self.end, self._size)
            self._write(at - hole, np.zeros(hole, np.int16))
        self._write(at, wave)
        self.end = max(self.end, at + len(wave))

    def between(self, start: int, end: int) -> Samples:
        """Shape (end - start,), at most `size`; a view that later writes change."""
        if self.end - self._size <= start and end <= self.end:
            first = start % self._size
            return self._wave[first : first + end - start]
        found = np.zeros(end - start, np.int16)
        low, high = max(start, self.end - self._size), min(end, self.end)
        if low < high:
            found[low - start : high - start] = self.between(low, high)
        return found

    def _write(self, at: int, wave: Samples) -> None:
        first = at % self._size
        head = min(len(wave), self._size - first)
        for base in (0, self._size):
            self._wave[base + first : base + first + head] = wave[:head]
            self._wave[base : base + len(wave) - head] = wave[head:]
