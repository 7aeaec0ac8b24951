"""Opens a layer of Smart Turn's graph, once, when the model is installed.

What its classifier gets, an attention-weighted mean of the encoder over 8 s, says more about the ends of telephone
turns than what it makes of it: our own regression reads it (`agent/listen/prosody.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import onnx

from agent.errors import ModelError

GRAPH = "smart-turn-v3.2-cpu.onnx"
POOLED = "sum_1"  # float32 (1, 384)


def open_layer(directory: Path) -> None:
    """Make `POOLED` an output of the graph in `directory`, in place. Raises ModelError."""
    path = directory / GRAPH
    try:
        model = onnx.load(str(path))
        if all(output.name != POOLED for output in model.graph.output):
            if all(POOLED not in node.output for node in model.graph.node):
                raise ValueError(f"it has no layer {POOLED}")
            model.graph.output.append(onnx.ValueInfoProto(name=POOLED))
        beside = path.with_suffix(".new")
        onnx.save(model, str(beside))
        os.replace(beside, path)
    except Exception as error:  # onnx and protobuf raise nothing narrower
        raise ModelError(f"the turn model {path} cannot be used: {error}. Fetch it: offhook models fetch") from error
