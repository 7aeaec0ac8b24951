"""What MiniLM knows of single words: two layers of its graph, which is made for whole sentences, are opened as it is
loaded, and the pieces that its tokenizer cuts a word into are put together again.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

_NORM = re.compile(rb"LayerNormalization_(\d+)")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]+)*")
_MODEL_GRAPH, _GRAPH_OUTPUT, _NAME = b"\x3a", b"\x62", b"\x0a"  # protobuf tags of onnx.proto

Floats = npt.NDArray[np.float32]


def layers(graph: bytes) -> tuple[str, str]:
    """The tensors that hold the tokens by themselves (the embeddings' norm) and in their context (the last layer's).
    Raises ValueError where the graph is not one that `minilm_graph` draws."""
    numbers = sorted({int(number) for number in _NORM.findall(graph)})
    if len(numbers) < 2:
        raise ValueError("it has no layers that tell of words")
    return f"LayerNormalization_{numbers[0]}", f"LayerNormalization_{numbers[-1]}"


def opened(graph: bytes, *tensors: str) -> bytes:
    """The graph with `tensors` among its outputs. What is appended to a protobuf message is merged into it, so the
    installed file stays as its receipt has it, and nothing needs the `onnx` package."""
    return graph + b"".join(
        _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, _field(_NAME, name.encode()))) for name in tensors
    )


def words_of(sentence: str, encoding: Encoding) -> list[tuple[str, list[int]]]:
    """The words, in lower case, each with the tokens that it is of; none that was cut off at the end."""
    tokens = [(at, *span) for at, span in enumerate(encoding.offsets) if span[0] < span[1]]
    spans = [(word.group().lower().replace("’", "'"), *word.span()) for word in _WORD.finditer(sentence)]
    found = [(word, [at for at, begin, end in tokens if start <= begin and end <= stop]) for word, start, stop in spans]
    return [(word, of) for word, of in found if of]


def pooling(words: list[tuple[str, list[int]]], tokens: int) -> Floats:
    """The matrix (words, tokens) that takes the mean of each word's tokens."""
    matrix = np.zeros((len(words), tokens), np.float32)
    for row, (_, of) in enumerate(words):
        matrix[row, of] = 1 / len(of)
    return matrix


def units(rows: Floats) -> Floats:
    """Rows of unit length."""
    found: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def _field(tag: bytes, content: bytes) -> bytes:
    return tag + bytes([len(content)]) + content
