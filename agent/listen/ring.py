"""The last seconds of a caller's audio, by its place on the call clock."""

from __future__ import annotations

from collections import deque


class AudioRing:
    """PCM frames in the order of the call clock, the oldest let go. Not thread-safe."""

    def __init__(self, samples: int) -> None:
        self._limit = samples
        self._frames: deque[tuple[int, bytes]] = deque()
        self._kept = 0  # samples
        self.end = 0  # call clock after the last sample

    def add(self, at: int, pcm: bytes) -> tuple[int, bytes]:
        """Keep audio whose first sample is at `at`; returns what of it is new (a line may repeat itself)."""
        skip = max(0, self.end - at) if self._frames else 0
        at, pcm = at + skip, pcm[skip * 2 :]
        if not pcm:
            return at, b""
        self._frames.append((at, pcm))
        self._kept += len(pcm) // 2
        self.end = at + len(pcm) // 2
        while self._kept - len(self._frames[0][1]) // 2 >= self._limit:
            self._kept -= len(self._frames.popleft()[1]) // 2
        return at, pcm

    def amend(self, at: int, pcm: bytes) -> None:
        """What is kept from the call clock `at` on is this instead."""
        for place, (first, kept) in enumerate(self._frames):
            begin, end = max(first, at), min(first + len(kept) // 2, at + len(pcm) // 2)
            if begin < end:
                new = pcm[2 * (begin - at) : 2 * (end - at)]
                self._frames[place] = first, kept[: 2 * (begin - first)] + new + kept[2 * (end - first) :]

    def since(self, start: int) -> list[tuple[int, bytes]]:
        """What is kept from the call clock `start` on, in order, each with the place of its first sample."""
        found: list[tuple[int, bytes]] = []
        for at, pcm in reversed(self._frames):
            if at + len(pcm) // 2 <= start:
                break
            skip = max(0, start - at)
            found.append((at + skip, pcm[skip * 2 :]))
        return found[::-1]

    def between(self, start: int, end: int) -> bytes:
        """What is kept of the call clock from `start` to `end`; what the line lost in between is left out."""
        return b"".join(pcm[: max(0, end - at) * 2] for at, pcm in self.since(start) if at < end)
