"""Menus for telephone keys: offered, and gone through by keys, or by the name of a key that is said.

A key counts as soon as it is pressed, whether its menu was heard or not: who knows the way types ahead. The keys of
the file's own menu hold wherever no other menu is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.dialplan.menus import Menu
from agent.reply.digits import digits_of
from agent.reply.reply import Part, Reply, Route, StockPart
from agent.reply.talk import Talk
from agent.reply.utterance import Utterance

TRIES = 3  # keys in a row that are nobody's; then a message is offered
_BESIDE = frozenset({"press", "number", "option", "key", "the", "please", "i", "choose"})


class MenuDesk:
    """Of one call; what is open is the talk's. `topic` tells a topic by its name, `offer` offers a message."""

    def __init__(self, talk: Talk, topic: Callable[[str], Reply], offer: Callable[[], Reply]) -> None:
        self._talk = talk
        self._topic = topic
        self._offer = offer
        self._menus = {menu.name: menu for menu in talk.plan.menus}

    @property
    def open(self) -> bool:
        """Whether a menu was offered, and nothing has come of it."""
        return self._menu is not None

    @property
    def _menu(self) -> Menu | None:
        return self._menus.get(self._talk.state.menu)

    def offer(
        self, name: str, lead: Sequence[Part], route: Route = Route.MENU, about: str | None = None, score: float = 1.0
    ) -> Reply:
        """Offer a menu behind `lead`. `about`: the intent that brings it, where that is not the menu."""
        parts = [*lead, StockPart(self._menus[name].prompt)]
        named = name if about is None else about
        return self._opened(name, self._talk.say(route, parts, name=named, confidence=score))

    def digit(self, key: str) -> Reply | None:
        """What a key brings; None where it is in no menu that counts now."""
        menu = self._menu or self._menus.get(self._talk.plan.menu or "")
        to = menu.keys.get(key) if menu is not None else None
        if to is None:
            return None
        return self.offer(to, []) if to in self._menus else self._topic(to)

    def nothing(self) -> Reply | None:
        """Nothing is under the key that was pressed: the menu again. None where none is open."""
        menu, tries = self._menu, self._talk.state.unsure + 1
        if menu is None:
            return None
        if tries >= TRIES:
            return self._offer()
        parts = [StockPart(menu.invalid), StockPart(menu.repeated)]
        return self._opened(menu.name, self._talk.say(Route.MENU, parts, name=menu.name, unsure=tries))

    def silence(self) -> Reply:
        """The caller presses nothing and says nothing. Raises ValueError where no menu is open."""
        if self._menu is None:
            raise ValueError("no menu is open")
        return self._talk.aside(Route.SILENCE, [StockPart(self._menu.repeated)])

    def key_in(self, said: Utterance) -> str:
        """The key that a caller names to an open menu: "two", "press two please"; "" for other words."""
        words = [word for word in said.words if word not in _BESIDE]
        digits = digits_of(Utterance(words[0])) if len(words) == 1 else ""
        return digits if self.open and len(digits) == 1 else ""

    def _opened(self, name: str, reply: Reply) -> Reply:
        self._talk.move(menu=name)
        return reply
