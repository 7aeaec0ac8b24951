"""A loaded ONNX graph, as all of our engines want it: on few threads, and without memory of its own.

onnxruntime's arena keeps for good what the longest run took: with it Smart Turn and Piper, taken in turns, keep 38-53
MB after a trim (`heap`), without it 10-16, in the same time. A graph that is handed over in memory is kept as well, so
it is loaded from a file.
"""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def seeded(seed: int) -> None:
    """Have what is random in graphs that are loaded from now on (a voice's noise) come out the same in every process
    that runs them alike."""
    onnxruntime.set_seed(seed)


def onnx_session(model: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """Load the file `model` (blocking) to be run on `threads` threads. Raises what onnxruntime raises."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the cores
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
