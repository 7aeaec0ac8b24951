"""The line's reflex, and that neither it nor a cut can be heard as a click."""

from __future__ import annotations

import numpy as np

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, samples_of
from telephony.media.fader import RAMP, Fader
from telephony.media.reflex import DUCKED, MAYBE, VERDICT, Reflex

WAVE = (8000 * np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).astype("<i2")
STEP = int(np.abs(np.diff(WAVE.astype(int))).max())  # of the wave itself, from sample to sample


def frames(wave: np.ndarray) -> list[bytes]:
    return [wave[at : at + FRAME_SAMPLES].tobytes() for at in range(0, len(wave), FRAME_SAMPLES)]


def test_the_bot_is_quiet_from_the_callers_voice_to_the_verdict() -> None:
    reflex = Reflex()
    assert reflex.gain(3, 0) == 1.0
    reflex.voice(3, 320)
    assert reflex.gain(3, 320) == DUCKED <= 10 ** (-15 / 20)
    reflex.restore(2)  # another's
    assert reflex.gain(3, 640) == DUCKED
    reflex.restore(3)
    assert reflex.gain(3, 960) == 1.0


def test_without_a_verdict_it_ends_by_itself() -> None:
    reflex = Reflex()
    reflex.voice(3, 320)
    assert reflex.gain(3, 320 + VERDICT - 1) == DUCKED
    assert reflex.gain(3, 320 + VERDICT) == 1.0


def test_what_does_not_become_a_voice_is_over_soon() -> None:
    reflex = Reflex()
    reflex.stir(3, 0)
    reflex.stir(3, 320)
    assert reflex.gain(3, MAYBE - 1) == DUCKED
    assert reflex.gain(3, MAYBE) == 1.0
    reflex.stir(3, 10_000)
    reflex.voice(3, 10_640)
    assert reflex.gain(3, 10_640 + VERDICT - 1) == DUCKED


def test_the_next_thing_that_is_said_is_as_loud_as_ever() -> None:
    reflex = Reflex()
    reflex.voice(3, 320)
    assert reflex.gain(4, 640) == 1.0
    reflex.voice(0, 960)  # nothing is said
    assert reflex.gain(5, 1280) == 1.0


def test_sound_that_nobody_changes_passes_as_it_is() -> None:
    fader = Fader()
    assert all(fader.apply(frame) is frame for frame in frames(WAVE))
    assert not fader.busy


def test_the_loudness_changes_within_5_ms_and_without_a_step() -> None:
    fader = Fader()
    gains = [1.0] * 10 + [DUCKED] * 20 + [1.0] * 20
    out = samples_of(b"".join(fader.apply(frame, gain) for frame, gain in zip(frames(WAVE), gains, strict=True)))
    assert np.abs(np.diff(out.astype(int))).max() <= 1.1 * STEP
    low = out[10 * FRAME_SAMPLES + RAMP : 30 * FRAME_SAMPLES].astype(float)
    assert np.abs(low).max() <= 8000 * DUCKED + 1
    assert np.array_equal(out[30 * FRAME_SAMPLES + RAMP :], WAVE[30 * FRAME_SAMPLES + RAMP :])


def test_a_cut_is_no_click_and_nothing_is_left_of_it_after_5_ms() -> None:
    for cut in range(7, 12):  # at different places in the wave
        fader = Fader()
        wave = WAVE.copy()
        wave[cut * FRAME_SAMPLES :] = 0
        out = samples_of(b"".join(fader.apply(frame, seam=index == cut) for index, frame in enumerate(frames(wave))))
        assert np.abs(np.diff(out.astype(int))).max() <= 1.1 * STEP
        assert not out[cut * FRAME_SAMPLES + RAMP :].any()
