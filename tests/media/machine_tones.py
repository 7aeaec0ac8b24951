"""Tones of machines as they come through a telephone line: 8 kHz, mu-law, some noise; 16 kHz int16."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from telephony.audio import Samples, resample
from telephony.testing.codec import open_codec

RATE = 8_000


def tone(
    hertz: Sequence[float], seconds: float, before: float = 0.5, after: float = 0.8, reversals: float = 0.0
) -> Samples:
    """Sinusoids at once, at -17 dBFS together, between two silences; the phase turns every `reversals` s."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * one * time) for one in hertz) * 0.2 / len(hertz)
    if reversals:
        wave = wave * np.where(time // reversals % 2, 1.0, -1.0)
    whole = np.concatenate([np.zeros(round(before * RATE)), wave, np.zeros(round(after * RATE))])
    return on_the_line(whole + np.random.default_rng(1).normal(0, 5e-4, len(whole)))


def on_the_line(wave: np.ndarray) -> Samples:
    """8 kHz full scale 1 as the line gives it."""
    narrow = np.clip(np.rint(wave * 32_767), -32_768, 32_767).astype(np.int16)
    codec = open_codec("PCMU")
    return resample(codec.decode(codec.encode(narrow)), RATE)
