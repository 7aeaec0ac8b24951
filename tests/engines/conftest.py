"""The real engines, each loaded once for the session. A model that is not installed fails the test and says how to
install it; `make test` does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.engines.llama import LlamaModel
from agent.engines.minilm import MiniLm
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.models.store import ModelStore


@pytest.fixture(scope="session")
def models() -> ModelStore:
    return ModelStore()


@pytest.fixture(scope="session")
def recognisers(models: ModelStore) -> Iterator[VoskEngine]:
    engine = VoskEngine.load(models.path("vosk-small-en-us"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def voice(models: ModelStore) -> Iterator[PiperEngine]:
    engine = PiperEngine.load(models.path("piper-en-us-joe"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def embedder(models: ModelStore) -> MiniLm:
    return MiniLm.load(models.path("minilm-l6"))


@pytest.fixture
def language_model(models: ModelStore) -> Iterator[LlamaModel]:
    """A model of its own for each test, because what it keeps is what is tested."""
    model = LlamaModel.load(models.path("smollm2-135m"), sequences=3, cells=512)
    yield model
    model.close()
