"""Even loudness: every piece of speech to the same active level, with its peaks held below full scale.

The level is the RMS over 20 ms frames within 20 dB of the loudest ones, a plain form of ITU-T P.56's active speech
level, so that pauses don't count. Piper's own normalisation goes by the peak, which makes pieces jump.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.float32]  # shape (n,), full scale is +-1.0

TARGET_DBFS = -20.0
CEILING = 0.89  # -1 dBFS
GAIN_LIMIT_DB = 18.0


def active_dbfs(wave: Wave, rate: int) -> float:
    """Active speech level of `wave`, shape (n,), in dB relative to full scale; -96.0 for silence."""
    frame = rate // 50
    usable = wave[: len(wave) // frame * frame] if len(wave) >= frame else np.pad(wave, (0, frame - len(wave)))
    power = np.mean(np.square(usable.reshape(-1, frame).astype(np.float64)), axis=1)
    loudest = float(np.percentile(power, 95)) if power.size else 0.0
    if loudest < 1e-10:
        return -96.0
    return 10.0 * float(np.log10(np.mean(power[power >= loudest / 100.0])))


def gain_from(level: float, target: float = TARGET_DBFS) -> float:
    """The factor that brings speech of `level` dBFS to `target`, within +-18 dB."""
    return float(10.0 ** (np.clip(target - level, -GAIN_LIMIT_DB, GAIN_LIMIT_DB) / 20.0))


def limited(wave: Wave) -> Wave:
    """Peaks smoothly below -1 dBFS: what lies above half of that is bent by tanh, below it nothing changes."""
    knee = CEILING / 2
    above = np.abs(wave) > knee
    if not above.any():
        return wave
    bent = wave.copy()
    bent[above] = np.sign(wave[above]) * (knee + knee * np.tanh((np.abs(wave[above]) - knee) / knee))
    return bent
