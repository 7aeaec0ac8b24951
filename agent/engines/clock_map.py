"""Where a recogniser's own time lies on the call clock: its time counts fed samples, the call's runs through gaps."""

from __future__ import annotations

from bisect import bisect_right


class ClockMap:
    """A piecewise map from fed samples (0, 1, 2 ... as the engine counts them) to the call clock. Pure."""

    def __init__(self, at: int = 0, fed: int = 0) -> None:
        """`fed`: samples that the engine was fed before any of these."""
        self._fed_starts: list[int] = []  # first fed sample of each stretch without a gap
        self._call_starts: list[int] = []  # the same on the call clock
        self._running: list[bool] = []  # whether the call's clock ran through it
        self.fed = fed
        self.at = at  # call clock after the last fed sample
        self._floor = at  # call clock before which nothing is taken

    def skip(self, at: int) -> int:
        """How many samples of audio that begins at `at` were fed before and must not be fed again."""
        return max(0, self._floor - at)

    def add(self, at: int, samples: int) -> None:
        """Note that `samples` samples, the first of them at call clock `at`, are fed now."""
        if not self._fed_starts or at != self.at or not self._running[-1]:
            self._stretch(at, running=True)
        self.fed += samples
        self.at = self._floor = at + samples

    def pause(self, samples: int) -> None:
        """Note that the engine is fed `samples` samples that are not of the call: its clock stands still."""
        self._stretch(self.at, running=False)
        self.fed += samples

    def reopen(self) -> None:
        """What comes next may have been fed before, and is fed again."""
        self.forget(self.fed)
        self._floor = 0

    def start_of(self, fed: int) -> int:
        """Call clock of the fed sample `fed`; times before the first or after the last are clamped to them."""
        if not self._fed_starts:
            return self.at
        fed = min(max(fed, self._fed_starts[0]), self.fed)
        if fed == self.fed:
            return self.at
        stretch = bisect_right(self._fed_starts, fed) - 1
        return self._call_starts[stretch] + (fed - self._fed_starts[stretch] if self._running[stretch] else 0)

    def end_of(self, fed: int) -> int:
        """Call clock just after the fed sample `fed - 1`: an end on the edge of a gap stays before the gap."""
        if not 0 < fed <= self.fed:
            return self.start_of(fed)
        stretch = bisect_right(self._fed_starts, fed - 1) - 1
        still = stretch >= 0 and not self._running[stretch]
        return self.start_of(fed - 1) + (0 if still else 1)

    def forget(self, before: int) -> None:
        """Drop stretches that lie wholly before the fed sample `before`."""
        keep = max(0, bisect_right(self._fed_starts, before) - 1)
        del self._fed_starts[:keep]
        del self._call_starts[:keep]
        del self._running[:keep]

    def _stretch(self, at: int, running: bool) -> None:
        self._fed_starts.append(self.fed)
        self._call_starts.append(at)
        self._running.append(running)
