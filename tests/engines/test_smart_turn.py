from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.engines import heap
from agent.engines.smart_turn import SmartTurn
from agent.engines.smart_turn_graph import GRAPH, open_layer
from agent.errors import EndpointError, ModelError
from agent.models.store import ModelStore


def test_a_file_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "turn.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match="offhook models fetch"):
        SmartTurn.load(path)
    with pytest.raises(ModelError, match="offhook models fetch"):
        SmartTurn.load(tmp_path / "missing.onnx")
    (tmp_path / GRAPH).write_bytes(b"no model")
    with pytest.raises(ModelError, match="offhook models fetch"):
        open_layer(tmp_path)


async def test_any_sound_has_a_verdict_and_a_closed_model_says_so(models: ModelStore) -> None:
    model = SmartTurn.load(models.path("smart-turn"))
    for pcm in (b"", bytes(3200), b"\x00\x40" * 200_000):
        listened = await model.listen(pcm)
        assert 0 <= listened.over <= 1
        assert listened.pooled.shape == (384,)
    model.close()
    with pytest.raises(EndpointError, match="closed"):
        await model.listen(bytes(3200))


def test_what_a_question_takes_is_given_back(models: ModelStore) -> None:
    model = SmartTurn.load(models.path("smart-turn"))
    noise = np.random.default_rng(1).normal(0, 2000, 8 * 16_000).astype(np.int16).tobytes()
    heap.trim()
    before = resident_mb()
    model.judge(noise)
    heap.trim()
    assert resident_mb() - before < 10  # of the 20 that an arena would keep
    model.close()


def resident_mb() -> float:
    """Of this process."""
    (kept,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)
    return int(kept) / 1024
