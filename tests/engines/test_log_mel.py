from __future__ import annotations

import numpy as np
import pytest

from agent.engines.log_mel import BANDS, FRAMES, LENGTH, RATE, log_mel

RNG = np.random.default_rng(5)


def loudest_band(picture: np.ndarray) -> int:
    return int(picture[:, -50:].mean(1).argmax())


def test_a_higher_tone_lies_in_a_higher_band() -> None:
    time = np.arange(2 * RATE) / RATE
    bands = [loudest_band(log_mel((8000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16))) for hertz in (300, 1200)]
    assert bands[0] < bands[1]


@pytest.mark.parametrize("length", [1, 100, RATE, LENGTH, LENGTH + 999])
def test_every_length_gives_the_same_picture_as_with_its_silence_written_out(length: int) -> None:
    sound = RNG.normal(0, 900, length).astype(np.int16)
    spelt_out = np.concatenate([np.zeros(max(0, LENGTH - length), np.int16), sound])
    picture = log_mel(sound)
    assert picture.shape == (BANDS, FRAMES)
    np.testing.assert_allclose(picture, log_mel(spelt_out), atol=1e-4)


def test_silence_has_a_picture() -> None:
    assert np.isfinite(log_mel(np.zeros(0, np.int16))).all()
