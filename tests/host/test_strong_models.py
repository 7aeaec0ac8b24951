"""Strong models are leased by versions of dialplans: there once, given back by the last, and missed by nobody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.dialplan.models import Strong
from agent.engines.fakes import FakeModel
from agent.errors import LanguageModelError, ModelError
from agent.host.steps import Steps
from agent.host.strong_models import Lent, StrongModels, opener
from agent.live import Fault, Live
from agent.models.store import ModelStore
from agent.reply.reply import ModelPart
from agent.reply.tier import Tier
from agent.speak.strong import StrongModel
from agent.tools.breaker import FAILURES
from tests.host.conftest import eventually

FAR = Strong(url="https://models.example.com/v1", name="large")
FACT = "Dogs are welcome."
PART = ModelPart("Answer.", "can i bring my dog", FACT, 80, FACT, Tier.STRONG)


class Writer(FakeModel):
    def __init__(self) -> None:
        super().__init__(default="Dogs are welcome.")
        self.closed = False
        self.reads = True

    async def prepare(self, system: str) -> None:
        if not self.reads:
            raise LanguageModelError("scripted failure")
        await super().prepare(system)

    def close(self) -> None:
        self.closed = True


@dataclass
class Opened:
    writers: list[Writer] = field(default_factory=list)
    live: list[Live] = field(default_factory=list)
    fails: bool = False
    reads: bool = True
    steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self.steps = Steps(self.live.append)

    def open(self, settings: Strong) -> Lent:
        if self.fails:
            raise ModelError("scripted failure")
        self.writers.append(Writer())
        self.writers[-1].reads = self.reads
        return self.writers[-1]

    def models(self) -> StrongModels:
        return StrongModels(self.open, self.steps, lambda: 0.0)


@pytest.fixture
def opened() -> Opened:
    return Opened()


async def leased(models: StrongModels, dialplan: str, settings: Strong) -> StrongModel:
    model = await models.lease(dialplan, settings)
    assert model is not None
    return model


async def said(model: StrongModel, call: str = "call-1") -> list[str]:
    return [sentence async for sentence in model.sentences(PART, call)]


async def test_who_names_none_has_none(opened: Opened) -> None:
    assert await opened.models().lease("salon", None) is None
    assert opened.writers == []


async def test_versions_that_name_the_same_share_it_with_its_breaker_and_its_count(opened: Opened) -> None:
    models = opened.models()
    before = await leased(models, "salon", FAR)
    after = await leased(models, "salon", FAR.model_copy(update={"an_hour": FAILURES + 1}))
    other = await leased(models, "workshop", FAR)
    (writer,) = opened.writers
    await said(before)
    writer.fails_after = 0
    for number in range(FAILURES):
        await said(before, f"call-{number}")
    assert (after.standing().rests, after.standing().asked) == (True, FAILURES + 1)
    assert (other.standing().rests, other.standing().asked) == (True, 0)


async def test_the_last_gives_it_back(opened: Opened) -> None:
    models = opened.models()
    before, after = await leased(models, "salon", FAR), await leased(models, "salon", FAR)
    await before.close()
    assert await said(after) == [FACT]
    await after.close()
    await eventually(lambda: opened.writers[0].closed)


async def test_another_model_is_another_and_calls_that_run_keep_theirs(opened: Opened) -> None:
    models = opened.models()
    before = await leased(models, "salon", FAR)
    after = await leased(models, "salon", FAR.model_copy(update={"name": "larger"}))
    first, second = opened.writers
    first.default, second.default = "Your dogs are welcome.", "Our dogs are welcome."
    assert (await said(before), await said(after)) == (["Your dogs are welcome."], ["Our dogs are welcome."])


async def test_one_that_cannot_be_loaded_is_told_and_missed_by_nobody(opened: Opened) -> None:
    opened.fails = True
    assert await opened.models().lease("salon", Strong(gguf="large")) is None
    faults = [event.text for event in opened.live if isinstance(event, Fault)]
    assert faults == ["salon has no strong model, its answers are said as written: scripted failure"]


async def test_a_gguf_knows_its_instruction_before_the_first_question(opened: Opened) -> None:
    assert await opened.models().lease("salon", Strong(gguf="large")) is not None
    assert len(opened.writers[0].prepared) == 1


@pytest.mark.parametrize(("gguf", "why"), [("~/nowhere/large.gguf", "there is no file"), ("large", "large")])
async def test_a_gguf_that_is_not_there_is_a_model_error(tmp_path: Path, gguf: str, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        await asyncio.to_thread(opener(ModelStore(tmp_path)), Strong(gguf=gguf))


async def test_one_that_cannot_read_its_instruction_is_freed(opened: Opened) -> None:
    opened.reads = False
    assert await opened.models().lease("salon", Strong(gguf="large")) is None
    await eventually(lambda: opened.writers[0].closed)
    assert opened.steps.engines == []


async def test_a_gguf_that_is_given_back_is_kept_by_nobody(opened: Opened) -> None:
    model = await leased(opened.models(), "salon", Strong(gguf="large"))
    assert opened.steps.engines == opened.writers
    await model.close()
    await eventually(lambda: opened.writers[0].closed)
    assert opened.steps.engines == []


@pytest.mark.parametrize("gguf", ["/" + 300 * "x" + ".gguf", "~/large.gguf"])
async def test_a_gguf_that_the_system_refuses_is_missed_by_nobody(
    tmp_path: Path, gguf: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "~")  # nobody's
    models = StrongModels(opener(ModelStore(tmp_path)), opened.steps, lambda: 0.0)
    assert await models.lease("salon", Strong(gguf=gguf)) is None
    (fault,) = [event.text for event in opened.live if isinstance(event, Fault)]
    assert "cannot be reached" in fault
