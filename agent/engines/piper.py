"""The border to Piper: text in, 16 kHz speech out, with the place of every word in it.

::

    text ─► phonemes (espeak) ─► ONNX, one chunk a sentence, samples per phoneme ─► silence trimmed, level evened
         ─► 22.05 to 16 kHz ─► Spoken

One thread renders; what waits is ordered by urgency. A draft in work is stopped within 2 ms when something more urgent
comes: onnxruntime looks at a flag between two nodes of the graph. `identity` names the sound: model, settings, this
file's VERSION.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import soxr
from piper import PiperVoice
from piper.config import PiperConfig, SynthesisConfig
from piper.patch_voice_with_alignment import add_alignment_output

from agent.engines import heap
from agent.engines.contract import Priority, Spoken, SpokenWord, Urgency
from agent.engines.loudness import Wave, levelled
from agent.engines.word_spans import Group, Phone, groups_of, word_spans
from agent.engines.worker import Halt, Halted, Worker
from agent.errors import ModelError, VoiceError
from telephony.audio import SAMPLE_RATE, to_pcm

VERSION = 1  # raise it when the same text would sound different
QUEUE_LIMIT = 64
LEAD = 0.005  # s of silence kept before the first sound
TAIL = 0.06  # s kept after the last sound; longer pauses are set by whoever joins pieces
BETWEEN_SENTENCES = 0.22  # s
FLOOR = 0.003  # below -50 dBFS is silence


class PiperEngine:
    """The loaded voice."""

    def __init__(self, voice: PiperVoice, identity: str, speed: float = 1.0) -> None:
        self._voice = voice
        self._graph = voice.session = _Stoppable(voice.session)
        self._identity = identity
        self._config = SynthesisConfig(normalize_audio=False, length_scale=voice.config.length_scale / speed)
        self._worker = Worker("voice", QUEUE_LIMIT, VoiceError)

    @classmethod
    def load(cls, directory: Path, threads: int = 2, speed: float = 1.0) -> PiperEngine:
        """Load the one voice in `directory` (NAME.onnx and NAME.onnx.json); blocking, 1.5-2.5 s. `speed` 1.1 speaks
        a tenth faster. Raises ModelError."""
        model = _the_voice_in(directory)
        try:
            config = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
            session = _session(model, threads)
            voice = PiperVoice(session=session, config=PiperConfig.from_dict(config))
        except Exception as error:  # onnx, onnxruntime and json each raise their own kinds
            raise ModelError(f"Piper cannot load {model}: {error}. Check it: offhook models verify") from error
        return cls(voice, _identity(model, speed), speed)

    @property
    def identity(self) -> str:
        """Changes whenever the same text would sound different."""
        return self._identity

    async def render(self, text: str, priority: Priority | Urgency = Priority.COMMITTED) -> Spoken:
        """Speak `text`, already normalised for speech. A text without anything to say (empty, punctuation) gives an
        empty Spoken. Raises VoiceError. Cancelling the await stops the work."""
        return await self._worker.run(lambda halt: self._speak(text, halt), priority)

    def close(self) -> None:
        """Let the text in work finish, fail what waits, end the thread."""
        self._worker.close()

    def _speak(self, text: str, halt: Halt) -> Spoken:
        if not any(char.isalnum() for char in text):
            return Spoken(b"")
        text = text.replace("[[", "").replace("]]", "")  # Piper's mark-up for raw phonemes
        halt.by(self._graph.arm())
        try:
            chunks = list(self._voice.synthesize(text, self._config, include_alignments=True))
        except Exception as error:  # onnxruntime and espeak each raise their own kinds
            if halt.asked:
                raise Halted from error
            raise VoiceError(f"Piper cannot speak a text of {len(text)} characters: {error}") from error
        return _joined(chunks, text.split(), self._voice.config.sample_rate)


class _Stoppable:
    """An onnxruntime session whose runs since the last `arm` can be stopped from another thread."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._options = onnxruntime.RunOptions()

    def arm(self) -> Callable[[], None]:
        """Begin anew; gives what stops the runs from now on."""
        self._options = options = onnxruntime.RunOptions()
        options.log_severity_level = 4  # a stopped run is no error
        return lambda: setattr(options, "terminate", True)

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> Any:
        return self._session.run(names, inputs, self._options)


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """The voice with its alignments as a second output. It goes through a file and without a memory arena, because a
    model handed over in memory and an arena keep 100 MB more."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the cores
    with tempfile.TemporaryDirectory(prefix="offhook-voice-") as directory:
        aligned = Path(directory) / "aligned.onnx"
        graph = onnx.load(str(model))
        if len(graph.graph.output) == 1:
            add_alignment_output(graph)
        onnx.save(graph, str(aligned))
        del graph
        session = onnxruntime.InferenceSession(str(aligned), options, providers=["CPUExecutionProvider"])
    heap.trim()
    return session


def _joined(chunks: Iterable[Any], words: list[str], rate: int) -> Spoken:
    """Trim each sentence's silence, join them with pauses, even the level, bring all to 16 kHz."""
    waves: list[Wave] = []
    groups: list[Group] = []
    at = 0
    for chunk in chunks:
        wave = np.asarray(chunk.audio_float_array, dtype=np.float32)
        start, end = _sounding(wave, rate)
        if end == start:
            continue
        if waves:
            waves.append(np.zeros(int(BETWEEN_SENTENCES * rate), dtype=np.float32))
            at += len(waves[-1])
        alignment = [Phone(one.phoneme, int(one.num_samples)) for one in chunk.phoneme_alignments or ()]
        groups += [_moved(group, start, end, at) for group in groups_of(alignment)]
        waves.append(levelled(wave[start:end], rate))
        at += end - start
    if not waves:
        return Spoken(b"")
    sound = soxr.resample(np.concatenate(waves), rate, SAMPLE_RATE)
    return Spoken(to_pcm(sound), _on_16_khz(word_spans([word for word in words if _sayable(word)], groups), rate))


def _sounding(wave: Wave, rate: int) -> tuple[int, int]:
    """[start, end) of the sound with LEAD and TAIL around it."""
    loud = np.flatnonzero(np.abs(wave) > FLOOR)
    if not loud.size:
        return 0, 0
    return max(0, int(loud[0]) - int(LEAD * rate)), min(len(wave), int(loud[-1]) + int(TAIL * rate))


def _moved(group: Group, start: int, end: int, to: int) -> Group:
    first, last = max(group.start, start), min(group.end, end)
    return Group(first - start + to, max(first, last) - start + to, group.phones)


def _on_16_khz(words: Iterable[SpokenWord], rate: int) -> tuple[SpokenWord, ...]:
    return tuple(
        SpokenWord(word.text, word.start * SAMPLE_RATE // rate, word.end * SAMPLE_RATE // rate) for word in words
    )


def _sayable(word: str) -> bool:
    return bool(re.search(r"\w", word))


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
