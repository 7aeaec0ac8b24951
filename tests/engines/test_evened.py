from __future__ import annotations

import numpy as np
import pytest

from agent.engines.evened import evened, peaks
from agent.engines.lufs import SILENCE, TARGET_LUFS, lufs

RATE = 16_000
TRUE_PEAK = 10 ** (-1 / 20)  # -1 dBTP


def speech(seconds: float, pitch: float, crest: float = 1.0) -> np.ndarray:
    """Pulses of a voice in syllables, shape (n,): the greater `crest`, the sharper they are."""
    time = np.arange(int(RATE * seconds)) / RATE
    pulses = sum(np.cos(2 * np.pi * pitch * k * time) / k ** (1 / crest) for k in range(1, int(3_500 / pitch)))
    return (0.05 * pulses * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0, 5.0])
@pytest.mark.parametrize("pitch", [90, 220])
@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_short_or_long_low_or_high_it_is_as_loud(seconds: float, pitch: float, factor: float) -> None:
    even = evened(factor * speech(seconds, pitch), RATE)
    assert len(even) == int(RATE * seconds)
    assert lufs(even, RATE) == pytest.approx(TARGET_LUFS, abs=0.5)


@pytest.mark.parametrize("crest", [1.0, 3.0, 100.0])
def test_peaks_stay_below_minus_one_true_also_over_the_telephone(crest: float) -> None:
    wave = speech(2.0, 90, crest)
    loud = wave * 10 ** ((TARGET_LUFS - lufs(wave, RATE)) / 20)
    even = evened(wave, RATE)
    assert peaks(even, RATE).max() < TRUE_PEAK
    assert lufs(even, RATE) > TARGET_LUFS - 1.0
    if crest > 1:
        assert peaks(loud, RATE).max() > TRUE_PEAK  # of the gain alone


def test_before_and_behind_a_peak_nothing_changes_but_the_gain_and_that_smoothly() -> None:
    wave = speech(2.0, 150)
    wave *= np.float32(10 ** ((TARGET_LUFS - lufs(wave, RATE)) / 20))
    spiky = wave.copy()
    spiky[RATE] += 1.5
    gain = evened(spiky, RATE)[np.abs(spiky) > 0.01] / spiky[np.abs(spiky) > 0.01]
    far = np.abs(np.flatnonzero(np.abs(spiky) > 0.01) - RATE) > 0.012 * RATE
    assert np.ptp(gain[far]) < 1e-3
    assert gain.min() < 0.8 * gain[far].min()
    steps = np.abs(np.diff(evened(spiky, RATE) / np.where(np.abs(spiky) > 1e-3, spiky, np.nan)))
    assert np.nanmax(steps) < 0.03


def test_silence_and_nothing_stay_what_they_are() -> None:
    assert not len(evened(np.zeros(0, dtype=np.float32), RATE))
    assert lufs(evened(np.zeros(RATE, dtype=np.float32), RATE), RATE) == SILENCE
