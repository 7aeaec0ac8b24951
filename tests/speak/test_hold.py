from __future__ import annotations

import numpy as np
import pytest

from agent.speak.hold import SHORTEST, hold_pcm
from telephony.audio import SAMPLE_RATE, dbfs, samples_of, to_pcm


def phrase(seconds: float) -> bytes:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return to_pcm(0.14 * np.sin(2 * np.pi * 300 * time) * np.clip(np.minimum(time, seconds - time) * 100, 0, 1))


@pytest.mark.parametrize("seconds", [0.0, 2.0, 14.0, 40.0])
def test_the_loop_is_long_enough_and_begins_with_the_phrase(seconds: float) -> None:
    said = phrase(seconds)
    loop = hold_pcm(said)
    assert loop.startswith(said)
    assert SHORTEST <= len(loop) / 2 / SAMPLE_RATE <= SHORTEST + seconds + 16
    assert -33 < dbfs(loop[len(said) :]) < -27  # there is music after it, well under speech


def test_neither_the_seam_nor_anything_else_clicks() -> None:
    loop = samples_of(hold_pcm(phrase(2.0)))
    twice = np.concatenate([loop, loop]).astype(int)
    assert loop[-1] == 0
    assert np.abs(np.diff(twice, n=2)).max() < 400  # a click is a jump; a tone is smooth


def test_the_music_lies_in_the_telephones_band() -> None:
    music = samples_of(hold_pcm(b"")).astype(float)
    spectrum = np.abs(np.fft.rfft(music)) ** 2
    pitch = np.fft.rfftfreq(music.size, 1 / SAMPLE_RATE)
    assert spectrum[(pitch > 300) & (pitch < 3400)].sum() > 0.99 * spectrum.sum()
