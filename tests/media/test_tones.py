"""What machines sound like is noticed; people, keys, music and the network's own tones are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, Samples, resample, to_pcm
from telephony.media.tones import ToneDetector
from telephony.messages import Tone, ToneKind
from tests.media.machine_tones import on_the_line, tone
from tests.media.speech import PIECES, SOUNDS, music_8k, prompt_8k

KEYS = tuple((low, high) for low in (697, 770, 852, 941) for high in (1_209, 1_336, 1_477, 1_633))
NETWORK = ((440, 480), (480, 620), (350, 440), (400, 450), (425,), (440,))


def heard(wave: Samples, echo: bool = False) -> list[Tone]:
    detector, pcm = ToneDetector("c"), to_pcm(wave)
    return [
        found
        for index in range(len(pcm) // FRAME_BYTES)
        for found in detector.feed(index * FRAME_SAMPLES, pcm[index * FRAME_BYTES : (index + 1) * FRAME_BYTES], echo)
    ]


def kinds(wave: Samples) -> list[ToneKind]:
    return [found.kind for found in heard(wave)]


@pytest.mark.parametrize("hertz", [350, 480, 700, 1_000, 1_004, 1_400, 2_000, 2_600])
@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.0, 2.0])
def test_a_tone_with_quiet_behind_it_is_a_beep(hertz: float, seconds: float) -> None:
    (found,) = heard(tone([hertz], seconds))
    assert found.kind is ToneKind.BEEP
    assert 0.28 <= found.at / SAMPLE_RATE - 0.5 - seconds <= 0.36


@pytest.mark.parametrize(("hertz", "burst", "pause"), [(1_100, 0.5, 3.0), (1_138, 0.575, 3.45), (1_062, 0.425, 2.55)])
def test_a_fax_that_calls_is_known_by_its_second_burst(hertz: float, burst: float, pause: float) -> None:
    bursts = [tone([hertz], burst, before=0.0, after=pause) for _ in range(3)]
    found = [one for one in heard(np.concatenate(bursts)) if one.kind is ToneKind.CNG]
    assert len(found) == 2
    assert found[0].at / SAMPLE_RATE == pytest.approx(burst + pause + 0.4, abs=0.1)


@pytest.mark.parametrize("reversals", [0.0, 0.45])
@pytest.mark.parametrize("hertz", [2_085, 2_100, 2_115])
def test_a_fax_that_answers_is_known_while_its_tone_lasts(hertz: float, reversals: float) -> None:
    (found,) = heard(tone([hertz], 3.3, reversals=reversals))
    assert found.kind is ToneKind.ANS
    assert found.at / SAMPLE_RATE == pytest.approx(2.0, abs=0.1)


def test_a_reversing_lorry_is_no_fax() -> None:
    horn = np.concatenate([tone([1_100], 0.5, before=0.0, after=0.5) for _ in range(8)])
    assert ToneKind.CNG not in kinds(horn)


@pytest.mark.parametrize("hertz", KEYS + NETWORK)
@pytest.mark.parametrize("seconds", [0.1, 0.5, 2.0])
def test_keys_and_the_networks_tones_are_none(hertz: Sequence[float], seconds: float) -> None:
    assert kinds(tone(hertz, seconds)) == []


@pytest.mark.parametrize("seconds", [0.05, 0.12, 4.0])
def test_what_is_too_short_or_too_long_is_no_beep(seconds: float) -> None:
    assert kinds(tone([1_000], seconds)) == []


def test_a_tone_that_goes_on_in_speech_is_no_beep() -> None:
    beep = tone([1_000], 0.5, after=0.02)
    assert kinds(np.concatenate([beep, resample(prompt_8k("vm-intro"), 8_000)])) == []


def test_what_may_be_the_bots_echo_is_no_beep_but_a_fax_that_calls_into_the_greeting_is_one() -> None:
    assert heard(tone([1_000], 0.5), echo=True) == []
    bursts = [tone([1_100], 0.5, before=0.0, after=3.0) for _ in range(2)]
    assert [found.kind for found in heard(np.concatenate(bursts), echo=True)] == [ToneKind.CNG]


def test_a_tone_that_glides_is_none() -> None:
    time = np.arange(8_000) / 8_000
    assert kinds(on_the_line(0.2 * np.sin(2 * np.pi * (600 * time + 200 * time**2)))) == []


def test_nobody_who_speaks_sounds_like_a_machine() -> None:
    files = sorted(SOUNDS.glob("*.wav"))
    spoken = [
        path.stem for path in files if path.stem not in ("beep", "beeperr", "ascending-2tone", "descending-2tone")
    ]
    found = {name: kinds(resample(np.pad(prompt_8k(name), (0, 4_000)), 8_000)) for name in spoken}
    assert len(found) > 300
    assert {name: those for name, those in found.items() if those} == {}


@pytest.mark.parametrize("piece", PIECES)
def test_music_does_not_sound_like_a_machine(piece: str) -> None:
    assert kinds(resample(music_8k(piece, 60.0), 8_000)) == []


def test_a_recorded_beep_is_one() -> None:
    assert kinds(resample(np.pad(prompt_8k("beep"), (0, 8_000)), 8_000)) == [ToneKind.BEEP]
