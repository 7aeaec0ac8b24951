"""Answers that the caller spoke over before they said what they were about: kept until it fits to offer them.

::

    answer, cut before its key ─► "go on", "okay" ─► said again
                               ─► another question ─► its answer ─► "thanks", "okay", silence ─► offered ─► yes: said
                                                                                                         └► no: dropped
    asked for again, or "stop", "never mind" ─► forgotten

Each topic is offered once a call, and at most two wait.
"""

from __future__ import annotations

from agent.dialplan.schema import Intent
from agent.reply.conveyed import conveyed
from agent.reply.knowledge import Knowledge
from agent.reply.reply import Part, Reply, Route, StockPart
from agent.reply.state import Open
from agent.reply.talk import Talk

MOST = 2
_ANSWERS = (Route.INTENT, Route.FACT)


class Unsaid:
    """What one call's bot still has to say; its state is the talk's."""

    def __init__(self, talk: Talk, knowledge: Knowledge) -> None:
        self._talk = talk
        self._knowledge = knowledge

    @property
    def next(self) -> str:
        """The topic to go on with when the caller lets the bot: what was cut last, else what waits; "" for none."""
        state = self._talk.state
        return state.unsaid or (state.waiting[-1] if state.waiting else "")

    def heard(self, text: str, cut: Reply | None) -> None:
        """`text` was heard of a reply; of all of it, or of `cut`."""
        kept = cut is not None and cut.route in _ANSWERS and not conveyed(cut, text)
        name = cut.name if cut is not None and kept else ""
        self._talk.move(unsaid=name)
        if name and name not in self._talk.state.offered and self._waits(name):
            self._talk.move(waiting=(*self._without(name), name)[-MOST:])

    def said(self, name: str) -> None:
        """The topic is answered now."""
        self._talk.move(waiting=self._without(name), unsaid="")

    def forget(self) -> None:
        """The caller wants none of it."""
        self._talk.move(waiting=(), unsaid="")

    def offer(self, route: Route, *lead: Part) -> Reply | None:
        """The lead, and whether to go on with what has waited longest; None where nothing waits."""
        if not self._talk.state.waiting:
            return None
        name, *rest = self._talk.state.waiting
        reply = self._talk.say(route, [*lead, StockPart(self._knowledge[name].offer)], Open.UNSAID, name=name)
        self._talk.move(topic=name, waiting=tuple(rest), offered=(*self._talk.state.offered, name), unsaid="")
        return reply

    def _waits(self, name: str) -> bool:
        """Whether it is an answer; what a topic does besides is not done later."""
        topic = self._knowledge[name]
        return not (isinstance(topic, Intent) and topic.acts)

    def _without(self, name: str) -> tuple[str, ...]:
        return tuple(waiting for waiting in self._talk.state.waiting if waiting != name)
