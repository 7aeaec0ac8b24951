"""One text on its way from Piper: read once, then made sound window by window.

Piper makes a sentence of each stretch up to a mark; the words are found in all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from piper import PiperVoice
from piper.config import SynthesisConfig

from agent.engines.contract import Spoken, SpokenWord
from agent.engines.finish import Finish
from agent.engines.loudness import Wave
from agent.engines.piper_graph import Frames, PiperGraph
from agent.engines.word_spans import Group, Phone, groups_of, word_spans
from telephony.audio import SAMPLE_RATE

BETWEEN_SENTENCES = 0.22  # s
FIRST_WINDOW = 36  # frames, 0.42 s of the default voice; each window is twice as long as the one before
LONGEST_WINDOW = 320


@dataclass(frozen=True)
class _Sentence:
    frames: Frames
    start: int  # raw samples of the sentences before, their silence included


class Utterance:
    """Made on one thread at a time. A `step` that raises may be done anew."""

    def __init__(self, voice: PiperVoice, graph: PiperGraph, config: SynthesisConfig, text: str) -> None:
        self.levels: list[float] = []  # of the sentences that are done, dBFS
        self._voice = voice
        self._graph = graph
        self._config = config
        self._text = text
        self._rate: int = voice.config.sample_rate
        self._sentences: list[_Sentence] | None = None
        self._words: list[SpokenWord] = []  # in raw samples; those that have not gone out
        self._windows: list[tuple[_Sentence, int, int]] = []
        self._finish: Finish | None = None  # of the sentence in work
        self._out = 0  # 16 kHz samples that went out
        self._began = 0  # of the sentence in work, in those

    def read(self, whole: bool) -> None:
        """The text side, all of it. `whole`: each sentence shall be one window. Does nothing where it was done."""
        if self._sentences is not None:
            return
        sentences: list[_Sentence] = []
        groups: list[Group] = []
        at = 0
        for chunk in self._voice.synthesize(self._text, self._config, include_alignments=True):
            frames = self._graph.frames
            alignment = [Phone(one.phoneme, int(one.num_samples)) for one in chunk.phoneme_alignments or ()]
            groups += [Group(one.start + at, one.end + at, one.phones) for one in groups_of(alignment)]
            sentences.append(_Sentence(frames, at))
            at += frames.count * self._graph.hop
        self._sentences = sentences
        self._words = list(word_spans([word for word in self._text.split() if re.search(r"\w", word)], groups))
        self._windows = [(one, *window) for one in sentences for window in _windows(one.frames.count, whole)]

    @property
    def length(self) -> int:
        """Characters."""
        return len(self._text)

    @property
    def over(self) -> bool:
        """Whether there is no window left."""
        return self._sentences is not None and not self._windows

    def step(self, usual: float | None) -> Spoken:
        """The next window as speech; without sound where it is silent. `usual`: the voice's level in dBFS, None to go
        by each sentence's own loudness, which must be one window."""
        sentence, first, last = self._windows[0]
        wave = self._graph.sound(sentence.frames, first, last)
        del self._windows[0]
        pcm = self._finished(wave, sentence, first, last, usual)
        words = tuple(self._words_before(sentence))
        self._out += len(pcm) // 2
        return Spoken(pcm, words, last=self.over)

    def _finished(self, wave: Wave, sentence: _Sentence, first: int, last: int, usual: float | None) -> bytes:
        before = b""
        if first == 0:
            if self._out:
                before = bytes(2 * int(BETWEEN_SENTENCES * SAMPLE_RATE))
            self._finish = Finish(self._rate, usual)
            self._began = self._out + len(before) // 2
        assert self._finish is not None
        ends = last == sentence.frames.count
        pcm = self._finish.feed(wave, last=ends)
        if ends and self._finish.kept:
            self.levels.append(self._finish.level())
        return before + pcm if pcm or not ends or self._finish.made else b""

    def _words_before(self, sentence: _Sentence) -> Iterator[SpokenWord]:
        """The words that begin in what is out now, in 16 kHz samples from the begin of what goes out."""
        finish = self._finish
        assert finish is not None
        if finish.cut is None:
            return
        silent = sentence.start + finish.cut
        length = sentence.frames.count * self._graph.hop
        while self._words and self._words[0].start < sentence.start + length:
            word = self._words[0]
            start, end = (max(0, at - silent) * SAMPLE_RATE // self._rate for at in (word.start, word.end))
            if self._windows and start >= finish.made:
                return
            del self._words[0]
            yield SpokenWord(word.text, self._began + start - self._out, self._began + max(start, end) - self._out)


def _windows(frames: int, whole: bool) -> Iterator[tuple[int, int]]:
    """[first, last) of each."""
    at, size = 0, frames if whole else FIRST_WINDOW
    while at < frames:
        end = frames if frames - at < size * 3 // 2 else at + size
        yield at, end
        at, size = end, min(2 * size, LONGEST_WINDOW)


def joined(slices: list[Spoken]) -> Spoken:
    """Slices of one text as one."""
    words: list[SpokenWord] = []
    at = 0
    for one in slices:
        words += [SpokenWord(word.text, word.start + at, word.end + at) for word in one.words]
        at += len(one.pcm) // 2
    return Spoken(b"".join(one.pcm for one in slices), tuple(words))
