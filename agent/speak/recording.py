"""What a person recorded, in place of a text that the voice would say: any rate, mono or stereo, as loud as the voice.

A recording is known by what is in its file, so a new one under the old name is another prompt. Where its words lie is
estimated: they share the time in which somebody speaks by their letters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from stat import S_ISREG

import msgspec
import numpy as np
import soundfile
import soxr
import structlog

from agent.engines.contract import Spoken, SpokenWord
from agent.engines.evened import evened
from agent.engines.loudness import GAIN_LIMIT_DB, Wave
from agent.engines.lufs import TARGET_LUFS, lufs
from agent.errors import RecordingError
from telephony.audio import SAMPLE_RATE, to_pcm

log = structlog.get_logger()

VERSION = 2  # raise it when the same file would sound different
SHORTEST_S, LONGEST_S = 0.1, 60.0
LARGEST = 100_000_000  # bytes of a file
QUIETEST_LUFS = -60.0  # less is silence
_BELOW_PEAK = 0.01  # 40 dB under the loudest 10 ms is a pause
_LEAD_S, _TAIL_S = 0.01, 0.06  # kept of the silence around
_WANTED = "record it anew as a WAV file"


class Recording(msgspec.Struct, frozen=True):
    """A file that can be used, as it was when it was looked at. `loudness` in LUFS, before it is evened."""

    path: Path
    digest: str
    seconds: float
    loudness: float

    @property
    def identity(self) -> str:
        """Changes whenever it sounds different."""
        return f"recording-{VERSION}-{self.digest}"

    @property
    def quiet(self) -> bool:
        """Whether it can't be made as loud as the voice."""
        return self.loudness < TARGET_LUFS - GAIN_LIMIT_DB

    def spoken(self, words: Sequence[str]) -> Spoken:
        """Its sound as a prompt with these words; blocking. Raises RecordingError where the file is another by now."""
        if _digest(self.path) != self.digest:
            raise RecordingError("has changed while it was read; have it read again")
        wave, rate = _sound(self.path)
        even = evened(soxr.resample(_trimmed(wave, rate), rate, SAMPLE_RATE), SAMPLE_RATE)
        return Spoken(to_pcm(even), word_shares(words, even))


def recording(path: Path) -> Recording:
    """Look at a file; blocking. Raises RecordingError with what is wrong and what to do, without the path."""
    wave, rate = _sound(path)
    loudness = lufs(_trimmed(wave, rate), rate)
    if loudness < QUIETEST_LUFS:
        raise RecordingError(f"is silent; {_WANTED}, louder")
    return Recording(path, _digest(path), len(wave) / rate, loudness)


def recordings(files: Mapping[str, str], folder: Path) -> dict[str, Recording]:
    """What is recorded (file, which may be in the folder -> text), by its text; blocking. A file that can't be used is
    logged and left out: the voice says its text."""
    found: dict[str, Recording] = {}
    for file, text in files.items():
        try:
            found.setdefault(text, recording(folder / file))
        except RecordingError as error:
            log.warning("a recording is not used, the voice says it", file=str(folder / file), reason=str(error))
    return found


def word_shares(words: Sequence[str], wave: Wave) -> tuple[SpokenWord, ...]:
    """Where each word may lie in a wave of 16 kHz, shape (n,): the pauses left out, a word takes time as it has
    letters."""
    if not words or not len(wave):
        return ()
    step = SAMPLE_RATE // 100
    spoken = np.flatnonzero(np.repeat(_voiced(wave, SAMPLE_RATE), step)[: len(wave)])
    if not spoken.size:
        spoken = np.arange(len(wave))
    weights = [0, *accumulate(max(1, sum(char.isalnum() for char in word)) for word in words)]
    edges = [spoken.size * weight // weights[-1] for weight in weights]
    starts = [int(spoken[min(edge, spoken.size - 1)]) for edge in edges[:-1]]
    ends = [int(spoken[max(0, edge - 1)]) + 1 for edge in edges[1:]]
    return tuple(SpokenWord(*one) for one in zip(words, starts, ends, strict=True))


def _sound(path: Path) -> tuple[Wave, int]:
    """The file's sound as one channel, shape (n,), and its rate."""
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise RecordingError("can't be read: it is no file; name one, or remove this line")
        if found.st_size > LARGEST:
            raise RecordingError(f"has more than {LARGEST // 1_000_000} MB; {_WANTED} of {LONGEST_S:g} s at most")
        with soundfile.SoundFile(path) as file:
            rate, seconds = int(file.samplerate), file.frames / file.samplerate
            if not SHORTEST_S <= seconds <= LONGEST_S:
                raise RecordingError(f"lasts {seconds:.2f} s; {_WANTED} of {SHORTEST_S:g} to {LONGEST_S:g} s")
            wave = file.read(dtype="float32", always_2d=True)
    except OSError as error:
        raise RecordingError(f"can't be read: {error.strerror}; put it there, or remove this line") from None
    except soundfile.SoundFileError as error:
        reason = str(getattr(error, "error_string", error)).rstrip(".")
        raise RecordingError(f"can't be read as sound: {reason}; {_WANTED}") from None
    one: Wave = np.nan_to_num(wave.mean(axis=1)).astype(np.float32)
    return one, rate


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RecordingError(f"can't be read: {error.strerror}; put it there, or remove this line") from None


def _voiced(wave: Wave, rate: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which pieces of 10 ms somebody speaks in."""
    step = rate // 100
    padded = np.pad(wave, (0, -len(wave) % step)).reshape(-1, step)
    loud = np.sqrt(np.mean(np.square(padded), axis=1))
    return np.asarray(loud > _BELOW_PEAK * loud.max(), dtype=np.bool_)


def _trimmed(wave: Wave, rate: int) -> Wave:
    """Without the silence around, but for a little."""
    voiced = np.flatnonzero(_voiced(wave, rate)) * (rate // 100)
    if not voiced.size:
        return wave
    begin, end = voiced[0] - int(_LEAD_S * rate), voiced[-1] + int((0.01 + _TAIL_S) * rate)
    return wave[max(0, int(begin)) : int(end)]
