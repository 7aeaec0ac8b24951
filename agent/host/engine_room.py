"""What all calls share: the engines, and the dialplans that are answered, as one immutable table of them. A call takes
its kit from the table when it begins, and keeps it; a new table is for the calls after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from agent.engines.contract import LanguageModel
from agent.host.business import Business, Sound, stock
from agent.host.kit import Kit


class EngineRoom:
    """Loaded and ready; the event loop owns it."""

    def __init__(self, businesses: Mapping[str, Business], model: LanguageModel, engines: Sequence[Any]) -> None:
        self.businesses: Mapping[str, Business] = MappingProxyType(dict(businesses))
        self._coming: Mapping[str, Business] = {}
        self._model = model
        self._engines = engines
        self._forgetting: set[asyncio.Task[None]] = set()

    def kit(self, dialplan: str) -> Kit | None:
        """What a session of the dialplan needs; None when there is no such dialplan."""
        business = self.businesses.get(dialplan)
        return business.kit if business else None

    def stock(self) -> Iterator[Sound]:
        """All the audio that a line keeps, each id once."""
        yield from stock([*self.businesses.values(), *self._coming.values()])

    def expect(self, coming: Mapping[str, Business]) -> list[Sound]:
        """These versions will answer soon. Returns the sounds that lines have not got yet; a line that attaches from
        now on gets them with the others."""
        kept = {sound.id for sound in self.stock()}
        self._coming = coming
        return [sound for sound in stock(coming.values()) if sound.id not in kept]

    def exchange(self) -> None:
        """From now on, new calls are answered by what was expected."""
        self.businesses = MappingProxyType({**self.businesses, **self._coming})
        self._coming = {}

    def forget(self, call: str) -> None:
        """A call is over: free what the model keeps for it."""
        task = asyncio.ensure_future(self._model.forget(call))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    def close(self) -> None:
        """Free the engines; blocking."""
        for engine in self._engines:
            engine.close()
