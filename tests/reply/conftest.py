"""The workshop's responder: the fake embedder for what is said when, MiniLM for what is understood."""

from __future__ import annotations

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.conversation import Conversation
from agent.reply.responder import Responder

CALLER = "5550100"


@pytest.fixture(scope="session")
def plan() -> Dialplan:
    return load(WORKSHOP)


@pytest.fixture(scope="session")
def fake_responder(plan: Dialplan) -> Responder:
    return Responder(plan, FakeEmbedder())


@pytest.fixture(scope="session")
def real_responder(plan: Dialplan) -> Responder:
    return Responder(plan, MiniLm.load(ModelStore().path("minilm-l6")))


@pytest.fixture
def conversation(fake_responder: Responder) -> Conversation:
    """A call whose greeting has been said. The fake embedder knows examples only word for word."""
    begun = fake_responder.conversation(CALLER)
    begun.greet()
    return begun
