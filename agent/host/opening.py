"""How the agent gets ready: the engines and voices are loaded side by side, then each dialplan is fitted out.

Each step is told as a live event. A language model or a turn model that is missing or broken does not stop the agent:
small talk then gets the stock answers, and turns are told by their words alone. The other models do, because a bot that
cannot hear or speak is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

import structlog

from agent.engines.contract import LanguageModel, Priority, RecogniserEngine, TurnModel, Urgency
from agent.errors import LanguageModelError, ModelError
from agent.host.business import warm_up
from agent.host.config import HostConfig
from agent.host.edition import Edition, read_edition
from agent.host.engine_room import EngineRoom
from agent.host.last_good import LastGood
from agent.host.outfitter import Equipment, Outfitter
from agent.host.overheard import Overheard
from agent.host.presence import Presence
from agent.host.steps import Steps
from agent.host.strong_models import StrongModels, opener
from agent.host.voices import Voices
from agent.listen.backchannel import Backchannels
from agent.listen.closed import ClosedEars
from agent.listen.endpointer import SemanticEndpointer, SilenceEndpointer
from agent.listen.short_answer import ShortAnswers
from agent.live import Emit, Fault
from agent.models.store import ModelStore

log = structlog.get_logger()


class Opened(NamedTuple):
    """What came of it: the room, who fits out later versions of the dialplans, how the files were
    read, and where their good versions are kept."""

    room: EngineRoom
    outfitter: Outfitter
    edition: Edition
    last_good: LastGood


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


class Opening:
    """The steps, in their order."""

    def __init__(self, config: HostConfig, emit: Emit) -> None:
        self._config = config
        self._emit = emit
        self._store = ModelStore(config.models_dir)
        self._last_good = LastGood(config.history_dir, config.dialplans)
        self._steps = Steps(emit)
        self._voices = Voices(self._store, config.prompts_dir, config.threads, self._steps)

    async def open(self) -> Opened:
        """Load everything that the configuration names. Raises ModelError, DialplanError and EngineError."""
        config, steps = self._config, self._steps
        edition = await asyncio.to_thread(read_edition, config.dialplans)
        plans = await asyncio.to_thread(self._last_good.complete, edition)
        recogniser, model, turn_model, embedder, *_ = await asyncio.gather(
            steps.load("recogniser", self._recogniser),
            steps.load("language model", self._model),
            steps.load("turn model", self._turn_model),
            steps.load("embeddings", self._embedder),
            *(self._voices.get(name) for name in sorted({plan.voice for plan in plans.values()})),
        )
        judge = Overheard(Backchannels(embedder).judge)
        steps.engines.append(judge)
        equipment = Equipment(
            recogniser=recogniser,
            model=model,
            turn_model=turn_model,
            embedder=embedder,
            endpointer=SilenceEndpointer() if isinstance(model, NoModel) else SemanticEndpointer(),
            judge=judge,
            answers=ShortAnswers(recogniser.phrases),
            closed=ClosedEars(recogniser.phrases),
            presence=Presence(),
            messages_dir=config.messages_dir,
            data_dir=config.data_dir,
            log_transcripts=config.log_transcripts,
            rehearses=config.rehearses,
            trunks=config.trunks,
        )
        folders = {name: file.parent for name, file in config.dialplans.items()}
        strong_models = StrongModels(opener(self._store), steps, asyncio.get_running_loop().time)
        outfitter = Outfitter(equipment, self._voices, strong_models, steps, folders)
        businesses = {name: await outfitter.fit(name, plan) for name, plan in plans.items()}
        await asyncio.to_thread(self._last_good.keep, edition)
        recogniser.warm([speech for business in businesses.values() for speech in warm_up(business)])
        return Opened(EngineRoom(businesses, model, steps.engines), outfitter, edition, self._last_good)

    def _recogniser(self) -> RecogniserEngine:
        from agent.engines.vosk import VoskEngine

        return VoskEngine.load(self._store.path(self._config.recogniser))

    def _embedder(self) -> Any:
        from agent.engines.minilm import MiniLm

        name = self._config.embeddings
        return MiniLm.load(self._store.path(name), name)

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
