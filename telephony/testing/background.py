"""What is heard around a caller: mixed under everything that the caller sends, over and over."""

from __future__ import annotations

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples, resample


class Background:
    """A loop of 16 kHz `samples` at a codec's `rate`. Raises ValueError for an empty one."""

    def __init__(self, samples: Samples, rate: int) -> None:
        if not samples.size:
            raise ValueError("a background needs at least one sample")
        self._loop = resample(samples, SAMPLE_RATE, rate).astype(np.int32)
        self._at = 0

    def under(self, samples: Samples) -> Samples:
        """`samples` with the next stretch of the background added, clipped to 16 bits."""
        places = (self._at + np.arange(len(samples))) % len(self._loop)
        self._at = (self._at + len(samples)) % len(self._loop)
        mixed: Samples = np.clip(samples + self._loop[places], -32768, 32767).astype(np.int16)
        return mixed
