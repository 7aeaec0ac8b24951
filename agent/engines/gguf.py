"""Lays the language model's weights out anew, once, when it is installed: as Q8_0.

The file that can be had is Q4_1, for which llama.cpp has no fast product of matrices: eight tokens took 95 ms on one
core, as Q8_0 they take 55, and one token takes the same. The words are the same but for rounding; 47 MB more memory.
(Q4_0 and IQ4_NL are faster still, and the 135M model does not survive them: one faithful answer of six, against four.)
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import llama_cpp

from agent.engines.llama_native import complaint, keep_complaints
from agent.errors import ModelError


def requantise(directory: Path) -> None:
    """Put NAME.Q8_0.gguf in the place of the one GGUF in `directory`. Raises ModelError."""
    found = sorted(directory.glob("*.gguf"))
    if len(found) != 1:
        raise ModelError(f"{directory} must hold one GGUF, found: {', '.join(path.name for path in found) or 'none'}")
    (path,) = found
    laid_out = path.with_name(re.sub(r"(\.\w+)?\.gguf$", ".Q8_0.gguf", path.name))
    if laid_out == path:
        return
    wanted = llama_cpp.llama_model_quantize_default_params()
    wanted.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    wanted.allow_requantize = True
    wanted.nthread = 2
    keep_complaints()
    status = llama_cpp.llama_model_quantize(str(path).encode(), str(laid_out).encode(), ctypes.byref(wanted))
    if status != 0:
        laid_out.unlink(missing_ok=True)
        raise ModelError(f"llama.cpp cannot lay out {path} anew: {complaint()}. Fetch it: offhook models fetch")
    path.unlink()
