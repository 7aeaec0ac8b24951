"""A whole sound made as loud as all others are, by ITU-R BS.1770, with its true peaks below -1 dBTP.

The peaks are held by a limiter that looks ahead: the gain falls before a peak and rises behind it along a window of 10
ms, so that nothing is bent. It is the least gain that is needed within the window, smoothed over the same window, as in
https://signalsmith-audio.co.uk/writing/2022/limiter/. A peak counts between samples, too, and at 8 kHz, at which most
callers hear it and which makes peaks of its own.
"""

from __future__ import annotations

import numpy as np
import soxr

from agent.engines.loudness import GAIN_LIMIT_DB, Wave
from agent.engines.lufs import TARGET_LUFS, lufs

_CEILING = 10.0 ** (-1.2 / 20.0)  # as the gain moves, what comes out may differ from it by 0.1 dB
_REACH_S = 0.005
_LINE = 8_000  # Hz, of a telephone


def evened(wave: Wave, rate: int) -> Wave:
    """A whole sound, shape (n,), full scale +-1.0, at TARGET_LUFS; no louder nor quieter by more than 18 dB."""
    if not len(wave):
        return wave
    gain = np.clip(TARGET_LUFS - lufs(wave, rate), -GAIN_LIMIT_DB, GAIN_LIMIT_DB)
    return _limited((wave * 10.0 ** (gain / 20.0)).astype(np.float32), rate)


def peaks(wave: Wave, rate: int) -> Wave:
    """The true peak around each sample of a wave, shape (n,): 4 times oversampled, as the standard has it, and the same
    of what a telephone line makes of it."""
    line = soxr.resample(soxr.resample(wave, rate, _LINE), _LINE, 4 * rate)
    found: Wave = np.maximum(_around(soxr.resample(wave, rate, 4 * rate), len(wave)), _around(line, len(wave)))
    return found


def _limited(wave: Wave, rate: int) -> Wave:
    needed = np.minimum(1.0, _CEILING / np.maximum(peaks(wave, rate), 1e-9))
    if needed.min() >= 1.0:
        return wave
    reach = int(_REACH_S * rate)
    least = np.lib.stride_tricks.sliding_window_view(np.pad(needed, reach, mode="edge"), 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 3)[1:-1]
    gain = np.convolve(np.pad(least, reach, mode="edge"), window / window.sum(), "valid")
    return (wave * gain).astype(np.float32)


def _around(oversampled: Wave, count: int) -> Wave:
    """The greatest of each four."""
    padded = np.zeros(4 * count, dtype=np.float32)
    padded[: len(oversampled)] = np.abs(oversampled[: 4 * count])
    found: Wave = padded.reshape(count, 4).max(axis=1)
    return found
