"""The embedder as one version of a dialplan uses it: what earlier versions had embedded is not embedded again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from agent.engines.contract import Embedder, Embeddings, Read


class Recalled:
    """Keeps what was read of the dialplan's own sentences until it is `settled`; callers' words, which come after, pass
    through and are not kept. `gap_s` lets calls have the embedder after each sentence: who waits for a lock does not
    get it from one who takes it again at once."""

    def __init__(self, embedder: Embedder, known: Mapping[str, Read], gap_s: float) -> None:
        self._embedder = embedder
        self._known = known
        self._gap_s = gap_s
        self._reads: dict[str, Read] = {}
        self._settled = False

    @property
    def model(self) -> str:
        """That of the embedder."""
        return self._embedder.model

    def embed(self, sentences: Sequence[str]) -> Embeddings:
        """As the embedder does it. Raises EmbeddingError."""
        if self._settled or not sentences:
            return self._embedder.embed(sentences)
        return np.stack([read.whole for read in self.read(sentences)])

    def read(self, sentences: Sequence[str]) -> list[Read]:
        """As the embedder does it. Raises EmbeddingError."""
        if self._settled:
            return self._embedder.read(sentences)
        for sentence in sentences:
            self._reads[sentence] = self._read(sentence)
        return [self._reads[sentence] for sentence in sentences]

    def settle(self) -> Mapping[str, Read]:
        """The dialplan is whole: its sentences as they were read."""
        reads, self._reads, self._known = self._reads, {}, {}
        self._settled = True
        return reads

    def _read(self, sentence: str) -> Read:
        known = self._known.get(sentence, self._reads.get(sentence))
        if known is not None:
            return known
        read = self._embedder.read([sentence])[0]
        time.sleep(self._gap_s)
        return read
