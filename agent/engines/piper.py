"""The border to Piper: text in, 16 kHz speech out, with the place of every word in it.

::

    text ─► phonemes (espeak) ─► frames, frames a phoneme ─► a window of sound at a time ─► finish ─► Spoken

One thread renders, step by step: what waits is ordered by urgency and looked at between two windows. A draft's step is
stopped within 2 ms when something more urgent comes. `identity` names the sound: model, settings, this file's VERSION.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path

from piper import PiperVoice
from piper.config import PiperConfig, SynthesisConfig

from agent.engines.contract import Priority, Spoken, Urgency
from agent.engines.piper_graph import PiperGraph
from agent.engines.utterance import Utterance, joined
from agent.engines.worker import Halt, Halted, Worker
from agent.errors import ModelError, VoiceError

VERSION = 2  # raise it when the same text would sound different
QUEUE_LIMIT = 64
_USUAL_DBFS = -23.5  # of the default voice; what is learnt takes its place
_LEARNT = 0.05  # of the latest sentence's level


class PiperEngine:
    """The loaded voice."""

    def __init__(self, graph: PiperGraph, config: PiperConfig, identity: str, speed: float = 1.0) -> None:
        self._graph = graph
        self._voice = PiperVoice(session=graph, config=config)
        self._identity = identity
        self._config = SynthesisConfig(normalize_audio=False, length_scale=config.length_scale / speed)
        self._usual = _USUAL_DBFS
        self._worker = Worker("voice", QUEUE_LIMIT, VoiceError)

    @classmethod
    def load(cls, directory: Path, threads: int = 2, speed: float = 1.0) -> PiperEngine:
        """Load the one voice in `directory` (NAME.onnx and NAME.onnx.json); blocking, 1.5-2.5 s. `speed` 1.1 speaks
        a tenth faster. Raises ModelError."""
        model = _the_voice_in(directory)
        try:
            config = PiperConfig.from_dict(json.loads(Path(f"{model}.json").read_text(encoding="utf-8")))
            graph = PiperGraph.load(model, threads, config.hop_length)
        except Exception as error:  # onnx, onnxruntime and json each raise their own kinds
            raise ModelError(f"Piper cannot load {model}: {error}. Check it: offhook models verify") from error
        return cls(graph, config, _identity(model, speed), speed)

    @property
    def identity(self) -> str:
        """Changes whenever the same text would sound different."""
        return self._identity

    async def render(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> Spoken:
        """Speak `text`, already normalised for speech. A text without anything to say (empty, punctuation) gives an
        empty Spoken. Raises VoiceError. Cancelling the await stops the work."""
        return joined([one async for one in self._slices(text, priority, whole=True)])

    async def speak(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> AsyncGenerator[Spoken]:
        """The same, slice by slice, each when it is made; none for a text without anything to say."""
        async for one in self._slices(text, priority, whole=False):
            yield one

    def close(self) -> None:
        """Let the step in work finish, fail what waits, end the thread."""
        self._worker.close()

    async def _slices(self, text: str, priority: Priority | Urgency, whole: bool) -> AsyncGenerator[Spoken]:
        if not any(char.isalnum() for char in text):
            return
        text = text.replace("[[", "").replace("]]", "")  # Piper's mark-up for raw phonemes
        utterance, urgency = Utterance(self._voice, self._graph, self._config, text), Urgency.of(priority)
        while not utterance.over:
            spoken = await self._worker.run(lambda halt: self._step(utterance, whole, halt), urgency)
            if spoken.pcm or spoken.words:
                yield spoken

    def _step(self, utterance: Utterance, whole: bool, halt: Halt) -> Spoken:
        """On the worker's thread."""
        halt.by(self._graph.arm())
        try:
            utterance.read(whole)
            spoken = Spoken(b"") if utterance.over else utterance.step(None if whole else self._usual)
        except Exception as error:  # onnxruntime and espeak each raise their own kinds
            if halt.asked:
                raise Halted from error
            raise VoiceError(f"Piper cannot speak a text of {utterance.length} characters: {error}") from error
        while utterance.levels:
            self._usual += _LEARNT * (utterance.levels.pop() - self._usual)
        return spoken


def _the_voice_in(directory: Path) -> Path:
    voices = sorted(directory.glob("*.onnx")) if directory.is_dir() else []
    if len(voices) != 1 or not Path(f"{voices[0]}.json").is_file():
        found = ", ".join(voice.name for voice in voices) or "none"
        raise ModelError(f"{directory} must hold one NAME.onnx with its NAME.onnx.json, found: {found}")
    return voices[0]


def _identity(model: Path, speed: float) -> str:
    digest = hashlib.sha256(Path(f"{model}.json").read_bytes())
    with model.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"piper-{VERSION}-{digest.hexdigest()[:16]}-{speed:g}"
