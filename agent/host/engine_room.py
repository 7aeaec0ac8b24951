"""What all calls share: the engines, and for each dialplan its answers and its rendered prompts.

Loading runs on threads side by side; each step is told as a live event. A language model or a turn model that is
missing or broken does not stop the agent: small talk then gets the stock answers, and turns are told by their words
alone. The other models do, because a bot that cannot hear or speak is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import msgspec
import structlog

from agent.dialplan.load import load_all
from agent.dialplan.schema import Dialplan
from agent.engines.contract import LanguageModel, Priority, RecogniserEngine, TurnModel, Urgency
from agent.errors import LanguageModelError, ModelError
from agent.host.company import absence
from agent.host.config import HostConfig
from agent.host.kit import Kit
from agent.host.overheard import Overheard
from agent.host.presence import Presence
from agent.listen.backchannel import Backchannels
from agent.listen.endpointer import SemanticEndpointer, SilenceEndpointer
from agent.listen.ends import Ends
from agent.listen.misheard import Misheard
from agent.listen.short_answer import ShortAnswers
from agent.listen.spotted import Spotter
from agent.live import Emit, Fault, Loading
from agent.models.store import ModelStore
from agent.reply.fence import Fence
from agent.reply.responder import Responder
from agent.speak.hold import hold_pcm
from agent.speak.library import PromptLibrary
from agent.speak.murmur import murmurs_of
from agent.speak.speaker import Speaker
from agent.turn.rules import Rules
from agent.turn.table import Table
from telephony.audio import SAMPLE_RATE

log = structlog.get_logger()
WARM_UP = 30 * SAMPLE_RATE * 2  # bytes of speech that a recogniser hears before a call
Loaded = TypeVar("Loaded")


class Sound(msgspec.Struct, frozen=True):
    """Stock audio for the line's memory."""

    id: str
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Business:
    """One dialplan, ready to answer."""

    kit: Kit
    library: PromptLibrary
    texts: tuple[str, ...]
    apology_id: str
    hold_id: str
    hold: bytes


class NoModel:
    """Stands in for a language model that is not there: every reply falls back to its stock answer."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority | Urgency
    ) -> AsyncIterator[str]:
        raise LanguageModelError(self._reason)
        yield ""

    async def prepare(self, system: str) -> None:
        """Nothing to compute."""

    async def odds(self, call: str, question: str, said: str) -> float:
        raise LanguageModelError(self._reason)

    async def expect(self, call: str, question: str, said: str) -> None:
        """Nothing to read ahead."""

    async def forget(self, call: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing to free."""


class EngineRoom:
    """Loaded and ready; `open` makes it."""

    def __init__(self, businesses: Mapping[str, Business], model: LanguageModel, engines: Sequence[Any]) -> None:
        self.businesses = businesses
        self._model = model
        self._engines = engines
        self._forgetting: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, config: HostConfig, emit: Emit) -> EngineRoom:
        """Load everything that `config` names. Raises ModelError, DialplanError, VoiceError or EmbeddingError."""
        return await _Opening(config, emit).open()

    def kit(self, dialplan: str) -> Kit | None:
        """What a session of the dialplan needs; None when there is no such dialplan."""
        business = self.businesses.get(dialplan)
        return business.kit if business else None

    def stock(self) -> Iterator[Sound]:
        """All the audio that a line keeps, each id once."""
        seen: set[str] = set()
        for business in self.businesses.values():
            yield Sound(business.hold_id, business.hold)
            yield from (Sound(piece.stock, piece.pcm) for piece in business.kit.murmurs.values())
            for text in business.texts:
                sound = business.library.id_of(text)
                if sound not in seen:
                    seen.add(sound)
                    yield Sound(sound, business.library.pcm(sound))

    def forget(self, call: str) -> None:
        """A call is over: free what the model keeps for it."""
        task = asyncio.ensure_future(self._model.forget(call))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    def close(self) -> None:
        """Free the engines; blocking."""
        for engine in self._engines:
            engine.close()


