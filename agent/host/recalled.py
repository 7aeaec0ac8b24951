"""The embedder as one version of a dialplan uses it: what earlier versions had embedded is not embedded again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from agent.engines.contract import Embedder, Embeddings


class Recalled:
    """Keeps the rows of the dialplan's own sentences until it is `settled`; callers' words, which come after, pass
    through and are not kept. `gap_s` lets calls have the embedder after each sentence: who waits for a lock does not
    get it from one who takes it again at once."""

    def __init__(self, embedder: Embedder, known: Mapping[str, Embeddings], gap_s: float) -> None:
        self._embedder = embedder
        self._known = known
        self._gap_s = gap_s
        self._rows: dict[str, Embeddings] = {}
        self._settled = False

    def embed(self, sentences: Sequence[str]) -> Embeddings:
        """As the embedder does it. Raises EmbeddingError."""
        if self._settled:
            return self._embedder.embed(sentences)
        for sentence in sentences:
            self._rows[sentence] = self._row(sentence)
        return np.stack([self._rows[sentence] for sentence in sentences])

    def settle(self) -> Mapping[str, Embeddings]:
        """The dialplan is whole: the rows of its sentences."""
        rows, self._rows, self._known = self._rows, {}, {}
        self._settled = True
        return rows

    def _row(self, sentence: str) -> Embeddings:
        known = self._known.get(sentence, self._rows.get(sentence))
        if known is not None:
            return known
        row: Embeddings = self._embedder.embed([sentence])[0]
        time.sleep(self._gap_s)
        return row
