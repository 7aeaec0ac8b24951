"""The small network that says which topic, if any, a question is for: what it makes of a sentence and its words, and of
what there is between a question and a topic. Numbers of `scripts/fit_relevance.py`; 32 dimensions a word.

Words are compared one by one, the largest cosine counts (late interaction, Khattab and Zaharia 2020), weighed by how
much the network thinks that a word matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from agent.engines.contract import Embeddings, Read
from agent.reply.nearest import NOTHING, Floats

SPREAD = 6.0  # standard deviations from which on a trait is as far out as it can be
_STEEP = 4.0  # of what makes a word matter
_TINY = 1e-6


class Numbers(msgspec.Struct, frozen=True):
    """What the fit found. Shapes: d = 384 of the embedder, r and s small, t traits, h hidden."""

    down: Floats  # (d, r) and
    up: Floats  # (r, d): what is added to a sentence's embedding
    context: Floats  # (d, s): of a word in its context, and
    alone: Floats  # (d, s): by itself
    matters_context: Floats  # (d,)
    matters_alone: Floats  # (d,)
    matters: float
    near: Floats  # (3,): what the whole, the question's words and the topic's words count for
    background: float  # what is taken off for being near talk in general
    scale: float
    nothing: float  # log odds that no topic is asked for
    mean: Floats  # (t,)
    spread: Floats  # (t,)
    weights: Floats  # (t,)
    hidden: Floats  # (t, h)
    hidden_bias: Floats  # (h,)
    out: Floats  # (h,)
    traits: tuple[str, ...]  # their names

    @classmethod
    def read(cls, path: Path) -> Numbers:
        """Of the file that the fit wrote. Raises OSError, ValueError, KeyError."""
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in cls.__struct_fields__ if name != "traits"}
            numbers = {name: float(array) if array.ndim == 0 else array for name, array in arrays.items()}
            traits = tuple(map(str, stored["traits"]))
            return cls(**numbers, traits=traits)  # type: ignore[arg-type]  # arrays and numbers, each by its own name

    def whole(self, rows: Embeddings) -> Floats:
        """Sentences (n, d) as they are compared; rows of unit length."""
        return _units(np.asarray(rows + (rows @ self.down) @ self.up, np.float32))

    def words(self, read: Read) -> tuple[Floats, Floats]:
        """Words as they are compared, (words, s), and how much each matters, (words,); of a sentence without any, one
        that is like nothing."""
        if not read.words:
            return np.zeros((1, self.context.shape[1]), np.float32), np.full(1, _TINY, np.float32)
        found = read.context @ self.context + read.alone @ self.alone
        steep = read.context @ self.matters_context + read.alone @ self.matters_alone
        return _units(found), np.logaddexp(0.0, steep * _STEEP + self.matters).astype(np.float32)

    def seen(self, question: Read) -> Seen:
        """To be held against texts."""
        return Seen(self.whole(question.whole[None])[0], *self.words(question))

    def odds(self, near: Floats, traits: Floats) -> Floats:
        """Log odds of topics, (n,), before they are held against each other and against `nothing`. `near`: (n,);
        `traits`: (n, t)."""
        plain = np.clip((traits - self.mean) / self.spread, -SPREAD, SPREAD)
        found: Floats = (
            near * self.scale + plain @ self.weights + np.tanh(plain @ self.hidden + self.hidden_bias) @ self.out
        )
        return found


class Seen(msgspec.Struct, frozen=True):
    """A question as the network sees it: whole (d,), words (words, s), and how much each matters, (words,)."""

    whole: Floats
    words: Floats
    matter: Floats


class Texts:
    """Sentences that questions are held against."""

    def __init__(self, numbers: Numbers, reads: Sequence[Read]) -> None:
        self._numbers = numbers
        words = [numbers.words(read) for read in reads]
        self._wholes = numbers.whole(np.stack([read.whole for read in reads]))
        self._words = np.concatenate([units for units, _ in words])
        self._matter = np.concatenate([matter for _, matter in words])
        self._starts = np.cumsum([0, *(len(matter) for _, matter in words)])[:-1]
        self._matter_of_each = np.add.reduceat(self._matter, self._starts)

    def near(self, question: Seen, but: int | None = None) -> Floats:
        """How near each text is to the question, (texts,); `but`: one that counts as not written."""
        by_word = question.words @ self._words.T
        there = np.maximum.reduceat(by_word, self._starts, axis=1)
        covered = (question.matter @ there) / (question.matter.sum() + _TINY)
        back = np.add.reduceat(by_word.max(axis=0) * self._matter, self._starts) / (self._matter_of_each + _TINY)
        found: Floats = np.stack([self._wholes @ question.whole, covered, back], axis=1) @ self._numbers.near
        if but is not None:
            found[but] = NOTHING
        return found


def _units(rows: Embeddings) -> Floats:
    found: Floats = rows / np.sqrt((rows * rows).sum(axis=-1, keepdims=True) + _TINY)
    return found
