"""How much silence a piece of sound begins with: the caller hears nothing of it."""

from __future__ import annotations

import numpy as np

from telephony.audio import SAMPLE_RATE, samples_of

FAINTEST = 104  # -50 dBFS, the level from which the bench calls a sample audible
LOOKED_AT = SAMPLE_RATE // 5  # samples


def lead_in(pcm: bytes) -> int:
    """Samples before the first audible one, of the first 200 ms; all of them where that is silent."""
    samples = samples_of(pcm[: LOOKED_AT * 2])
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > FAINTEST)
    return int(loud[0]) if loud.size else samples.size
