"""What all calls share: the engines, and the dialplans that are answered, as one immutable table of them. A call takes
its kit from the table when it begins, and keeps it; a new table is for the calls after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from agent.engines.contract import LanguageModel
from agent.host.aside import Aside
from agent.host.business import Business, Sound, stock
from agent.host.kit import Kit
from agent.speak.standing import Standing


class EngineRoom:
    """Loaded and ready; the event loop owns it."""

    def __init__(self, businesses: Mapping[str, Business], model: LanguageModel, engines: Sequence[Any]) -> None:
        self.businesses: Mapping[str, Business] = MappingProxyType(dict(businesses))
        self._coming: Mapping[str, Business] = {}
        self._model = model
        self._engines = engines
        self._calls: dict[str, Business] = {}  # by which each is answered
        self._leaving: list[Business] = []  # versions of before, which calls still keep
        self._aside = Aside()

    def begin(self, call: str, dialplan: str) -> Kit | None:
        """What a call of the dialplan needs, and keeps until it is forgotten; None when there is no such dialplan."""
        business = self.businesses.get(dialplan)
        if business is None:
            return None
        self._calls[call] = business
        return business.kit

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
        self._leaving += [self.businesses[name] for name in self._coming if name in self.businesses]
        self.businesses = MappingProxyType({**self.businesses, **self._coming})
        self._coming = {}
        self._let_go()

    def forget(self, call: str) -> None:
        """A call is over: free what the model keeps for it, and the version of its dialplan that no other call has."""
        business = self._calls.pop(call, None)
        strong = business.kit.strong if business is not None else None
        if strong is not None:
            self._aside.do(strong.forget(call), f"strong model forgets {call}")
        self._let_go()
        self._aside.do(self._model.forget(call), f"forget {call}")

    def _let_go(self) -> None:
        """Close the versions that nothing keeps."""
        kept = {id(business) for business in self._calls.values()}
        for business in self._leaving:
            if id(business) not in kept:
                self._aside.do(business.close(), f"close {business.plan.name}")
        self._leaving = [business for business in self._leaving if id(business) in kept]

    def strong(self) -> dict[str, Standing]:
        """How the strong models of the dialplans stand that new calls are answered by."""
        kits = {name: business.kit for name, business in self.businesses.items()}
        return {name: kit.strong.standing() for name, kit in kits.items() if kit.strong is not None}

    def close(self) -> None:
        """Free the engines; blocking."""
        for engine in self._engines:
            engine.close()
