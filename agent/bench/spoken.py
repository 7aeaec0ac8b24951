"""What the router makes of phrases that it has never seen and that are spoken over a telephone, with noise around them.

::

    phrase ─► Piper, five voices ─► Backdrop: level, noise, mu-law ─► Listener: words ─► Router

No call and no clock: it goes as quickly as the machine can, and the same seed gives the same words. The router gets of
the recogniser what it gets in a call where no question is open: the words, and neither confidences nor alternatives.
Whether a turn is over is not judged: what is heard is the whole phrase.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.bench import cast
from agent.bench.aloud import aloud
from agent.bench.backdrop import Backdrop, busy
from agent.bench.ears import RECOGNISER, VOICE
from agent.bench.figures import Run
from agent.bench.identity import identify
from agent.bench.listener import Listener
from agent.bench.machine import describe
from agent.bench.phrases import Meant, Phrases, Strange, spread
from agent.bench.spoken_figures import Heard, figures_of
from agent.bench.suites import Progress, Setting
from agent.bench.understanding import Taken, embedder_of, intents_of, router_of, take
from agent.engines.contract import RecogniserEngine, VoiceEngine
from agent.engines.onnx_session import seeded
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.errors import AgentError
from agent.models.store import ModelStore
from agent.reply.router import Router

NOTES = (
    "a turn that the bot asks back about is not acted on; a yes has it answered",
    "first by score, and as the bot ranks them before it acts or asks back",
)

Phrase = Meant | Strange


@dataclass(frozen=True)
class Wanted:
    """How many phrases of each set, None: all; by how many voices each; the noise, dB below the voice."""

    sample: int | None
    each: int
    snr_db: float
    seed: int


@dataclass
class Studio:
    """Where phrases are spoken and heard, each voice on a line of its own; `heard` is what came of it so far."""

    voices: Mapping[cast.Voice, VoiceEngine]
    recogniser: RecogniserEngine
    router: Router
    backdrop: Backdrop
    seed: int
    progress: Progress
    heard: list[Heard] = field(default_factory=list)
    _as_text: dict[str, Taken] = field(default_factory=dict)

    async def all(self, script: Mapping[cast.Voice, Sequence[Phrase]]) -> None:
        """What each voice says; as many at once as the machine has cores. Raises EngineError."""
        cores = asyncio.Semaphore(os.cpu_count() or 1)
        count = sum(map(len, script.values()))
        try:
            async with asyncio.TaskGroup() as group:
                for voice, phrases in script.items():
                    group.create_task(self._line(voice, phrases, cores, count))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _line(self, voice: cast.Voice, phrases: Sequence[Phrase], cores: asyncio.Semaphore, count: int) -> None:
        listener = Listener(self.recogniser)
        try:
            for phrase in phrases:
                async with cores:
                    self.heard.append(await self._one(voice, phrase, listener))
                self.progress(f"{len(self.heard)} of {count} phrases spoken and heard")
        finally:
            listener.close()

    async def _one(self, voice: cast.Voice, phrase: Phrase, listener: Listener) -> Heard:
        said = await cast.say(self.voices[voice], voice, aloud(phrase.text))
        chance = random.Random(f"{self.seed} {voice.name} {phrase.text}")
        words = await asyncio.to_thread(lambda: listener.hear(self.backdrop.call(said, chance)))
        if phrase.text not in self._as_text:
            self._as_text[phrase.text] = take(self.router, phrase.text)
        return Heard(phrase, voice.name, take(self.router, words), self._as_text[phrase.text])


async def spoken(setting: Setting, frozen: Phrases, wanted: Wanted) -> tuple[Run, Sequence[Heard]]:
    """The figures; of what is there so far, when it is cancelled or an engine fails. Raises AgentError where one cannot
    be loaded."""
    machine, store, script, talk = describe(), ModelStore(), script_of(frozen, wanted), cast.talk()
    count = sum(map(len, script.values()))
    settings = {
        "phrases": count, "each": wanted.each, "snr": f"{wanted.snr_db:g} dB", "seed": wanted.seed,
        "around": "street and people" if talk else "street",
    }  # fmt: skip
    identity = identify(setting.config, setting.dialplan, settings)
    setting.progress("loading the voices and the recogniser")
    router = router_of(intents_of(frozen), await asyncio.to_thread(embedder_of, setting))
    seeded(wanted.seed)
    voices = {voice: await asyncio.to_thread(_voice, store, voice) for voice in cast.VOICES}
    recogniser = await asyncio.to_thread(VoskEngine.load, store.path(RECOGNISER))
    backdrop = busy(talk, wanted.snr_db, wanted.seed)
    studio = Studio(voices, recogniser, router, backdrop, wanted.seed, setting.progress)
    notes: tuple[str, ...] = NOTES
    problems: tuple[str, ...] = ()
    try:
        await studio.all(script)
    except asyncio.CancelledError:
        notes = (*NOTES, f"stopped behind {len(studio.heard)} of {count} phrases")
    except AgentError as error:
        problems = (f"behind {len(studio.heard)} of {count} phrases: {error}",)
    finally:
        recogniser.close()
        for engine in voices.values():
            engine.close()
    figures = figures_of(studio.heard)
    return Run("understanding by voice", machine, None, figures, problems, identity, notes), studio.heard


def script_of(frozen: Phrases, wanted: Wanted) -> dict[cast.Voice, list[Phrase]]:
    """What each voice says, in order; any beginning of it holds a share of every intent, style and kind. Pure."""
    meant = spread(frozen.intents, lambda one: (one.intent, one.style), wanted.seed, wanted.sample)
    strange = spread(frozen.out_of_scope, lambda one: one.kind, wanted.seed, wanted.sample)
    script: dict[cast.Voice, list[Phrase]] = {voice: [] for voice in cast.VOICES}
    both: list[Phrase] = [*meant, *strange]
    for number, phrase in enumerate(spread(both, type, wanted.seed)):
        for turn in range(wanted.each):
            script[cast.VOICES[(number + turn) % len(cast.VOICES)]].append(phrase)
    return script


def _voice(store: ModelStore, voice: cast.Voice) -> PiperEngine:
    return PiperEngine.load(store.path(VOICE), threads=1, speed=voice.tempo / voice.pitch)