class _Opening:
    """The steps of loading, with their progress."""

    def __init__(self, config: HostConfig, emit: Emit) -> None:
        self._config = config
        self._emit = emit
        self._store = ModelStore(config.models_dir)
        self._engines: list[Any] = []

    async def open(self) -> EngineRoom:
        config = self._config
        plans = dict(zip(config.dialplans, load_all(list(config.dialplans.values())), strict=True))
        voices_wanted = sorted({plan.voice for plan in plans.values()})
        recogniser, model, turn_model, embedder, *voices = await asyncio.gather(
            self._load("recogniser", self._recogniser),
            self._load("language model", self._model),
            self._load("turn model", self._turn_model),
            self._load("embeddings", self._embedder),
            *(self._load(f"voice {name}", partial(self._voice, name)) for name in voices_wanted),
        )
        libraries = {
            name: PromptLibrary(config.prompts_dir, voice) for name, voice in zip(voices_wanted, voices, strict=True)
        }
        endpointer = SilenceEndpointer() if isinstance(model, NoModel) else SemanticEndpointer()
        judge = Overheard(Backchannels(embedder).judge)
        self._engines.append(judge)
        answers = ShortAnswers(recogniser.phrases)
        businesses = {}
        presence = Presence()
        for name, plan in plans.items():
            responder = await self._load(f"dialplan {name}", partial(Responder, plan, embedder))
            library = libraries[plan.voice]
            for prompt in responder.prompts:
                await model.prepare(prompt)
            await self._render(name, plan, library)
            kit = Kit(
                responder=responder,
                recogniser=recogniser,
                model=model,
                speech=Speaker(library, voices[voices_wanted.index(plan.voice)], model, Fence(plan).allows),
                prompts=library,
                table=Table(
                    Rules(
                        endpointer,
                        profile=plan.patience,
                        backchannels=plan.backchannels,
                        absence=absence(plan.far_end),
                    )
                ),
                messages_dir=config.messages_dir,
                log_transcripts=config.log_transcripts,
                presence=presence,
                turn_model=turn_model,
                judge=judge,
                spot=Spotter(recogniser.phrases, plan.interruptions.phrases),
                answers=answers,
                ends=Ends(question for topic in plan.topics for question in topic.asked),
                misheard=Misheard(question for topic in plan.topics for question in topic.asked),
                murmurs=murmurs_of(plan.phrases.backchannels, library),
            )
            businesses[name] = await asyncio.to_thread(make_business, kit, plan, library)
        recogniser.warm([speech for business in businesses.values() for speech in warm_up(business)])
        return EngineRoom(businesses, model, self._engines)

    async def _load(self, what: str, load: Callable[[], Loaded]) -> Loaded:
        begun = monotonic()
        self._emit(Loading(what, 0, 1))
        loaded = await asyncio.to_thread(load)
        if hasattr(loaded, "close"):
            self._engines.append(loaded)
        self._emit(Loading(what, 1, 1, round(monotonic() - begun, 2)))
        return loaded

    def _recogniser(self) -> RecogniserEngine:
        from agent.engines.vosk import VoskEngine

        return VoskEngine.load(self._store.path(self._config.recogniser))

    def _voice(self, name: str) -> Any:
        from agent.engines.piper import PiperEngine

        return PiperEngine.load(self._store.path(name), threads=self._config.threads)

    def _embedder(self) -> Any:
        from agent.engines.minilm import MiniLm

        return MiniLm.load(self._store.path(self._config.embeddings))

    def _model(self) -> LanguageModel:
        from agent.engines.llama import LlamaModel

        name = self._config.language_model
        if not name:
            return NoModel("no language model is configured")
        try:
            return LlamaModel.load(self._store.path(name))
        except ModelError as error:
            log.error("no language model: small talk gets stock answers", reason=str(error))
            self._emit(Fault(f"no language model, small talk gets stock answers: {error}"))
            return NoModel(str(error))

    def _turn_model(self) -> TurnModel | None:
        from agent.engines.smart_turn import SmartTurn

        name = self._config.turn_model
        if not name:
            return None
        try:
            return SmartTurn.load(self._store.path(name))
        except ModelError as error:
            log.error("no turn model: nobody listens to how a turn sounds", reason=str(error))
            self._emit(Fault(f"no turn model, only the words tell when a caller is done: {error}"))
            return None

    async def _render(self, name: str, plan: Dialplan, library: PromptLibrary) -> None:
        """Render the prompts that are not there yet, with progress."""
        texts = plan.stock_texts()
        missing = len(library.missing(texts))
        if not missing:
            return
        begun = monotonic()
        what = f"prompts of {name}"

        def progress(done: int, total: int) -> None:
            self._emit(Loading(what, done, total, round(monotonic() - begun, 2)))

        progress(0, missing)
        await library.render(texts, progress)


def warm_up(business: Business) -> list[bytes]:
    """Speech for recognisers to hear before a call: what the dialplan says has many of the words it is asked with."""
    speech: list[bytes] = []
    for text in business.texts:
        if sum(map(len, speech)) >= WARM_UP:
            break
        speech.append(business.library.pcm(business.library.id_of(text)))
    return speech


def make_business(kit: Kit, plan: Dialplan, library: PromptLibrary) -> Business:
    """A dialplan whose prompts are rendered, ready to answer."""
    hold_id = library.id_of(plan.hold)
    return Business(
        kit=kit,
        library=library,
        texts=tuple(plan.stock_texts()),
        apology_id=library.id_of(plan.apology),
        hold_id=f"hold-{hold_id}",
        hold=hold_pcm(library.pcm(hold_id)),
    )
