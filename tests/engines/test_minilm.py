"""The graph that we draw against BERT written out in numpy, before and after quantisation."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from agent.engines.minilm import MiniLm
from agent.engines.minilm_graph import GRAPH, TOKENIZER, Drawing, build
from agent.errors import EmbeddingError, ModelError
from agent.models.store import ModelStore

Array = npt.NDArray[np.float64]
CONFIG = {"hidden_size": 384, "num_attention_heads": 12, "num_hidden_layers": 2, "layer_norm_eps": 1e-12}
WORDS = ["[PAD]", "[UNK]", "when", "do", "you", "open", "what", "how", "much", "is", "a", "repair"]


def weights() -> dict[str, npt.NDArray[np.float32]]:
    """Random weights in MiniLM's shapes, of a small vocabulary and two layers."""
    random, inner, hidden = np.random.default_rng(3), 1536, 384
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), hidden),
        "embeddings.position_embeddings.weight": (512, hidden),
        "embeddings.token_type_embeddings.weight": (2, hidden),
    }
    for layer in range(2):
        name = f"encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}{part}.weight": (hidden, hidden), f"{name}{part}.bias": (hidden,)}
        shapes |= {f"{name}intermediate.dense.weight": (inner, hidden), f"{name}intermediate.dense.bias": (inner,)}
        shapes |= {f"{name}output.dense.weight": (hidden, inner), f"{name}output.dense.bias": (hidden,)}
    made = {name: random.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()}
    norms = ["embeddings.LayerNorm"]
    norms += [f"encoder.layer.{n}.{part}.LayerNorm" for n in range(2) for part in ("attention.output", "output")]
    for norm in norms:
        made[f"{norm}.weight"] = random.normal(1, 0.1, hidden).astype(np.float32)
        made[f"{norm}.bias"] = random.normal(0, 0.1, hidden).astype(np.float32)
    return made


def reference(w: dict[str, npt.NDArray[np.float32]], ids: list[int]) -> Array:
    """One sentence through BERT, mean over its tokens, unit length; float64."""

    def dense(x: Array, name: str) -> Array:
        return x @ w[f"{name}.weight"].T.astype(np.float64) + w[f"{name}.bias"]

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * w[f"{name}.weight"] + w[f"{name}.bias"]

    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x.astype(np.float64) + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(2):
        name = f"encoder.layer.{layer}."
        heads = []
        query, key, value = (dense(x, f"{name}attention.self.{part}") for part in ("query", "key", "value"))
        for head in range(12):
            part = slice(head * 32, head * 32 + 32)
            scores = np.exp(query[:, part] @ key[:, part].T / math.sqrt(32))
            heads.append(scores / scores.sum(-1, keepdims=True) @ value[:, part])
        x = norm(
            dense(np.concatenate(heads, -1), f"{name}attention.output.dense") + x, f"{name}attention.output.LayerNorm"
        )
        inner = dense(x, f"{name}intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = norm(dense(inner, f"{name}output.dense") + x, f"{name}output.LayerNorm")
    mean = x.mean(0)
    unit: Array = mean / np.linalg.norm(mean)
    return unit


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("minilm")
    save_file(weights(), directory / "model.safetensors")
    (directory / "config.json").write_text(json.dumps(CONFIG))
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(directory / TOKENIZER))
    return directory


def test_the_exact_graph_is_bert_and_padding_changes_nothing() -> None:
    w = weights()
    session = onnxruntime.InferenceSession(Drawing(CONFIG, w, exact=True).model().SerializeToString())
    long, short = [2, 3, 4, 5, 6, 7], [8, 9]
    ids = np.array([long, [*short, 0, 0, 0, 0]], dtype=np.int64)
    mask = np.array([[1] * 6, [1, 1, 0, 0, 0, 0]], dtype=np.int64)
    (found,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
    np.testing.assert_allclose(found, [reference(w, long), reference(w, short)], atol=2e-5)


def test_the_built_model_agrees_with_the_reference(source: Path, tmp_path: Path) -> None:
    build(source, tmp_path / "built")
    assert sorted(path.name for path in (tmp_path / "built").iterdir()) == sorted([GRAPH, TOKENIZER])
    found = MiniLm.load(tmp_path / "built").embed(["when do you open", "how much is a repair"])
    exact = [
        reference(weights(), [WORDS.index(word) for word in text.split()])
        for text in ("when do you open", "how much is a repair")
    ]
    assert np.sum(found * np.array(exact), axis=1).min() >= 0.998
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_weights_that_cannot_be_used_are_one_clear_error(source: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text(json.dumps(CONFIG))
    (broken / "model.safetensors").write_bytes((source / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(ModelError, match="offhook models fetch"):
        build(broken, tmp_path / "built")
    with pytest.raises(ModelError, match="offhook models fetch"):
        MiniLm.load(tmp_path)
    with pytest.raises(ModelError, match="cannot be built"):
        MiniLm.load(broken)


def test_an_embedder_goes_by_the_name_it_was_loaded_by(models: ModelStore) -> None:
    directory = models.path("minilm-l6")
    assert MiniLm.load(directory).model == "minilm-l6"
    assert MiniLm.load(directory, "my-minilm-l12").model == "my-minilm-l12"


def test_the_installed_model_knows_what_means_the_same(embedder: MiniLm) -> None:
    rows = embedder.embed(["when do you open", "what are your opening hours", "how much is a repair", ""])
    near = rows @ rows.T
    assert rows.shape == (4, 384)
    assert near[0, 1] > 0.6
    assert near[0, 2] < 0.3


def test_a_row_does_not_depend_on_the_others(embedder: MiniLm) -> None:
    texts = [f"sentence number {n} about {'bicycles ' * (n % 5)}" for n in range(20)]
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    np.testing.assert_array_equal(embedder.embed(texts), alone)
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.embed(["word " * 5000]).shape == (1, 384)


def test_what_is_no_text_is_an_embedding_error(embedder: MiniLm) -> None:
    with pytest.raises(EmbeddingError):
        embedder.embed([None])  # type: ignore[list-item]
