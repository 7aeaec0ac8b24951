"""The language model's weights, laid out anew at its installation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from agent.engines.gguf import requantise
from agent.engines.llama_native import LlamaContext
from agent.errors import ModelError
from agent.models.store import ModelStore


def test_a_model_that_is_installed_has_the_quick_layout_and_stays_as_it_is(models: ModelStore, tmp_path: Path) -> None:
    installed = models.path("smollm2-135m")
    assert installed.name.endswith(".Q8_0.gguf")
    shutil.copy(installed, tmp_path)
    requantise(tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == installed.read_bytes()


def test_another_layout_takes_its_place(models: ModelStore, tmp_path: Path) -> None:
    shutil.copy(models.path("smollm2-135m"), tmp_path / "small.gguf")
    requantise(tmp_path)
    (laid_out,) = tmp_path.iterdir()
    assert laid_out.name == "small.Q8_0.gguf"
    LlamaContext(laid_out, 1, 1, 64).close()


@pytest.mark.parametrize("files", [[], ["one.gguf", "two.gguf"], ["broken.gguf"]])
def test_what_is_no_model_is_refused_and_left(files: list[str], tmp_path: Path) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"GGUF but not really")
    with pytest.raises(ModelError):
        requantise(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
