"""The embedder while a dialplan is loaded: what is wanted of a sentence twice is computed once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.engines.contract import Embedder, Embeddings, Read


class Once:
    """Keeps what was read; to be forgotten when the dialplan is loaded."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._reads: dict[str, Read] = {}

    @property
    def model(self) -> str:
        """That of the embedder."""
        return self._embedder.model

    def embed(self, sentences: Sequence[str]) -> Embeddings:
        """As the embedder does it. Raises EmbeddingError."""
        return np.stack([read.whole for read in self.read(sentences)])

    def read(self, sentences: Sequence[str]) -> list[Read]:
        """As the embedder does it. Raises EmbeddingError."""
        new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in self._reads]
        self._reads.update(zip(new, self._embedder.read(new), strict=True))
        return [self._reads[sentence] for sentence in sentences]
