"""Which topic a caller's words are about: sentence embeddings against the topics' examples and a background.

Two readings are added. The neighbours: the mean of the cosine similarities to a topic's two nearest examples minus half
the mean of those to the two nearest background sentences, so that it falls for talk that is near everything. The line:
a ridge regression from all examples (background: to no topic), which knows what tells one topic from another where
the neighbours only know what is alike. Together they are right where either alone is not (tests/reply/data).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from agent.engines.contract import Embedder, Embeddings
from agent.reply.background import SENTENCES
from agent.reply.nearest import NOTHING, Nearest, of_all

BACKGROUND_WEIGHT = 0.5
LINE_WEIGHT = 0.5
RIDGE = 1.0
OWN = 0.8  # a background sentence that is this near to an example is this business's own


class Match(msgspec.Struct, frozen=True):
    """A topic, how well the words fit it, and the example of it that is nearest to them."""

    topic: str
    score: float
    nearest: str = ""


class Scores(msgspec.Struct, frozen=True):
    """How well each topic fits, best first; how near the words are to talk that is no business of a telephone line; and
    what the line reads for each topic."""

    matches: list[Match]
    background: float
    line: dict[str, float]


class Intents:
    """The examples of all topics, embedded once. `topics`: name -> examples."""

    def __init__(self, topics: Mapping[str, Sequence[str]], embedder: Embedder) -> None:
        self._names = list(topics)
        self._sentences = [example for examples in topics.values() for example in examples]
        self._examples = embedder.embed(self._sentences)
        ends = np.cumsum([len(examples) for examples in topics.values()])
        self._nearest = Nearest([len(examples) for examples in topics.values()])
        self._slices = [slice(end - len(examples), end) for end, examples in zip(ends, topics.values(), strict=True)]
        background = embedder.embed(SENTENCES)
        self._background = background[(background @ self._examples.T).max(axis=1) < OWN]
        self._line = self._fit()

    def matches(self, sentence: Embeddings) -> list[Match]:
        """Every topic, best first. `sentence`: a caller's words, embedded."""
        return self.scores(sentence).matches

    def scores(self, sentence: Embeddings, but: str = "") -> Scores:
        """The same, with what led to it. `but`: an example that counts as not written, for judging the others by it."""
        near = self._examples @ sentence
        background = of_all(self._background @ sentence)
        line = sentence @ self._line
        if but:
            left_out = self._sentences.index(but)
            near[left_out] = NOTHING
            line -= self._share(left_out, sentence)
        neighbours, nearest = self._nearest.of(near)
        scores = neighbours - BACKGROUND_WEIGHT * background + LINE_WEIGHT * line
        found = [
            Match(self._names[at], float(scores[at]), self._sentences[nearest[at]])
            for at in np.argsort(-scores, kind="stable")
            if neighbours[at] > NOTHING
        ]
        return Scores(found, background, dict(zip(self._names, line.tolist(), strict=True)))

    def _share(self, at: int, sentence: Embeddings) -> npt.NDArray[np.float32]:
        """What the line at `sentence` owes to one example: that much less it is without it (Sherman and Morrison
        1950, as for leave-one-out residuals)."""
        example = self._examples[at]
        owed = self._inverse @ example
        wanted = np.array([part.start <= at < part.stop for part in self._slices], np.float32)
        unexplained = wanted - example @ self._line
        share: npt.NDArray[np.float32] = (sentence @ owed) * unexplained / (1 - example @ owed)
        return share

    @cached_property
    def _inverse(self) -> npt.NDArray[np.float32]:
        """Of what the line's fit divides by (dimensions x dimensions)."""
        sentences = np.concatenate([self._examples, self._background])
        inverse: npt.NDArray[np.float32] = np.linalg.inv(
            sentences.T @ sentences + RIDGE * np.eye(sentences.shape[1], dtype=np.float32)
        )
        return inverse

    def _fit(self) -> npt.NDArray[np.float32]:
        """Weights (dimensions x topics) of the ridge regression from sentences to the topic they are of."""
        sentences = np.concatenate([self._examples, self._background])
        wanted = np.zeros((len(sentences), len(self._names)), np.float32)
        for at, part in enumerate(self._slices):
            wanted[part, at] = 1
        inner = sentences @ sentences.T + RIDGE * np.eye(len(sentences), dtype=np.float32)
        weights: npt.NDArray[np.float32] = sentences.T @ np.linalg.solve(inner, wanted)
        return weights
