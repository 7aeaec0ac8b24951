"""llama.cpp's low-level API, as narrow as we need it: one model, one context, decode, roll back, copy.

Not thread-safe: one thread calls it. Foreign errors become ours here, and llama.cpp's chatter on stderr is kept back;
its last error line goes into the message of ours.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
import numpy.typing as npt

from agent.engines.llama_template import Segment
from agent.errors import ContextFull, LanguageModelError, ModelError

MAGIC = b"GGUF"
BATCH = 32  # tokens a llama_decode: between two of them other work can go first
_ERROR_LEVEL = 4
_NO_SLOT = 1

_complaints: deque[str] = deque(maxlen=4)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]  # llama_cpp has no types
def _keep_complaint(level: int, text: bytes, _data: object) -> None:
    if level == _ERROR_LEVEL and (line := text.decode("utf-8", "replace").strip()):
        _complaints.append(line)


class LlamaContext:
    """A loaded GGUF and its context with `sequences` sequences over `cells` shared KV cells."""

    def __init__(self, path: Path, threads: int, sequences: int, cells: int) -> None:
        """Load (blocking, 0.3 s for 100 MB). Raises ModelError."""
        _check_file(path)
        keep_complaints()
        llama_cpp.llama_backend_init()
        self._model: Any = llama_cpp.llama_model_load_from_file(
            str(path).encode(), llama_cpp.llama_model_default_params()
        )
        if not self._model:
            raise ModelError(f"llama.cpp cannot load {path}: {complaint()}. Check it: offhook models verify")
        self.cells = cells
        self.sequences = sequences
        self._context: Any = llama_cpp.llama_init_from_model(self._model, self._parameters(threads))
        if not self._context:
            llama_cpp.llama_model_free(self._model)
            raise ModelError(f"llama.cpp has no memory for a context of {cells} tokens with {path}: {complaint()}")
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)
        self.vocabulary: int = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self.enders: tuple[int, ...] = tuple(token for token in range(self.vocabulary) if self.ends(token))
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        self._threads = threads

    def _parameters(self, threads: int) -> Any:
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = self.cells
        parameters.n_batch = parameters.n_ubatch = max(BATCH, self.sequences)  # it aborts with less
        parameters.n_seq_max = self.sequences
        parameters.kv_unified = True  # so that a copied prefix costs no cells
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        return parameters

    def close(self) -> None:
        """Free everything; the object is dead afterwards."""
        if self._context:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
            llama_cpp.llama_model_free(self._model)
            self._context = self._model = None

    def use(self, threads: int) -> None:
        """Decode with so many threads from now on."""
        if threads != self._threads:
            self._threads = threads
            llama_cpp.llama_set_n_threads(self._context, threads, threads)

    def meta(self, key: str) -> str:
        """A string of the GGUF's metadata, "" where it has none."""
        buffer = ctypes.create_string_buffer(1 << 16)
        length = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length >= 0 else ""

    def tokens(self, segments: Sequence[Segment]) -> list[int]:
        """Token ids of a prompt; only in markup do special tokens count."""
        ids: list[int] = []
        for segment in segments:
            text = segment.text.encode()
            if not text:
                continue
            found = (llama_cpp.llama_token * (len(text) + 8))()
            count = llama_cpp.llama_tokenize(self._vocab, text, len(text), found, len(found), False, segment.markup)
            if count < 0:
                raise LanguageModelError(f"llama.cpp cannot tokenise a text of {len(text)} bytes")
            ids += found[:count]
        return ids

    def piece(self, token: int) -> bytes:
        """The bytes of a token, possibly a part of a character; b"" for special tokens."""
        buffer = ctypes.create_string_buffer(256)
        length = llama_cpp.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, False)
        return buffer.raw[: max(0, length)]

    def ends(self, token: int) -> bool:
        """Whether the model ends its turn with this token."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    def decode(self, sequence: int, position: int, tokens: Sequence[int]) -> None:
        """Append at most BATCH tokens to `sequence` at `position`; `logits` then speaks of what follows the last.

        Raises ContextFull when no cell is free, LanguageModelError otherwise; nothing is appended then.
        """
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position + index
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = index == len(tokens) - 1
        status = llama_cpp.llama_decode(self._context, batch)
        if status == 0:
            return
        self.cut(sequence, position)
        if status == _NO_SLOT:
            raise ContextFull(f"no room for {len(tokens)} more tokens in a context of {self.cells}")
        raise LanguageModelError(f"llama_decode gave {status}: {complaint()}")

    def logits(self) -> npt.NDArray[np.float32]:
        """Logits after the last decoded token, shape (vocabulary,); a view that the next decode overwrites."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, -1)
        if not pointer:
            raise LanguageModelError("llama.cpp gave no logits")
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary,))

    def cut(self, sequence: int, length: int) -> None:
        """Roll `sequence` back to its first `length` tokens."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1)

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the empty `target` begin with the first `length` tokens of `source`; takes no cells."""
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)


def _check_file(path: Path) -> None:
    """Refuse what is no GGUF before llama.cpp sees it."""
    try:
        with path.open("rb") as file:
            head = file.read(24)
    except OSError as error:
        raise ModelError(
            f"the model file {path} cannot be read: {error.strerror}. Fetch it: offhook models fetch"
        ) from (error)
    if len(head) < 24 or head[:4] != MAGIC or not 2 <= int.from_bytes(head[4:8], "little") <= 3:
        raise ModelError(f"{path} is not a GGUF file (version 2 or 3). Fetch it anew: offhook models fetch")


def keep_complaints() -> None:
    """From now on llama.cpp says nothing on stderr; its errors are kept for `complaint`."""
    llama_cpp.llama_log_set(_keep_complaint, ctypes.c_void_p(0))
    _complaints.clear()


def complaint() -> str:
    """The last error that llama.cpp told."""
    return _complaints[-1] if _complaints else "no reason given"
