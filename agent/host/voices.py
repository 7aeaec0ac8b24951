"""The voices that dialplans speak with, each loaded once, when the first of them names it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from agent.engines.contract import VoiceEngine
from agent.host.steps import Steps
from agent.models.store import ModelStore
from agent.speak.library import PromptLibrary


class Voices:
    """By name; the event loop owns it."""

    def __init__(self, store: ModelStore, prompts_dir: Path, threads: int, steps: Steps) -> None:
        self._store = store
        self._prompts_dir = prompts_dir
        self._threads = threads
        self._steps = steps
        self._loaded: dict[str, tuple[VoiceEngine, PromptLibrary]] = {}

    async def get(self, name: str) -> tuple[VoiceEngine, PromptLibrary]:
        """The voice and its prompts. Raises ModelError."""
        if name not in self._loaded:
            voice = await self._steps.load(f"voice {name}", partial(self._load, name))
            self._loaded[name] = voice, PromptLibrary(self._prompts_dir, voice)
        return self._loaded[name]

    def _load(self, name: str) -> Any:
        from agent.engines.piper import PiperEngine

        return PiperEngine.load(self._store.path(name), threads=self._threads)
