"""What is heard around callers: a street, and people talking. Seeded, 16 kHz, in the telephone's band, evened to a
level, meant to be looped.

* Street: noise that falls 6 dB an octave from 300 Hz, and swells of a few seconds that are passing cars.
* Babble: six talkers at once, each a string of clips in an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from agent.bench.clip import active_dbfs
from telephony.audio import SAMPLE_RATE, Samples

SECONDS = 30
TALKERS = 6
_BAND = (300.0, 3_400.0)  # Hz, of a telephone
_FEWEST_CLIPS = 4

Wave = npt.NDArray[np.float64]


def street(dbfs: float, seed: int) -> Samples:
    """A street of 30 s, at `dbfs` on the whole."""
    chance = np.random.default_rng(seed)
    count = SECONDS * SAMPLE_RATE
    spectrum = np.fft.rfft(chance.normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum *= np.minimum(1.0, _BAND[0] / np.maximum(hertz, 1.0)) * ((hertz >= 80) & (hertz <= _BAND[1]))
    wave = np.fft.irfft(spectrum, count)
    at = np.arange(count) / SAMPLE_RATE
    swell = np.zeros(count)
    for _ in range(SECONDS // 5):
        middle, width = chance.uniform(0, SECONDS), chance.uniform(0.8, 2.5)
        distance = np.minimum(np.abs(at - middle), SECONDS - np.abs(at - middle))  # the loop has no seam
        swell += np.exp(-((distance / width) ** 2))
    return _at_level(wave * 10 ** (6.0 * np.minimum(swell, 1.5) / 20), dbfs)


def babble(clips: Sequence[Samples], dbfs: float, seed: int) -> Samples:
    """30 s of six talkers out of `clips`, at `dbfs` on the whole. Raises ValueError for fewer than four clips."""
    if len(clips) < _FEWEST_CLIPS:
        raise ValueError(f"{len(clips)} clips make no babble; at least {_FEWEST_CLIPS} are needed")
    chance = np.random.default_rng(seed)
    count = SECONDS * SAMPLE_RATE
    mixed = np.zeros(count)
    for _ in range(TALKERS):
        order = chance.permutation(len(clips))
        at = -int(chance.integers(0, SAMPLE_RATE))
        turn = 0
        while at < count:
            clip = clips[order[turn % len(clips)]].astype(np.float64)
            wave = clip * 10 ** ((-26.0 - active_dbfs(clips[order[turn % len(clips)]])) / 20)
            first, last = max(0, at), min(count, at + len(wave))
            mixed[first:last] += wave[first - at : last - at]
            at += len(wave) + int(chance.uniform(0.0, 0.4) * SAMPLE_RATE)
            turn += 1
    return _at_level(mixed, dbfs)


def _at_level(wave: Wave, dbfs: float) -> Samples:
    rms = float(np.sqrt(np.mean(np.square(wave))))
    scaled = wave * (32768.0 * 10 ** (dbfs / 20) / max(rms, 1e-9))
    samples: Samples = np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)
    return samples
