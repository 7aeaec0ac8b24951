"""Sound that tells where it comes from: each sample is its generation's mark and its place in that generation.

::

    bit  15 14 13 12 11 | 10 9 8 7 6 5 4 3 2 1 0
         generation     | place, in frames of 20 ms          generation 0: the line's own voice, as it was
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from telephony.audio import FRAME_SAMPLES, SILENCE

MARKS = 31  # generations that can be told apart; then the marks begin anew
_PLACES = 1 << 11


@dataclass(frozen=True, slots=True)
class Dyed:
    """A run of equal samples in a frame. `mark` 0: not dyed."""

    mark: int
    place: int


def mark_of(serial: int) -> int:
    """The mark of the `serial`-th generation (from 0) that was heard of."""
    return serial % MARKS + 1


def dyed(mark: int, start: int, samples: int) -> bytes:
    """So many samples of PCM of the generation `mark`, from its sample `start` on."""
    places = np.arange(start, start + samples) // FRAME_SAMPLES
    assert places.size == 0 or places[-1] < _PLACES, "a generation is longer than the dye can tell"
    return ((mark << 11) | places).astype("<u2").tobytes()


def runs_in(frame: bytes) -> Iterator[Dyed]:
    """What a frame is made of, in order; silence is nothing."""
    if frame == SILENCE:
        return
    samples = np.frombuffer(frame, dtype="<u2")
    for at in [0, *(np.flatnonzero(np.diff(samples)) + 1).tolist()]:
        value = int(samples[at])
        if value:
            yield Dyed(value >> 11, value & (_PLACES - 1))
