"""The strong models that dialplans name: each is there once, whoever asks it, while a call may still be answered by it.

A new version of a dialplan leases its model before the one before gives its own back, so a model that both name keeps
its connection, its circuit breaker and the count of what it was asked. One that cannot be loaded is told, and the
answers are said as written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog

from agent.dialplan.models import Strong
from agent.engines.contract import Writer
from agent.errors import LanguageModelError, ModelError
from agent.host.aside import Aside
from agent.host.steps import Steps
from agent.live import Fault
from agent.models.store import ModelStore
from agent.reply.allowance import Allowance
from agent.reply.refusals import Refusals
from agent.reply.wording import STRONG_INSTRUCTION
from agent.speak.strong import StrongModel
from agent.tools.breaker import Breaker

log = structlog.get_logger()

CELLS = 2_560  # tokens of all calls together: a strong model is told more than the small one

Open = Callable[[Strong], "Lent"]


class Lent(Writer, Protocol):
    """A writer that is given back."""

    def close(self) -> Any:
        """Free it: a coroutine for one that the event loop owns, else it blocks."""


@dataclass(slots=True)
class _Held:
    writer: Lent
    breaker: Breaker = field(default_factory=Breaker)
    refusals: Refusals = field(default_factory=Refusals)
    leases: int = 0


class StrongModels:
    """The event loop owns it. `open` loads a GGUF, or makes what asks an address; it may block."""

    def __init__(self, open: Open, steps: Steps, now: Callable[[], float]) -> None:
        self._open = open
        self._steps = steps
        self._now = now
        self._held: dict[str, _Held] = {}
        self._allowances: dict[str, Allowance] = {}  # by dialplan
        self._aside = Aside()

    async def lease(self, dialplan: str, settings: Strong | None) -> StrongModel | None:
        """The model of a version of a dialplan; None where it has none, or it cannot be loaded. Its `close` gives it
        back."""
        if settings is None:
            return None
        key = settings.model_dump_json(include={"url", "name", "key", "gguf"})
        held = self._held.get(key)
        if held is None:
            try:
                writer = await self._loaded(settings)
            except (ModelError, LanguageModelError) as error:
                log.error("no strong model: answers are said as written", dialplan=dialplan, reason=str(error))
                self._steps.emit(Fault(f"{dialplan} has no strong model, its answers are said as written: {error}"))
                return None
            held = self._held.setdefault(key, _Held(writer))
        held.leases += 1
        allowance = self._allowances.setdefault(dialplan, Allowance())
        return StrongModel(
            settings,
            held.writer,
            held.breaker,
            allowance,
            held.refusals,
            now=self._now,
            release=lambda: self._back(key),
        )

    async def _loaded(self, settings: Strong) -> Lent:
        if settings.url is not None:
            return self._open(settings)
        writer: Any = await self._steps.load(f"strong model {settings.gguf}", lambda: self._open(settings))
        try:
            await writer.prepare(STRONG_INSTRUCTION)
        except BaseException:  # a fitting that is given up must not keep it either
            self._free(writer)
            raise
        return writer  # type: ignore[no-any-return]  # a step may load anything

    def _back(self, key: str) -> None:
        held = self._held[key]
        held.leases -= 1
        if not held.leases:
            del self._held[key]
            self._free(held.writer)

    def _free(self, writer: Lent) -> None:
        if writer in self._steps.engines:
            self._steps.engines.remove(writer)
        self._aside.do(_closed(writer), "close strong model")


async def _closed(writer: Lent) -> None:
    closing = await asyncio.to_thread(writer.close)
    if closing is not None:
        await closing


def opener(store: ModelStore) -> Open:
    """Opens what a dialplan names, for a GGUF of `store` or of a path. Raises ModelError."""

    def open(settings: Strong) -> Lent:
        if settings.url is not None:
            from agent.engines.chat_endpoint import ChatEndpoint

            return ChatEndpoint(settings.url, settings.name or "", settings.key)
        from agent.engines.llama import LlamaModel

        return LlamaModel.load(_file(store, settings.gguf or ""), cells=CELLS)

    return open


def _file(store: ModelStore, named: str) -> Path:
    try:
        path = Path(named).expanduser() if named.startswith(("/", "~/")) else store.path(named)
        if path.is_file():
            return path
    except (OSError, RuntimeError) as error:  # a folder that may not be entered; a "~" of nobody
        raise ModelError(f"{named} cannot be reached: {error}; let the user that the agent runs as read it") from error
    raise ModelError(f"there is no file {path}; write the name of an installed model, or a path to a GGUF")
