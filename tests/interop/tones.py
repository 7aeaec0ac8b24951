"""Sounds that survive every codec and can be told apart: one pure tone for each voice on stage."""

from __future__ import annotations

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples, to_pcm

CALLER_HZ, BOT_HZ, HOLD_HZ = 440.0, 1_000.0, 1_400.0
LEVEL = 0.25  # of full scale


def tone(hz: float, seconds: float) -> bytes:
    """16 kHz PCM of one sine wave."""
    times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return to_pcm(LEVEL * np.sin(2 * np.pi * hz * times))


def share(samples: Samples, hz: float, rate: int = SAMPLE_RATE) -> float:
    """How much of the power of `samples`, shape (n,), lies within 30 Hz of `hz`: 0.0 to 1.0; 0.0 for silence."""
    wave = samples.astype(np.float64) / 32768.0
    if wave.size < rate // 10 or float(np.sqrt(np.mean(wave**2))) < 0.005:  # -46 dBFS: line noise at most
        return 0.0
    power = np.abs(np.fft.rfft(wave * np.hanning(wave.size))) ** 2
    bins = np.fft.rfftfreq(wave.size, 1 / rate)
    return float(power[np.abs(bins - hz) < 30].sum() / power.sum())
