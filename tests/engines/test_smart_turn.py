from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.smart_turn import SmartTurn
from agent.errors import ModelError


def test_a_file_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "turn.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError, match="offhook models verify"):
        SmartTurn.load(path)
    with pytest.raises(ModelError, match="offhook models verify"):
        SmartTurn.load(tmp_path / "missing.onnx")
