"""Pre-rendered prompts: each text rendered once for a voice and its settings, kept in files, then in memory.

The id of a prompt is a hash of its text, of the voice's identity and of how texts are normalised; whatever changes
gives a new id, so a file is never stale and nothing is rendered twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import structlog

from agent.engines.contract import Priority, Spoken, SpokenWord, VoiceEngine
from agent.speak.normalise import VERSION, normalise

log = structlog.get_logger()

SUFFIX = ".prompt"

Progress = Callable[[int, int], None]  # prompts done, prompts to do in all


class PromptLibrary:
    """The prompts of one voice under `directory`. One process writes; files appear whole or not at all."""

    def __init__(self, directory: Path, voice: VoiceEngine, lang: str = "en-us") -> None:
        self._directory = directory
        self._voice = voice
        self._lang = lang
        self._loaded: dict[str, Spoken] = {}

    def id_of(self, text: str) -> str:
        """Content id of `text` as this voice says it: 32 hexadecimal digits."""
        key = "\0".join((text, self._voice.identity, self._lang, str(VERSION)))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those of `texts`, each once and in order, that have no readable prompt."""
        return [text for text in dict.fromkeys(texts) if self._load(self.id_of(text)) is None]

    async def render(self, texts: Iterable[str], progress: Progress = lambda done, total: None) -> None:
        """Render and keep what is missing of `texts`, in the background of the voice's other work. Raises VoiceError
        at the first that cannot be spoken; those before it are kept."""
        missing = await asyncio.to_thread(self.missing, list(texts))
        progress(0, len(missing))
        for done, text in enumerate(missing, start=1):
            spoken = await self._voice.render(normalise(text, self._lang), Priority.BACKGROUND)
            await asyncio.to_thread(self._keep, self.id_of(text), spoken)
            progress(done, len(missing))

    def has(self, text: str) -> bool:
        """Whether `text` can be played without rendering."""
        return self._load(self.id_of(text)) is not None

    def pcm(self, id: str) -> bytes:
        """16 kHz PCM of a prompt. Raises KeyError for an id that is not in the library."""
        return self._get(id).pcm

    def words(self, id: str) -> tuple[SpokenWord, ...]:
        """The words of a prompt and where they lie in it. Raises KeyError."""
        return self._get(id).words

    def _get(self, id: str) -> Spoken:
        if (spoken := self._load(id)) is None:
            raise KeyError(f"no prompt {id} in {self._directory}")
        return spoken

    def _load(self, id: str) -> Spoken | None:
        if id in self._loaded:
            return self._loaded[id]
        path = self._directory / f"{id}{SUFFIX}"
        try:
            spoken = msgspec.msgpack.decode(path.read_bytes(), type=Spoken)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("a prompt file cannot be read and will be rendered again", path=str(path), reason=str(error))
            return None
        self._loaded[id] = spoken
        return spoken

    def _keep(self, id: str, spoken: Spoken) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._directory, prefix=f".{id}")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.msgpack.encode(spoken))
            os.replace(beside, self._directory / f"{id}{SUFFIX}")
        except OSError:
            Path(beside).unlink(missing_ok=True)
            raise
        self._loaded[id] = spoken
