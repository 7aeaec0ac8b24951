"""The call clock as the agent sees it: from the frames that the line sends, and this machine's clock between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE

_LEAK = 16.0  # samples a second: the most by which the line's clock may be slower than ours (0.1%)


class CallClock:
    """16 kHz samples since the answer; read anywhere, set by the audio thread; never goes back.

    Frames come late, never early: the earliest arrival seen, let go slowly, says what the line's clock shows.
    """

    def __init__(self, at: int, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen = clock()
        self._lead = at - self._seen * SAMPLE_RATE

    def heard(self, at: int) -> None:
        """A frame whose first sample is `at` has arrived."""
        seen = self._clock()
        lead = at + FRAME_SAMPLES - seen * SAMPLE_RATE
        with self._lock:
            self._lead = max(self._lead - _LEAK * (seen - self._seen), lead)
            self._seen = seen

    def now(self) -> int:
        """The call clock now."""
        with self._lock:
            return round(self._clock() * SAMPLE_RATE + self._lead)

    def seconds_until(self, at: int) -> float:
        """Seconds until the clock shows `at`; 0.0 when it has passed."""
        return max(0.0, (at - self.now()) / SAMPLE_RATE)
