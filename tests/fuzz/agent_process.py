"""The real agent without sockets and without models: a desk, its sessions, and the engines' fakes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from agent.engines.contract import Recognised
from agent.engines.fakes import FakeEmbedder, FakeModel, FakeRecogniser, FakeRecogniserEngine
from agent.errors import EmbeddingError
from agent.host.business import Business
from agent.host.company import absence
from agent.host.engine_room import EngineRoom
from agent.host.kit import Kit
from agent.host.line_desk import LineDesk
from agent.host.presence import Presence
from agent.listen.backchannel import Backchannels, Judge
from agent.listen.interjection import Interjection, Phrase
from agent.live import Emit
from agent.reply.responder import Responder
from agent.reply.smalltalk import STOCK
from agent.speak.library import PromptLibrary
from agent.speak.speaker import Speaker, SpeechPiece
from agent.turn.rules import Rules
from agent.turn.table import Table
from tests.fuzz.cable import Cable
from tests.fuzz.line import MURMUR, TelephoneLine
from tests.fuzz.pipe import Pipe
from tests.fuzz.spelling import SpellingVoice
from tests.fuzz.virtual_loop import VirtualLoop
from tests.listen.likeness import numbers

PLAN = Path(__file__).parent / "cascade.yaml"
LIKE_SENSE = numbers("that makes sense")
SMALL_TALK = "I am well, thank you. It is a lovely day here, and I could talk about it for hours."


@dataclass(frozen=True)
class Prepared:
    """What takes long to make and never changes."""

    plan: Dialplan
    embedder: FakeEmbedder
    responder: Responder
    library: PromptLibrary


@cache
def prepared() -> Prepared:
    """The dialplan with its prompts, made once a test run."""
    plan, embedder = load(PLAN), FakeEmbedder()
    with tempfile.TemporaryDirectory() as directory:  # once rendered, they are in memory
        library = PromptLibrary(Path(directory), SpellingVoice())
        loop = VirtualLoop()
        loop.run_until_complete(library.render(plan.stock_texts()))
        loop.close()
    return Prepared(plan, embedder, Responder(plan, embedder, lambda: datetime(2026, 1, 5, 12, 0)), library)


def small_talk() -> list[str]:
    """What the caller may hear first of an answer to small talk."""
    plan = prepared().plan
    fillers = (*plan.phrases.fillers, *plan.phrases.acknowledgements, plan.hold, plan.apology)
    return [SMALL_TALK, FakeModel().default, *STOCK, *fillers]


def _murmur(text: str) -> SpeechPiece:
    """As `agent.speak.murmur` makes it, but as loud as all else: the samples are numbers of words."""
    library = prepared().library
    return SpeechPiece(f"{MURMUR}{library.id_of(text)}", library.pcm(library.id_of(text)), "")


def _judge(embedder: FakeEmbedder) -> Judge:
    """As `agent.host.overheard` has it, without a thread."""
    backchannels = Backchannels(embedder, LIKE_SENSE)

    def judge(words: Phrase) -> Interjection | None:
        try:
            return backchannels.judge(words)
        except EmbeddingError:
            return None

    return judge


class LateRecogniserEngine(FakeRecogniserEngine):
    """Its results come in order, and `delay` s late: a recogniser works on a thread of its own."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self.delay = 0.0
        self._loop = loop
        self._pipes: list[Pipe[Recognised]] = []

    def late(self, delay: float) -> None:
        self.delay = delay
        for pipe in self._pipes:
            pipe.delay = delay

    def open(self, on_result: Callable[[Recognised], None], grammar: Sequence[str] | None = None) -> FakeRecogniser:
        def take(result: Recognised) -> None:
            if not recogniser.closed:
                on_result(result)

        pipe = Pipe(self._loop, take)
        pipe.delay = self.delay
        recogniser = super().open(pipe.put, grammar)
        self._pipes.append(pipe)
        return recogniser


class AgentProcess:
    """From its start to `die`. It attaches to the line by itself, again and again."""

    def __init__(self, loop: VirtualLoop, line: TelephoneLine, messages_dir: Path, emit: Emit) -> None:
        ready = prepared()
        ready.embedder.fails = False
        self.alive = True
        self.voice = SpellingVoice()
        self.model = FakeModel({"how are you": SMALL_TALK})
        self.embedder = ready.embedder
        self.recognisers = LateRecogniserEngine(loop)
        self.presence = Presence()
        self.cables: list[Cable] = []
        self._line = line
        self._emit = emit
        kit = Kit(
            responder=ready.responder,
            recogniser=self.recognisers,
            model=self.model,
            speech=Speaker(ready.library, self.voice, self.model),
            prompts=ready.library,
            table=Table(Rules(backchannels=ready.plan.backchannels, absence=absence(ready.plan.far_end))),
            messages_dir=messages_dir,
            log_transcripts=True,
            presence=self.presence,
            judge=_judge(self.embedder),
            murmurs={text: _murmur(text) for text in ready.plan.phrases.backchannels},
        )
        hold = ready.library.id_of(ready.plan.hold)
        business = Business(
            kit=kit,
            library=ready.library,
            texts=tuple(ready.plan.stock_texts()),
            apology_id=ready.library.id_of(ready.plan.apology),
            hold_id=f"hold-{hold}",
            hold=ready.library.pcm(hold),
        )
        room = EngineRoom({"default": business}, self.model, [])
        self.desk = LineDesk(Path(), 0, room, self._told, connect=lambda run_dir, number: self._attach())
        self.task = loop.create_task(self.desk.run(), name="desk")

    @property
    def recogniser(self) -> FakeRecogniser | None:
        """The latest, if it is open."""
        opened = self.recognisers.opened
        return opened[-1] if opened and not opened[-1].closed else None

    def hang(self) -> None:
        """Voice and model answer nobody."""
        self.voice.hangs, self.model.hangs_after = True, 2
        self.voice.release.clear()
        self.model.release.clear()

    def fail(self) -> None:
        """Whatever is asked of an engine fails."""
        self.voice.fails = self.embedder.fails = self.model.odds_fail = self.recognisers.fails = True
        self.model.fails_after = 3

    def recover(self) -> None:
        """All engines work."""
        self.voice.fails = self.embedder.fails = self.model.odds_fail = self.recognisers.fails = False
        self.voice.hangs, self.model.hangs_after, self.model.fails_after = False, None, None
        self.voice.takes = SpellingVoice.takes
        self.voice.release.set()
        self.model.release.set()

    def break_link(self) -> None:
        """The sockets break, the process lives."""
        for cable in self.cables:
            cable.close()

    def die(self, lose: bool) -> None:
        """As if it was killed: from now on it has no effect on anybody. Its tasks end when the loop runs again."""
        self.alive = False
        for cable in self.cables:
            cable.cut(lose)
        self.task.cancel()

    def _attach(self) -> Cable:
        self.cables = [self._line.attach()]
        return self.cables[0]

    def _told(self, event: object) -> None:
        if self.alive:
            self._emit(event)  # type: ignore[arg-type]
