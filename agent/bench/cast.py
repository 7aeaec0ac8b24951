"""The callers' voices, all rendered before the first call: one Piper voice at several pitches and speeds, and people.

The people are Debian's recorded telephone prompts (`asterisk-core-sounds-en-wav`, CC-BY-SA), where that package is
installed: a caller who repeats what a recording said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.bench.ears import VOICE
from agent.engines.contract import VoiceEngine
from agent.engines.piper import PiperEngine
from agent.models.store import ModelStore
from agent.speak.normalise import normalise
from telephony.audio import SAMPLE_RATE, Samples, resample, samples_of
from telephony.testing.sound_file import load

SOUNDS = Path("/usr/share/asterisk/sounds/en")
HUMAN = "human"
PROMPTS: Mapping[str, str] = {  # what is said in the file
    "please check the number and dial again": "check-number-dial-again",
    "the conference is now being recorded": "conf-now-recording",
    "weasels have eaten our phone system": "tt-weasels",
    "you are currently the only person in this conference": "conf-onlyperson",
    "the number is not answering": "number-not-answering",
    "all circuits are busy now": "all-circuits-busy-now",
    "that feature is not available on this line": "feature-not-avail-line",
    "the conference is now locked": "conf-lockednow",
    "something is terribly wrong": "something-terribly-wrong",
    "the leader has left the conference": "conf-leaderhasleft",
    "that is not a valid conference number please try again": "conf-invalid",
    "the conference is now muted": "conf-now-muted",
}


@dataclass(frozen=True)
class Voice:
    """A rendered voice: `pitch` 1.15 is 15% higher than the bot's, `tempo` 1.1 speaks a tenth faster."""

    name: str
    pitch: float
    tempo: float


VOICES = (
    Voice("high", 1.20, 1.00),
    Voice("quick", 1.12, 1.12),
    Voice("slow", 1.08, 0.88),
    Voice("low", 0.90, 1.00),
    Voice("deep and quick", 0.84, 1.10),
)
Sounds = dict[tuple[str, str], Samples]  # (voice, text) -> 16 kHz


async def rendered(
    wanted: Sequence[tuple[str, str]], progress: Callable[[str], None], store: ModelStore | None = None
) -> Sounds:
    """The sound of each (voice, text); the voice is a name of VOICES, or HUMAN with a text of PROMPTS. Raises
    ModelError, VoiceError, AudioError."""
    store = store or ModelStore()
    sounds: Sounds = {(HUMAN, text): load(prompt(text)) for voice, text in set(wanted) if voice == HUMAN}
    for voice in VOICES:
        texts = sorted({text for name, text in wanted if name == voice.name})
        if not texts:
            continue
        engine = await asyncio.to_thread(PiperEngine.load, store.path(VOICE), speed=voice.tempo / voice.pitch)
        try:
            for number, text in enumerate(texts):
                progress(f"rendering the callers: {voice.name} voice, {number + 1} of {len(texts)}")
                sounds[voice.name, text] = await say(engine, voice, text)
        finally:
            engine.close()
    return sounds


async def say(engine: VoiceEngine, voice: Voice, text: str) -> Samples:
    """`text` in a voice whose engine speaks at `tempo / pitch`; one that ends in a comma sounds as if it went on.
    Raises VoiceError."""
    spoken = await engine.render(_goes_on(text) if text.endswith(",") else normalise(text))
    return resample(samples_of(spoken.pcm), round(SAMPLE_RATE * voice.pitch))


def _goes_on(text: str) -> str:
    """For a voice: an unfinished sentence, so that it does not sound like the end of one."""
    return normalise(text.rstrip(",")).rstrip(".!?") + ","


def prompt(text: str) -> Path:
    """The file in which a person says `text`."""
    return SOUNDS / f"{PROMPTS[text]}.wav"


def people() -> tuple[str, ...]:
    """The texts that a person says, as far as they are installed."""
    return tuple(text for text in PROMPTS if prompt(text).is_file())


def talk() -> list[Samples]:
    """People's talk for a babble: every installed prompt of some length, in order; none without the package."""
    files = sorted(path for path in SOUNDS.glob("*.wav") if path.stat().st_size > 40_000)
    return [load(path) for path in files]
