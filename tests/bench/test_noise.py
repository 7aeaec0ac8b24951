"""Street and babble: as loud as asked for, in the telephone's band, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.noise import babble, street
from telephony.audio import Samples, dbfs, to_pcm
from telephony.testing.echo_peer import tone

CLIPS: list[Samples] = [tone(300 + 100 * number, 700 + 200 * number) for number in range(5)]


def test_a_street_is_low_noise_of_its_level() -> None:
    noise = street(-35.0, 1)
    assert dbfs(to_pcm(noise)) == pytest.approx(-35, abs=0.1)
    assert (street(-35.0, 1) == noise).all()
    assert (street(-35.0, 2) != noise).any()
    power = np.abs(np.fft.rfft(noise.astype(float))) ** 2
    hertz = np.fft.rfftfreq(len(noise), 1 / 16_000)
    low, high, above = (
        power[(hertz >= a) & (hertz < b)].mean() for a, b in ((100, 300), (2_000, 3_000), (4_000, 8_000))
    )
    assert low > 30 * high
    assert high > 100 * above


def test_a_babble_is_several_clips_at_once_without_a_gap() -> None:
    noise = babble(CLIPS, -35.0, 1)
    assert dbfs(to_pcm(noise)) == pytest.approx(-35, abs=0.1)
    assert (babble(CLIPS, -35.0, 1) == noise).all()
    seconds = noise[: len(noise) // 8_000 * 8_000].reshape(-1, 8_000)
    assert min(dbfs(to_pcm(half)) for half in seconds) > -42
    with pytest.raises(ValueError, match="3 clips make no babble"):
        babble(CLIPS[:3], -35.0, 1)
