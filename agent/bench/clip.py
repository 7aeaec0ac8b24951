"""What a simulated caller says in one turn, rendered before the call, with the place of every voiced stretch in it.

The labels are made on the clean sound, before any noise, loss or codec: the first and the last sample that are louder
than `telephony.testing.measure` calls audible, in the telephone's band (a hiss above it ends later, and the other end
does not hear it). From the last one a reply's time runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples, resample
from telephony.testing.measure import Span, audible_spans, levels

TELEPHONE_RATE = 8_000  # Hz
SPEECH_DBFS = -20.0  # of the voiced part, where nothing else is asked for
_BELOW_PEAK_DB = 30.0  # blocks fainter than this are no speech


@dataclass(frozen=True)
class Thought:
    """A stretch of speech without a pause that was scripted. `finished`: a listener may answer behind it."""

    text: str
    voiced: Span
    finished: bool


@dataclass(frozen=True)
class Clip:
    """A turn's sound, 16 kHz, and its thoughts in order, at least one."""

    samples: Samples
    thoughts: tuple[Thought, ...]
    voice: str = ""

    @property
    def text(self) -> str:
        return " ".join(thought.text for thought in self.thoughts)

    @property
    def voiced(self) -> Span:
        """From the first voiced sample to the last."""
        return Span(self.thoughts[0].voiced.start, self.thoughts[-1].voiced.end)

    def delayed(self, samples: int) -> Clip:
        """The same after `samples` of silence."""
        moved = tuple(
            Thought(one.text, Span(one.voiced.start + samples, one.voiced.end + samples), one.finished)
            for one in self.thoughts
        )
        return Clip(np.concatenate([np.zeros(samples, np.int16), self.samples]), moved, self.voice)


@dataclass(frozen=True)
class Said:
    """A piece of a turn: its sound, and the silence in ms that follows."""

    text: str
    samples: Samples
    pause_ms: float = 0.0
    finished: bool = False


def joined(pieces: Sequence[Said], dbfs: float = SPEECH_DBFS, voice: str = "") -> Clip:
    """The pieces as one clip, each at the same level. A pause counts from voice to voice. The last thought is
    finished. Raises ValueError where a piece holds no voice."""
    waves: list[Samples] = []
    thoughts: list[Thought] = []
    at = 0
    for number, piece in enumerate(pieces):
        level = evened(piece.samples, dbfs)
        spans = audible_spans(in_band(level))
        if not spans:
            raise ValueError(f"nothing voiced in {piece.text!r}")
        start = spans[0].start if number else 0  # the first keeps what is before its voice, the last what is behind
        last = number == len(pieces) - 1
        wave = level[start : None if last else spans[-1].end]
        voiced = Span(at + spans[0].start - start, at + spans[-1].end - start)
        thoughts.append(Thought(piece.text, voiced, last or piece.finished))
        waves.append(wave)
        at += len(wave)
        if not last:
            silence = np.zeros(round(piece.pause_ms * SAMPLE_RATE / 1000), np.int16)
            waves.append(silence)
            at += len(silence)
    return Clip(np.concatenate(waves), tuple(thoughts), voice)


def evened(samples: Samples, dbfs: float) -> Samples:
    """`samples` with their speech at `dbfs`, clipped to 16 bits."""
    scaled = samples * 10 ** ((dbfs - active_dbfs(samples)) / 20)
    even: Samples = np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)
    return even


def in_band(samples: Samples) -> Samples:
    """What a telephone lets through of it, again at 16 kHz and as long."""
    narrow = resample(resample(samples, SAMPLE_RATE, TELEPHONE_RATE), TELEPHONE_RATE, SAMPLE_RATE)
    fitted: Samples = np.pad(narrow, (0, max(0, len(samples) - len(narrow))))[: len(samples)]
    return fitted


def active_dbfs(samples: Samples) -> float:
    """The level of the speech in it: of the 10 ms blocks less than 30 dB fainter than the loudest."""
    blocks = levels(samples)
    if not blocks.size:
        return -96.0
    speech = blocks[blocks > blocks.max() - _BELOW_PEAK_DB]
    return float(10 * np.log10(np.mean(10 ** (speech / 10))))
