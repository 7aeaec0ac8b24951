"""Pre-rendered prompts: each text rendered once for a voice and its settings, kept in files, then in memory.

The id of a prompt is a hash of its text, of the voice's identity and of how texts are normalised; whatever changes
gives a new id, so a file is never stale and nothing is rendered twice. Where a person recorded the text, the recording
has the voice's place.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import structlog

from agent.engines.contract import Priority, Spoken, SpokenWord, VoiceEngine
from agent.speak.normalise import VERSION, normalise
from agent.speak.recording import Recording

log = structlog.get_logger()

SUFFIX = ".prompt"

Progress = Callable[[int, int], None]  # prompts done, prompts to do in all


class PromptLibrary:
    """The prompts of one voice under `directory`. One process writes; files appear whole or not at all."""

    def __init__(
        self,
        directory: Path,
        voice: VoiceEngine,
        lang: str = "en-us",
        recordings: Mapping[str, Recording] | None = None,
    ) -> None:
        self._directory = directory
        self._voice = voice
        self._lang = lang
        self._recordings = recordings or {}  # by text
        self._loaded: dict[str, Spoken] = {}

    def with_recordings(self, recordings: Mapping[str, Recording]) -> PromptLibrary:
        """The same library where these texts are as somebody recorded them."""
        return PromptLibrary(self._directory, self._voice, self._lang, recordings) if recordings else self

    def id_of(self, text: str) -> str:
        """Content id of `text` as this voice says it, or as it was recorded: 32 hexadecimal digits."""
        recording = self._recordings.get(text)
        sound = self._voice.identity if recording is None else recording.identity
        key = "\0".join((text, sound, self._lang, str(VERSION)))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those of `texts`, each once and in order, that have no readable prompt."""
        return [text for text in dict.fromkeys(texts) if self._load(self.id_of(text)) is None]

    async def render(self, texts: Iterable[str], progress: Progress = lambda done, total: None) -> None:
        """Render and keep what is missing of `texts`, in the background of the voice's other work. Raises VoiceError
        or RecordingError at the first that cannot be spoken; those before it are kept."""
        missing = await asyncio.to_thread(self.missing, list(texts))
        progress(0, len(missing))
        for done, text in enumerate(missing, start=1):
            spoken = await self._spoken(text)
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

    def ids(self) -> Iterator[str]:
        """Those of all prompts in the directory, whatever says them."""
        return (path.stem for path in self._directory.glob(f"*{SUFFIX}"))

    def size(self, id: str) -> int:
        """How many bytes a prompt's file has, 0 where there is none."""
        path = self._path(id)
        return path.stat().st_size if path.is_file() else 0

    def remove(self, id: str) -> None:
        """Forget a prompt. Raises OSError."""
        self._loaded.pop(id, None)
        self._path(id).unlink(missing_ok=True)

    async def _spoken(self, text: str) -> Spoken:
        said, recording = normalise(text, self._lang), self._recordings.get(text)
        if recording is not None:
            return await asyncio.to_thread(recording.spoken, said.split())
        return await self._voice.render(said, Priority.BACKGROUND)

    def _path(self, id: str) -> Path:
        return self._directory / f"{id}{SUFFIX}"

    def _get(self, id: str) -> Spoken:
        if (spoken := self._load(id)) is None:
            raise KeyError(f"no prompt {id} in {self._directory}")
        return spoken

    def _load(self, id: str) -> Spoken | None:
        if id in self._loaded:
            return self._loaded[id]
        path = self._path(id)
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
            os.replace(beside, self._path(id))
        except OSError:
            Path(beside).unlink(missing_ok=True)
            raise
        self._loaded[id] = spoken
