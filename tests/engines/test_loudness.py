from __future__ import annotations

import numpy as np
import pytest

from agent.engines.loudness import CEILING, TARGET_DBFS, active_dbfs, gain_from, limited

RATE = 16_000


def tone(level_dbfs: float, seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(RATE * seconds)) / RATE
    return (np.sqrt(2) * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * 300 * time)).astype(np.float32)


@pytest.mark.parametrize("level", [-36.0, -26.0, -20.0, -12.0])
def test_speech_of_any_level_comes_out_at_the_target(level: float) -> None:
    wave = tone(level)
    even = limited(wave * np.float32(gain_from(active_dbfs(wave, RATE))))
    assert active_dbfs(even, RATE) == pytest.approx(TARGET_DBFS, abs=0.3)


def test_pauses_do_not_count() -> None:
    with_pause = np.concatenate([tone(-26), np.zeros(RATE, dtype=np.float32), tone(-26)])
    assert active_dbfs(with_pause, RATE) == pytest.approx(active_dbfs(tone(-26), RATE), abs=0.2)


def test_peaks_stay_below_the_ceiling_and_silence_has_a_level_too() -> None:
    spiky = tone(-40)
    spiky[::1600] = 0.9
    assert np.abs(limited(spiky * np.float32(gain_from(-40)))).max() <= CEILING
    assert active_dbfs(np.zeros(4000, dtype=np.float32), RATE) == -96.0
    assert active_dbfs(tone(-26, 0.005), RATE) < -20  # shorter than one frame
