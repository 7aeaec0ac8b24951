"""Who speaks in a dialplan's tests: a voice, a level and a place to call from, drawn by the name of the test, so that
it is the same whenever the test is run.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.bench.cast import VOICES, Voice, say
from agent.bench.ears import VOICE
from agent.bench.noise import street
from agent.engines.piper import PiperEngine
from agent.models.store import ModelStore
from telephony.audio import Samples

_DBFS = (-28.0, -20.0)  # of the voiced part
_STREETS = (None, 30.0, 24.0)  # dB below the voice


@dataclass(frozen=True)
class Part:
    """How one test is spoken. `noise_db`: by how much a street is fainter than the voice; None for a quiet place."""

    voice: Voice
    dbfs: float
    noise_db: float | None
    seed: int

    @property
    def background(self) -> Samples | None:
        """What is heard around the caller, 16 kHz, to be looped."""
        return None if self.noise_db is None else street(self.dbfs - self.noise_db, self.seed)


def part(name: str) -> Part:
    """Of the test with this name."""
    chance = random.Random(name)
    return Part(chance.choice(VOICES), chance.uniform(*_DBFS), chance.choice(_STREETS), chance.randrange(2**31))


Spoken = dict[tuple[str, str], Samples]  # (voice, text) -> 16 kHz


async def spoken(
    wanted: Iterable[tuple[Part, str]], progress: Callable[[str], None], store: ModelStore | None = None
) -> Spoken:
    """The sound of each text in its part's voice. Raises ModelError, which says how to install the voice, and
    VoiceError."""
    texts = {(one.voice, text) for one, text in wanted}
    sounds: Spoken = {}
    for voice in sorted({voice for voice, _ in texts}, key=lambda voice: voice.name):
        model = (store or ModelStore()).path(VOICE)
        engine = await asyncio.to_thread(PiperEngine.load, model, speed=voice.tempo / voice.pitch)
        try:
            for text in sorted(text for other, text in texts if other == voice):
                sounds[voice.name, text] = await say(engine, voice, text)
                progress(f"rendering the callers: {len(sounds)} of {len(texts)}")
        finally:
            engine.close()
    return sounds
