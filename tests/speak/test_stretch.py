"""Speech made slower: as much longer as was asked for, of the same pitch and level, with its begin and end."""

from __future__ import annotations

import numpy as np
import pytest

from agent.speak.stretch import stretched
from telephony.audio import SAMPLE_RATE, dbfs, samples_of, to_pcm

PITCH = 180.0  # Hz


def hum(seconds: float) -> bytes:
    """A voice of one pitch, whose loudness comes and goes."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return to_pcm(0.3 * np.sin(2 * np.pi * PITCH * at) * (1 + 0.5 * np.sin(2 * np.pi * 3 * at)))


@pytest.mark.parametrize("seconds", [0.1, 0.35, 1.0, 7.3])
@pytest.mark.parametrize("factor", [1.1, 1.3, 2.0])
def test_it_takes_as_much_longer(seconds: float, factor: float) -> None:
    pcm = hum(seconds)
    assert len(stretched(pcm, factor)) == pytest.approx(len(pcm) * factor, abs=2 * 0.030 * SAMPLE_RATE)


@pytest.mark.parametrize("factor", [1.3, 1.7])
def test_pitch_and_level_stay(factor: float) -> None:
    pcm = hum(4.0)
    slow = samples_of(stretched(pcm, factor))
    power = np.abs(np.fft.rfft(slow * np.hanning(len(slow)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(slow), 1 / SAMPLE_RATE) - PITCH) < 20
    assert power[near].sum() > 0.999 * power.sum()
    assert dbfs(stretched(pcm, factor)) == pytest.approx(dbfs(pcm), abs=0.5)


def test_begin_and_end_stay_so_that_slices_fit() -> None:
    pcm = hum(1.0)
    slow, sound = samples_of(stretched(pcm, 1.3)).astype(int), samples_of(pcm).astype(int)
    assert np.abs(slow[:20] - sound[:20]).max() < 50
    assert np.abs(slow[-20:] - sound[-20:]).max() < 50


@pytest.mark.parametrize("pcm", [b"", bytes(2), hum(0.05)])
def test_what_is_too_short_to_be_stretched_stays(pcm: bytes) -> None:
    assert stretched(pcm, 1.3) == pcm


def test_silence_stays_silent() -> None:
    assert set(stretched(bytes(2 * SAMPLE_RATE), 1.3)) == {0}
