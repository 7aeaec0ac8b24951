"""Sound as every room sees it: 16 kHz, 16-bit, mono, in frames of 20 ms.

PCM is a plain `bytes` of little-endian int16 samples. One frame is `FRAME_SAMPLES` samples,
`FRAME_BYTES` bytes. Time in a call is counted in these samples, from the answer.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from telephony.errors import AudioError

SAMPLE_RATE = 16_000
FRAME_MS = 20
FRAME_SAMPLES = SAMPLE_RATE * FRAME_MS // 1000
FRAME_BYTES = FRAME_SAMPLES * 2
SILENCE = bytes(FRAME_BYTES)

Samples = npt.NDArray[np.int16]


def samples_of(pcm: bytes) -> Samples:
    """View PCM bytes as int16 samples, shape (n,). Raises AudioError on an odd byte count."""
    if len(pcm) % 2:
        raise AudioError(f"PCM of {len(pcm)} bytes is not a whole number of 16-bit samples")
    return np.frombuffer(pcm, dtype="<i2")


def to_pcm(wave: npt.NDArray[np.floating] | Samples) -> bytes:
    """Turn samples, shape (n,), into PCM bytes.

    Floating point is taken as full scale +-1.0 and clipped; int16 passes unchanged.
    """
    if wave.dtype != np.int16:
        wave = np.clip(np.rint(wave * 32767.0), -32768, 32767).astype("<i2")
    return wave.astype("<i2", copy=False).tobytes()


def resample(wave: npt.NDArray[np.floating] | Samples, rate: int, to: int = SAMPLE_RATE) -> Samples:
    """Resample mono samples, shape (n,), from `rate` to `to` Hz with soxr; returns int16."""
    if wave.dtype != np.int16:
        wave = samples_of(to_pcm(wave))
    if rate == to:
        return wave.astype(np.int16, copy=False)
    resampled: Samples = soxr.resample(wave, rate, to)
    return resampled


def dbfs(pcm: bytes) -> float:
    """RMS level in dB relative to full scale; -96.0 for digital silence or no samples."""
    samples = samples_of(pcm)
    if not samples.size:
        return -96.0
    rms = float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))
    return max(-96.0, 20.0 * float(np.log10(max(rms, 1e-9) / 32768.0)))


def samples(seconds: float) -> int:
    """Seconds as 16 kHz samples."""
    return round(seconds * SAMPLE_RATE)


def ms(samples: int) -> float:
    """Milliseconds in `samples` of the call clock."""
    return samples * 1000.0 / SAMPLE_RATE
