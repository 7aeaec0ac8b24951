"""What a library has, lacks and no longer needs of a dialplan's texts, and how loud each prompt is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec
import numpy as np

from agent.engines.lufs import TARGET_LUFS, lufs
from agent.speak.library import PromptLibrary
from telephony.audio import SAMPLE_RATE, samples_of

EVEN_LU = 1.0  # off the target by no more is even
_BYTES_PER_S = 2 * SAMPLE_RATE
_CHARS_PER_S = 15.0  # of a voice, where nothing tells better


class Prompt(msgspec.Struct, frozen=True):
    """One that is there: its words, the bytes of its file, its seconds, and its loudness in LUFS."""

    id: str
    text: str
    bytes: int
    seconds: float
    loudness: float

    @property
    def even(self) -> bool:
        """Whether it is as loud as it should be."""
        return abs(self.loudness - TARGET_LUFS) <= EVEN_LU


class Stock(msgspec.Struct, frozen=True):
    """`new`: texts that have to be rendered; `kept`: those that are there; `orphaned`: prompts that nothing says."""

    new: tuple[str, ...]
    kept: tuple[Prompt, ...]
    orphaned: tuple[Prompt, ...]

    @property
    def new_seconds(self) -> float:
        """How long the new ones will be, about: by the pace of those that are there."""
        chars, seconds = sum(len(one.text) for one in self.kept), sum(one.seconds for one in self.kept)
        return sum(map(len, self.new)) / (chars / seconds if chars and seconds else _CHARS_PER_S)

    @property
    def new_bytes(self) -> int:
        """How large their files will be, about."""
        return round(self.new_seconds * _BYTES_PER_S)


def stocktaking(library: PromptLibrary, texts: Iterable[str], used: Collection[str] | None = None) -> Stock:
    """Of the texts of one dialplan. `used` are the ids that any dialplan says: the others in the library's folder are
    orphaned; None: nobody knows. Blocking."""
    new = library.missing(texts)
    kept = tuple(prompt(library, library.id_of(text), text) for text in dict.fromkeys(texts) if text not in new)
    orphans = sorted(set(library.ids()) - set(used)) if used is not None else []
    return Stock(tuple(new), kept, tuple(prompt(library, id) for id in orphans))


def prompt(library: PromptLibrary, id: str, text: str = "") -> Prompt:
    """One that is in the folder; its words stand for a text that is not known. One that can't be read is empty."""
    try:
        pcm, words = library.pcm(id), library.words(id)
    except KeyError:
        pcm, words = b"", ()
    said = text or " ".join(word.text for word in words)
    wave = samples_of(pcm) / np.float32(32768.0)
    return Prompt(id, said, library.size(id), len(pcm) / _BYTES_PER_S, lufs(wave, SAMPLE_RATE))


def used_by(dialplans: Iterable[tuple[PromptLibrary, Iterable[str]]]) -> set[str]:
    """The ids of what dialplans say, each with its library."""
    return {library.id_of(text) for library, texts in dialplans for text in texts}
