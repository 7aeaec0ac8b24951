"""Recordings in place of the voice: whatever they are, they come out at 16 kHz and as loud as the voice."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.engines.fakes import FakeVoice
from agent.engines.lufs import TARGET_LUFS, lufs
from agent.errors import RecordingError
from agent.speak.library import PromptLibrary
from agent.speak.recording import recording, recordings, word_shares
from telephony.audio import SAMPLE_RATE, samples_of

TEXT = "We open at 9. Goodbye."


def voice_like(seconds: float, rate: int, level: float = 0.1) -> np.ndarray:
    """Something with speech's ups and downs, shape (n,)."""
    time = np.arange(int(seconds * rate)) / rate
    return level * np.sin(2 * np.pi * 300 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))


def write(path: Path, wave: np.ndarray, rate: int, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, wave, rate, subtype=subtype)
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("level", [0.05, 0.1, 0.5])
def test_any_recording_comes_out_alike(rate: int, channels: int, level: float, tmp_path: Path) -> None:
    quiet = np.zeros(rate)
    wave = np.concatenate([quiet, voice_like(2.0, rate, level), quiet])
    file = write(tmp_path / "a.wav", np.stack([wave] * channels, axis=1), rate)
    spoken = recording(file).spoken(["hello", "there"])
    samples = samples_of(spoken.pcm)
    assert len(samples) / SAMPLE_RATE == pytest.approx(2.0, abs=0.15)  # the silence around is gone
    assert lufs(samples / 32768, SAMPLE_RATE) == pytest.approx(TARGET_LUFS, abs=0.5)
    assert [word.text for word in spoken.words] == ["hello", "there"]


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "FLOAT", "ULAW"])
def test_any_way_to_write_samples_is_read(subtype: str, tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", voice_like(1.0, 8_000), 8_000, subtype)
    assert lufs(samples_of(recording(file).spoken(["hello"]).pcm) / 32768, SAMPLE_RATE) == pytest.approx(
        TARGET_LUFS, abs=0.7
    )


def test_words_lie_where_somebody_speaks_and_take_time_by_their_letters() -> None:
    second = voice_like(1.0, SAMPLE_RATE).astype(np.float32)
    wave = np.concatenate([second, np.zeros(SAMPLE_RATE, dtype=np.float32), second])
    words = word_shares(["abcd", "ef", "gh", "ijklmnop"], wave)
    starts = [word.start / SAMPLE_RATE for word in words]
    assert starts == pytest.approx([0.0, 0.5, 0.75, 2.0], abs=0.05)
    assert words[-1].end / SAMPLE_RATE == pytest.approx(3.0, abs=0.05)
    assert all(one.end <= other.start for one, other in pairwise(words))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "can't be read: No such file or directory; put it there, or remove this line"),
        (b"", "can't be read as sound"),
        (b"no sound" * 100, "can't be read as sound"),
        (voice_like(0.05, 8_000), "lasts 0.05 s; record it anew as a WAV file of 0.1 to 60 s"),
        (voice_like(61.0, 8_000), "lasts 61.00 s"),
        (np.zeros(8_000), "is silent; record it anew as a WAV file, louder"),
        (np.zeros(0), "lasts 0.00 s"),
        (np.full(8_000, np.nan), "is silent"),
    ],
)
def test_what_cannot_be_used_is_said(content: np.ndarray | bytes | None, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        write(file, content, 8_000, "FLOAT")
    with pytest.raises(RecordingError) as caught:
        recording(file)
    assert str(caught.value).startswith(reason)


def test_what_is_no_file_is_no_recording(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(RecordingError, match="can't be read: it is no file"):
            recording(path)


def test_what_cannot_be_used_is_left_to_the_voice(tmp_path: Path) -> None:
    write(tmp_path / "good.wav", voice_like(1.0, 8_000), 8_000)
    found = recordings({"good.wav": "Hello.", "none.wav": "Goodbye.", str(tmp_path / "good.wav"): "Yes."}, tmp_path)
    assert list(found) == ["Hello.", "Yes."]


async def test_a_library_plays_the_recording_and_says_the_rest(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", voice_like(1.0, 8_000), 8_000)
    voice = FakeVoice()
    plain = PromptLibrary(tmp_path / "prompts", voice)
    library = plain.with_recordings(recordings({"a.wav": TEXT}, tmp_path))
    await library.render([TEXT, "Hello."])
    assert [text for text, _ in voice.rendered] == ["Hello."]
    id = library.id_of(TEXT)
    assert id != plain.id_of(TEXT)
    assert len(library.pcm(id)) / 2 / SAMPLE_RATE == pytest.approx(1.0, abs=0.1)
    assert [word.text for word in library.words(id)] == ["We", "open", "at", "nine.", "Goodbye."]
    assert library.id_of("Hello.") == plain.id_of("Hello.")
    assert plain.missing([TEXT, "Hello."]) == [TEXT]


async def test_another_recording_under_the_same_name_is_another_prompt(tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", voice_like(1.0, 8_000), 8_000)
    plain = PromptLibrary(tmp_path / "prompts", FakeVoice())
    before, old = plain.with_recordings(recordings({"a.wav": TEXT}, tmp_path)), recording(file)
    write(file, voice_like(1.5, 8_000), 8_000)
    after = plain.with_recordings(recordings({"a.wav": TEXT}, tmp_path))
    assert before.id_of(TEXT) != after.id_of(TEXT)
    with pytest.raises(RecordingError, match="has changed while it was read"):
        old.spoken(["hello"])
