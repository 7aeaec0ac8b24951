"""The turns and recordings that the endpointer is judged by: `endings/`, whose README says where they come from."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile

from agent.reply.reply import Awaited, Expectation
from telephony.audio import SAMPLE_RATE, Samples, resample, to_pcm
from telephony.testing.codec import open_codec

DATA = Path(__file__).with_name("endings")
AN4 = DATA / "an4"
PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")  # Debian: asterisk-core-sounds-en-wav
PACKAGE = "asterisk-core-sounds-en-wav"
_QUESTIONS = {
    "number": Awaited.DIGITS,
    "name and what": Awaited.MESSAGE,
    "should i tell": Awaited.MESSAGE,
    "name": Awaited.NAME,
    "spell": Awaited.NAME,
}
_YES_NO = ("is ", "do you want", "shall", "would you", "was ", "have you", "anything else")


class Ending(msgspec.Struct, frozen=True):
    """Where a caller falls silent: `over` or in the middle of a thought."""

    kind: str  # turns, prompts, spelled, codes
    said: str  # the words, as they were said
    over: bool
    expects: Expectation
    group: str  # of what belongs together: a business, a clip, a speaker
    clip: str = ""
    end: int = 0  # the clip's last sample before the silence, at 16 kHz

    @property
    def key(self) -> str:
        """Names a recording's ending."""
        return f"{self.clip}:{self.end}"


def turns(split: str) -> list[Ending]:
    """The hand-written turns of the split "fit" or "frozen", each whole and cut at every pause."""
    found = []
    group = question = ""
    for line in (DATA / f"turns_{split}.txt").read_text().splitlines():
        if line.startswith("# ---"):
            group = line[5:].strip()
        elif line.startswith("Q:"):
            question = line[2:].strip()
        elif line.strip() and not line.startswith("#"):
            expects = Expectation(awaited_after(question), question=question)
            found += [Ending("turns", said, over, expects, group) for said, over in _cut(line)]
    return found


def clips(split: str) -> list[Ending]:
    """The recordings of the split "fit" or "frozen", whole and cut."""
    with (DATA / f"clips_{split}.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Ending(
            kind=row["kind"],
            said=row["words"],
            over=row["label"] == "whole",
            expects=Expectation(Awaited(row["awaited"]), int(row["digits"]), row["question"]),
            group=row["clip"] if row["kind"] == "prompts" else row["speaker"],
            clip=row["clip"],
            end=int(row["end"]),
        )
        for row in rows
    ]


def awaited_after(question: str) -> Awaited:
    """What a bot that asks this waits for."""
    asked = question.lower()
    if asked.startswith(_YES_NO):
        return Awaited.YES_NO
    return next((awaited for words, awaited in _QUESTIONS.items() if words in asked), Awaited.OPEN)


def _cut(line: str) -> Iterator[tuple[str, bool]]:
    if line.startswith("~"):
        yield line[1:].strip(), False
        return
    parts = [part.strip() for part in line.split("/")]
    yield from ((" ".join(parts[:count]), count == len(parts)) for count in range(1, len(parts) + 1))


class Recordings:
    """The sound of endings as it comes over a telephone line: 8 kHz, mu-law, and then silence as the line has it."""

    def __init__(self, an4: Path = AN4, prompts: Path = PROMPTS) -> None:
        self._folders = {"prompts": (prompts, "wav")}
        self._an4 = (an4, "flac")
        self._latest: tuple[str, Samples] = ("", np.zeros(0, np.int16))

    def pcm(self, ending: Ending, silence: int) -> bytes:
        """16 kHz PCM up to the ending, faded within 5 ms, and `silence` samples of noise at the clip's floor. Raises
        OSError where the clip is not there."""
        wave = self._wave(ending).astype(np.float64)
        floor = min(_floor(wave), 200.0)
        head = wave[: ending.end].copy()
        head[-80:] *= np.linspace(1, 0, len(head[-80:]))
        tail = np.random.default_rng(crc32(ending.key.encode())).normal(0, floor, silence)
        return to_pcm(np.clip(np.concatenate([head, tail]), -32768, 32767).astype(np.int16))

    def _wave(self, ending: Ending) -> Samples:
        if self._latest[0] != ending.clip:
            folder, suffix = self._folders.get(ending.kind, self._an4)
            path = folder / f"{ending.clip}.{suffix}"
            if not path.is_file():
                raise FileNotFoundError(f"{path} is missing; Debian has the prompts: apt-get install {PACKAGE}")
            wave, rate = soundfile.read(path, dtype="float64")
            self._latest = ending.clip, over_the_line(wave, rate)
        return self._latest[1]


def over_the_line(wave: npt.NDArray[np.float64], rate: int) -> Samples:
    """Full-scale samples at `rate` as 16 kHz samples that were 8 kHz mu-law."""
    codec = open_codec("PCMU")
    return resample(codec.decode(codec.encode(resample(wave, rate, 8_000))), 8_000, SAMPLE_RATE)


def _floor(wave: npt.NDArray[np.float64]) -> float:
    """RMS of the quietest 20 ms but 3%."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(np.pad(wave, 160)))])
    at = np.arange(0, len(wave), 160)
    return float(np.sqrt(np.percentile((energy[at + 320] - energy[at]) / 320, 3)))


def changed() -> list[str]:
    """Frozen files that are not as they were frozen; clips of packages that are not installed are left out."""
    wrong = []
    for line in (DATA / "frozen.sha256").read_text().splitlines():
        wanted, name = line.split(maxsplit=1)
        path = PROMPTS / name.removeprefix("prompts/") if name.startswith("prompts/") else DATA / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            wrong.append(name)
    return wrong
