"""The endpointer with the language model that ships, on what callers say."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agent.engines.llama import LlamaModel
from agent.listen.endpointer import SemanticEndpointer
from agent.listen.evidence import Evidence
from agent.models.store import ModelStore
from agent.reply.reply import Awaited, Expectation
from telephony.audio import samples

HELP = Expectation(question="How can I help you?")
RIGHT = Expectation(Awaited.YES_NO, question="Is that right?")
NUMBER = Expectation(Awaited.DIGITS, question="What number can we call you back on?")
AT_ONCE, STILL_WAITING = samples(0.2), samples(1.2)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def language_model() -> AsyncIterator[LlamaModel]:
    model = LlamaModel.load(ModelStore().path("smollm2-135m"), sequences=1)
    yield model
    model.close()


async def wait(model: LlamaModel, said: str, expects: Expectation) -> int:
    """Silence in samples until the turn is over."""
    odds = await model.odds("call", expects.question, said)
    return SemanticEndpointer().patience(Evidence(said, expects, flushed=True, odds=odds))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("said", "expects"),
    [
        ("does that make sense", HELP),
        ("hello are you there", HELP),
        ("i have a problem with my bike", HELP),
        ("i'd like to book a table for four people tomorrow", HELP),
        ("thank you very much", HELP),
        ("yes", RIGHT),
        ("no", RIGHT),
        ("two oh two five five five oh one three nine", NUMBER),
    ],
)
async def test_a_finished_thought_is_taken_at_once(language_model: LlamaModel, said: str, expects: Expectation) -> None:
    assert await wait(language_model, said, expects) <= AT_ONCE


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("said", "expects"),
    [
        ("okay and what about the", HELP),
        ("so what about the pricing and", HELP),
        ("so what about the pricing", HELP),
        ("my number is five five five", HELP),
        ("five five five oh one", NUMBER),
        ("um", HELP),
        ("so", HELP),
        ("let me see", HELP),
        ("i would like to cancel my order because", HELP),
        ("can you tell me when the", HELP),
        ("yes but", RIGHT),
    ],
)
async def test_an_unfinished_one_is_waited_for(language_model: LlamaModel, said: str, expects: Expectation) -> None:
    assert await wait(language_model, said, expects) >= STILL_WAITING
