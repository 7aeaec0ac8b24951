"""The last thing that happens to the bot's sound: loudness that changes, and seams, without a click. Pure.

A step in a waveform is heard as a click, also where speech is cut off in the middle of a wave. At a seam the step is
spread over `RAMP` samples: what the wave was short of fades away under what follows. No sample is held back or added,
so whoever counts samples need not know of it.
"""

from __future__ import annotations

import numpy as np

from telephony.audio import FRAME_SAMPLES, samples

RAMP = samples(0.005)
_RISE = np.concatenate([np.linspace(0.0, 1.0, RAMP, dtype=np.float32), np.ones(FRAME_SAMPLES - RAMP, np.float32)])
_FALL = 1.0 - _RISE


class Fader:
    """One call's. Frames are 20 ms of 16-bit PCM."""

    def __init__(self) -> None:
        self._gain = 1.0
        self._last = 0.0  # the sample that was sent last

    @property
    def busy(self) -> bool:
        """The last frame did not pass as it was."""
        return self._gain != 1.0

    def apply(self, frame: bytes, gain: float = 1.0, seam: bool = False) -> bytes:
        """`frame` at `gain`. `seam`: it does not go on where the frame before ended."""
        if gain == self._gain == 1.0 and not seam:
            self._last = float(int.from_bytes(frame[-2:], "little", signed=True))
            return frame
        wave = np.frombuffer(frame, dtype="<i2") * (self._gain * _FALL + gain * _RISE)
        if seam:
            wave += (self._last - wave[0]) * _FALL
        self._gain, self._last = gain, float(wave[-1])
        return np.rint(np.clip(wave, -32768, 32767)).astype("<i2").tobytes()
