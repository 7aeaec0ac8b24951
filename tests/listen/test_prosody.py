"""How an end sounds: made-up voices whose pitch and level do what callers' do."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.listen.prosody import CUES, LONGEST, cues, over
from telephony.audio import SAMPLE_RATE, to_pcm

RNG_SEED = 3


def voice(hertz: tuple[float, float], fade_db: float, seconds: float = 1.5, silence: float = 0.1) -> bytes:
    """A buzz in syllables whose last 400 ms go to other pitch and level; noise under it and `silence` after it."""
    count = round(seconds * SAMPLE_RATE)
    last = np.clip((np.arange(count) - count + 0.4 * SAMPLE_RATE) / (0.4 * SAMPLE_RATE), 0, 1)
    pitch = hertz[0] + (hertz[1] - hertz[0]) * last
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    buzz = sum(np.sin(n * phase) / n for n in range(1, 12))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(count) / SAMPLE_RATE)
    wave = 0.1 * buzz * syllables * 10 ** (fade_db * last / 20)
    noise = np.random.default_rng(RNG_SEED).normal(0, 2e-4, count + round(silence * SAMPLE_RATE))
    noise[:count] += wave
    return to_pcm(noise)


def test_an_end_that_falls_and_fades_sounds_more_finished_than_one_that_stays_up() -> None:
    falling, level = over(voice((130, 80), -15)), over(voice((130, 135), 0))
    assert falling is not None
    assert level is not None
    assert falling > 0.5 > level


def test_pitch_is_measured_in_semitones_against_the_same_turn() -> None:
    down, up = cues(voice((150, 75), -3)), cues(voice((100, 150), -3))
    assert down is not None
    assert up is not None
    assert down["pitch_end"] < -6 < 3 < up["pitch_end"]


def test_silence_around_the_voice_and_its_loudness_say_nothing() -> None:
    plain = cues(voice((130, 90), -10))
    later = cues(bytes(2 * SAMPLE_RATE) + voice((130, 90), -10, silence=0.3))
    assert plain is not None
    assert later is not None
    for name in CUES:
        assert abs(plain[name] - later[name]) < 3.0, name


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2 * LONGEST), st.sampled_from(["zeros", "noise", "clicks", "full scale", "constant"]))
def test_any_sound_has_an_answer(count: int, kind: str) -> None:
    rng = np.random.default_rng(count)
    wave = {
        "zeros": np.zeros(count),
        "noise": rng.normal(0, 0.1, count),
        "clicks": (rng.random(count) > 0.9999).astype(float),
        "full scale": np.sign(rng.normal(0, 1, count)),
        "constant": np.full(count, 0.5),
    }[kind]
    chance = over(to_pcm(wave))
    assert chance is None or 0 <= chance <= 1
