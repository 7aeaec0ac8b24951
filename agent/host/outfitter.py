"""Makes dialplans ready to answer: embeds their examples, renders their prompts, gives them the engines.

What an earlier version had is used again; what is new is made in the background of the engines' other work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import monotonic

from agent.dialplan.schema import Dialplan
from agent.engines.contract import Embedder, LanguageModel, Read, RecogniserEngine, TurnModel, VoiceEngine
from agent.host.back_office import BackOffice
from agent.host.business import Business, make_business
from agent.host.company import absence
from agent.host.edition import stamps_of
from agent.host.kit import Kit
from agent.host.presence import Presence
from agent.host.recalled import Recalled
from agent.host.rehearsed import RehearsedResponder
from agent.host.steps import Steps
from agent.host.strong_models import StrongModels
from agent.host.voices import Voices
from agent.host.watch import Stamps
from agent.listen.backchannel import Judge
from agent.listen.closed import ClosedEars
from agent.listen.endpointer import Endpointer
from agent.listen.ends import Ends
from agent.listen.misheard import Misheard
from agent.listen.short_answer import Answer
from agent.listen.spotted import Spotter
from agent.live import Loading
from agent.reply.digits import GRAMMAR as DIGITS
from agent.reply.fence import Fence
from agent.reply.responder import Responder
from agent.slots.read import grammars
from agent.speak.hold import music_of
from agent.speak.library import PromptLibrary
from agent.speak.murmur import murmurs_of
from agent.speak.recording import Recording, recordings
from agent.speak.speaker import Speaker
from agent.speak.strong import StrongModel
from agent.turn.rules import Rules
from agent.turn.table import Table
from telephony.config import Trunk


@dataclass(frozen=True, slots=True)
class Equipment:
    """What all dialplans have in common."""

    recogniser: RecogniserEngine
    model: LanguageModel
    turn_model: TurnModel | None
    embedder: Embedder
    endpointer: Endpointer
    judge: Judge
    answers: Answer
    closed: ClosedEars
    presence: Presence
    messages_dir: Path
    data_dir: Path  # of tools and results
    log_transcripts: bool
    rehearses: bool = False  # `agent.host.rehearsed`
    trunks: tuple[Trunk, ...] = ()  # at which callbacks may be made


class Outfitter:
    """The event loop owns it; one dialplan at a time."""

    def __init__(
        self,
        equipment: Equipment,
        voices: Voices,
        strong_models: StrongModels,
        steps: Steps,
        folders: Mapping[str, Path],
    ) -> None:
        """`folders`: dialplan -> where its recordings are."""
        self._equipment = equipment
        self._strong_models = strong_models
        self._voices = voices
        self._steps = steps
        self._back_office = BackOffice(equipment.data_dir, equipment.rehearses, equipment.trunks)
        self._folders = folders
        self._sounds: dict[str, Stamps] = {}  # dialplan -> how its recordings looked when they were taken
        self._reads: dict[str, Mapping[str, Read]] = {}  # dialplan -> its sentences, read

    async def fit(self, name: str, plan: Dialplan, gap_s: float = 0.0) -> Business:
        """The dialplan, ready to answer. `gap_s` is the rest after each new sentence while calls want the embedder,
        too. Raises ModelError, EngineError and RecordingError."""
        voice, library = await self._voices.get(plan.voice)
        library = library.with_recordings(await asyncio.to_thread(self._recordings, name, plan))
        known = {sentence: read for reads in self._reads.values() for sentence, read in reads.items()}
        recalled = Recalled(self._equipment.embedder, known, gap_s)
        kind = RehearsedResponder if self._equipment.rehearses else Responder
        responder = await self._steps.load(f"dialplan {name}", partial(kind, plan, recalled))
        self._reads[name] = recalled.settle()
        for prompt in responder.prompts:
            await self._equipment.model.prepare(prompt)
        await self._render(name, plan, library)
        named = None if self._equipment.rehearses else plan.model.strong
        strong = await self._strong_models.lease(name, named)
        try:
            business = await asyncio.to_thread(self._business, responder, voice, library, strong)
        except BaseException:
            if strong is not None:
                await strong.close()
            raise
        tools, results = self._back_office.tools(name, plan), self._back_office.results(name, plan)
        return replace(business, kit=replace(business.kit, tools=tools, results=results))

    def is_heard(self, name: str, plan: Dialplan) -> bool:
        """Whether the recordings are those that the dialplan was last fitted out with; blocking."""
        return self._sounds.get(name) == self._stamps(name, plan)

    def _recordings(self, name: str, plan: Dialplan) -> Mapping[str, Recording]:
        """By text; on a thread."""
        self._sounds[name] = self._stamps(name, plan)
        return recordings(plan.recordings, self._folders[name])

    def _stamps(self, name: str, plan: Dialplan) -> Stamps:
        return stamps_of(self._folders[name] / file for file in plan.recordings)

    async def _render(self, name: str, plan: Dialplan, library: PromptLibrary) -> None:
        """Render the prompts that are not there yet, with progress."""
        texts = plan.stock_texts()
        missing = len(await asyncio.to_thread(library.missing, texts))
        if not missing:
            return
        begun = monotonic()
        what = f"prompts of {name}"

        def progress(done: int, total: int) -> None:
            self._steps.emit(Loading(what, done, total, round(monotonic() - begun, 2)))

        progress(0, missing)
        await library.render(texts, progress)

    def _business(
        self, responder: Responder, voice: VoiceEngine, library: PromptLibrary, strong: StrongModel | None
    ) -> Business:
        """On a thread."""
        shared, plan = self._equipment, responder.plan
        shared.closed.prepare(filter(None, (DIGITS, responder.directory.grammar, *grammars(plan.slots))))
        questions = [question for topic in plan.topics for question in topic.asked]
        rules = Rules(
            shared.endpointer,
            profile=plan.patience,
            backchannels=plan.backchannels,
            absence=absence(plan.far_end),
        )
        kit = Kit(
            responder=responder,
            recogniser=shared.recogniser,
            model=shared.model,
            speech=Speaker(library, voice, shared.model, Fence(plan).allows, strong=strong),
            prompts=library,
            table=Table(rules),
            messages_dir=shared.messages_dir,
            log_transcripts=shared.log_transcripts,
            presence=shared.presence,
            turn_model=shared.turn_model,
            judge=shared.judge,
            spot=Spotter(shared.recogniser.phrases, plan.interruptions.phrases),
            answers=shared.answers,
            closed=shared.closed,
            ends=Ends(questions),
            misheard=Misheard(questions),
            murmurs=murmurs_of(plan.phrases.backchannels, library),
            strong=strong,
            music=music_of(plan),
        )
        return make_business(kit, plan, library)
