"""The border to the sentence embedder: all-MiniLM-L6-v2 as an int8 ONNX graph on one thread."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from agent.engines.contract import Embeddings, Read
from agent.engines.minilm_words import layers, opened, pooling, units, words_of
from agent.engines.onnx_session import onnx_session
from agent.errors import EmbeddingError, ModelError

GRAPH = "model.int8.onnx"
TOKENIZER = "tokenizer.json"
DEFAULT = "minilm-l6"
LONGEST = 128  # tokens; a turn on the telephone is far below it


class MiniLm:
    """The loaded embedder; thread-safe, one sentence at a time inside."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        layers_of_words: tuple[str, str],
        model: str = DEFAULT,
    ) -> None:
        """`model`: its name in the manifest."""
        self.model = model
        self._session = session
        self._tokenizer = tokenizer
        self._layers = layers_of_words
        self._lock = threading.Lock()

    @classmethod
    def load(cls, directory: Path, model: str = DEFAULT) -> MiniLm:
        """Load `model` from `directory` (blocking, 0.1 s). Weights without a graph are built into one first, in a
        process of its own. Raises ModelError."""
        if not (directory / GRAPH).is_file():
            _build(directory)
        try:
            tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
            tokenizer.enable_truncation(LONGEST)
            tokenizer.no_padding()
            graph = (directory / GRAPH).read_bytes()
            of_words = layers(graph)
            with NamedTemporaryFile(suffix=".onnx") as file:
                file.write(opened(graph, *of_words))
                file.flush()
                session = onnx_session(Path(file.name))
        except Exception as error:  # tokenizers and onnxruntime raise nothing narrower
            raise ModelError(
                f"the embedder in {directory} cannot be loaded: {error}. Check it: offhook models verify"
            ) from (error)
        return cls(session, tokenizer, of_words, model)

    def embed(self, sentences: Sequence[str]) -> Embeddings:
        """Embeddings of `sentences`, float32 (n, 384), rows of unit length; 1-2 ms a short sentence. Raises
        EmbeddingError."""
        if not sentences:
            return np.zeros((0, 384), dtype=np.float32)
        try:
            with self._lock:
                return np.concatenate([self._run(self._tokenizer.encode(one))[0] for one in sentences])
        except Exception as error:  # onnxruntime raises nothing narrower
            raise EmbeddingError(f"the embedder failed on {len(sentences)} sentences: {error}") from error

    def read(self, sentences: Sequence[str]) -> list[Read]:
        """`sentences` and their words, in the same time. Raises EmbeddingError."""
        try:
            with self._lock:
                return [self._read(sentence) for sentence in sentences]
        except Exception as error:  # as above
            raise EmbeddingError(f"the embedder failed on {len(sentences)} sentences: {error}") from error

    def close(self) -> None:
        """Nothing runs in the background; what is loaded goes with the object."""

    def _read(self, sentence: str) -> Read:
        encoding = self._tokenizer.encode(sentence)
        words = words_of(sentence, encoding)
        whole, alone, context = self._run(encoding, *self._layers)
        pool = pooling(words, len(encoding.ids))
        return Read(whole[0], tuple(word for word, _ in words), units(pool @ alone[0]), units(pool @ context[0]))

    def _run(self, encoding: Encoding, *layers_of_words: str) -> list[Embeddings]:
        """One at a time: no padding to compute, and a sentence's row does not depend on the others."""
        ids = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        outputs: list[Embeddings] = self._session.run(["embedding", *layers_of_words], inputs)
        return outputs


def _build(directory: Path) -> None:
    """Build in a child process, because the weights' memory would stay with ours."""
    if not (directory / "model.safetensors").is_file():
        raise ModelError(f"{directory} holds no {GRAPH}. Fetch the model: offhook models fetch")
    built = subprocess.run(
        [sys.executable, "-m", "agent.engines.minilm_graph", str(directory), str(directory)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if built.returncode:
        reason = built.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise ModelError(f"the embedder in {directory} cannot be built: {reason[0]}")
