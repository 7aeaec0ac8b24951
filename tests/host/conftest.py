"""A desk with fake engines, attached to a fake line over real sockets."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder, FakeModel, FakeRecogniser, FakeRecogniserEngine, FakeVoice
from agent.host.business import make_business
from agent.host.company import absence
from agent.host.engine_room import EngineRoom
from agent.host.kit import Kit
from agent.host.line_desk import LineDesk
from agent.listen.backchannel import Backchannels
from agent.listen.far_end import Far
from agent.live import Live
from agent.reply.responder import Responder
from agent.speak.hold import music_of
from agent.speak.library import PromptLibrary
from agent.speak.murmur import murmurs_of
from agent.speak.speaker import Speaker
from agent.tools.desk import ToolDesk
from agent.tools.fakes import ScriptedTool
from agent.turn.rules import Rules
from agent.turn.table import Table
from telephony.messages import Drop, OngoingCall, SpeechBegan
from telephony.orders import NotReached
from telephony.testing.fake_line import FakeLine
from tests.listen.likeness import numbers

Got = TypeVar("Got")
Event = TypeVar("Event", bound=Live)
PLAN = Path(__file__).parents[2] / "dialplans" / "workshop.yaml"
LIKE_SENSE = numbers("that makes sense")
PATIENCE_S = 20.0  # until what should have come is missed: a busy machine is late, and nothing else


async def eventually(met: Callable[[], Got], seconds: float = PATIENCE_S) -> Got:
    """Wait until `met` gives something, and give that."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (got := met()):
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.01)
    return got


@dataclass
class Desk:
    """What a test of sessions holds in its hands."""

    line: FakeLine
    desk: LineDesk
    recognisers: FakeRecogniserEngine
    voice: FakeVoice
    model: FakeModel
    embedder: FakeEmbedder
    library: PromptLibrary
    responder: Responder
    messages_dir: Path
    tools: Mapping[str, ScriptedTool]
    live: list[Live] = field(default_factory=list)
    orders: list[OngoingCall | NotReached] = field(default_factory=list)  # what came of them
    through: list[str] = field(default_factory=list)  # orders by which somebody was put through
    machines: list[tuple[str, Far]] = field(default_factory=list)  # orders that were answered by no person

    def of(self, kind: type[Event]) -> list[Event]:
        """The live events of a kind."""
        return [event for event in self.live if isinstance(event, kind)]

    @property
    def recogniser(self) -> FakeRecogniser:
        return self.recognisers.opened[-1]

    def id_of(self, text: str) -> str:
        return self.library.id_of(text)

    async def until(self, met: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for the line to have got something."""
        assert await asyncio.to_thread(self.line.wait, met, seconds), f"not within {seconds} s"

    async def ring(self, checkpoint: bytes = b"") -> None:
        """A call, attached and greeted."""
        await self.attached()
        self.line.ring(checkpoint=checkpoint)
        await self.until(lambda: self.line.closed(1))

    async def attached(self) -> None:
        await eventually(lambda: self.desk.attached)

    async def says(self, words: str) -> None:
        """The caller says something; the recogniser understands it."""
        self.recognisers.script.append(words)
        await asyncio.to_thread(self.line.speak)

    async def speaks_over(self, words: str, generation: int) -> None:
        """The caller's voice and `words` over what the bot says as `generation`, until that is dropped."""
        self.line.tell(SpeechBegan("call-1", self.line.now))

        def dropped() -> bool:
            # As a recogniser does it: again and again, because words may come before the line's news of a voice.
            self.recogniser.at = self.line.now
            self.recogniser.partial(words)
            return Drop("call-1", generation) in self.line.told(Drop)

        await eventually(dropped)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    plan = load(getattr(request, "param", PLAN))
    voice, model, embedder, recognisers = FakeVoice(), FakeModel(), FakeEmbedder(), FakeRecogniserEngine()
    library = PromptLibrary(tmp_path / "prompts", voice)
    await library.render(plan.stock_texts())
    responder = Responder(plan, embedder)
    tools = {tool.name: ScriptedTool([{}]) for tool in plan.tools}
    kit = Kit(
        responder=responder,
        recogniser=recognisers,
        model=model,
        speech=Speaker(library, voice, model),
        prompts=library,
        table=Table(Rules(backchannels=plan.backchannels, absence=absence(plan.far_end))),
        messages_dir=tmp_path / "messages",
        tools=ToolDesk([(tool, tools[tool.name]) for tool in plan.tools], tmp_path, lambda: datetime.now(UTC)),
        murmurs=murmurs_of(plan.phrases.backchannels, library),
        music=music_of(plan),
        judge=Backchannels(embedder, LIKE_SENSE).judge,
    )
    room = EngineRoom({"default": make_business(kit, plan, library)}, model, [])
    with tempfile.TemporaryDirectory() as run_dir:  # a socket's path is at most 107 bytes
        line = FakeLine(Path(run_dir)).start()
        live: list[Live] = []
        orders: list[OngoingCall | NotReached] = []
        through: list[str] = []
        machines: list[tuple[str, Far]] = []
        desk = LineDesk(
            Path(run_dir), 0, room, live.append, ordered=orders.append, put_through=through.append,
            no_person=lambda order, far: machines.append((order, far)),
        )  # fmt: skip
        task = asyncio.create_task(desk.run())
        yield Desk(
            line,
            desk,
            recognisers,
            voice,
            model,
            embedder,
            library,
            responder,
            tmp_path / "messages",
            tools,
            live,
            orders,
            through,
            machines,
        )
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        line.close()


@pytest.fixture
def plan_path() -> Path:
    return PLAN
