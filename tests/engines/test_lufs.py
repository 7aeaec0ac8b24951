"""Loudness against what ITU-R BS.1770 and EBU Tech 3341 say of test signals."""

from __future__ import annotations

import numpy as np
import pytest

from agent.engines.lufs import SILENCE, lufs


def tone(dbfs: float, seconds: float, rate: int = 16_000, pitch: float = 997.0) -> np.ndarray:
    """A sine whose peak is at `dbfs`."""
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 48_000])
def test_a_full_tone_in_one_channel_is_three_under_full_scale(rate: int) -> None:
    assert lufs(tone(0.0, 5.0, rate), rate) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("dbfs", [-20.0, -33.0, -60.0])
def test_it_goes_with_the_level(dbfs: float) -> None:
    assert lufs(tone(dbfs, 5.0), 16_000) == pytest.approx(dbfs - 3.01, abs=0.1)


def test_what_is_far_quieter_does_not_count() -> None:
    """EBU Tech 3341, test 3, in one channel: the quiet parts are under the relative gate."""
    parts = [tone(-36.0, 10.0), tone(-23.0, 60.0), tone(-36.0, 10.0)]
    assert lufs(np.concatenate(parts), 16_000) == pytest.approx(-26.01, abs=0.2)
    pauses = [np.zeros(32_000), tone(-23.0, 60.0), np.zeros(32_000)]
    assert lufs(np.concatenate(pauses), 16_000) == pytest.approx(-26.01, abs=0.2)


def test_high_counts_more_than_low() -> None:
    low, middle, high = (lufs(tone(-20, 3.0, 48_000, pitch), 48_000) for pitch in (30.0, 500.0, 8_000.0))
    assert high - middle == pytest.approx(4.0, abs=0.6)
    assert low < middle - 4


@pytest.mark.parametrize("wave", [np.zeros(0), np.zeros(10), np.zeros(48_000)])
def test_silence_has_a_loudness_too(wave: np.ndarray) -> None:
    assert lufs(wave, 16_000) == SILENCE


def test_a_word_is_measured_whole() -> None:
    assert lufs(tone(-20.0, 0.2), 16_000) == pytest.approx(-23.0, abs=0.3)
