"""What is said to words that were not understood: asked again, asked back, what can be asked, and at last an offer to
take a message.
"""

from __future__ import annotations

from agent.reply.knowledge import Knowledge
from agent.reply.reply import Reply, Route, StockPart
from agent.reply.router import Decision
from agent.reply.state import Open
from agent.reply.talk import Talk

UNSURE_LIMIT = 2  # turns in a row that are not understood; then a message is offered
UNHEARD_LIMIT = 3


class Doubt:
    """One call's; its state is the talk's."""

    def __init__(self, talk: Talk, knowledge: Knowledge) -> None:
        self._talk = talk
        self._knowledge = knowledge

    def unheard(self) -> Reply:
        """No word was heard."""
        unheard = self._talk.state.unheard + 1
        if unheard >= UNHEARD_LIMIT:
            return self.offer()
        self._talk.move(unheard=unheard)
        return self._talk.aside(Route.FALLBACK, [StockPart(self._talk.plan.no_match.unheard)])

    def ask_back(self, decision: Decision, said: str) -> Reply:
        """Perhaps it is a topic. `said`: the caller's words."""
        unsure = self._talk.state.unsure
        if unsure >= UNSURE_LIMIT:
            return self.offer()
        reply = self._question(decision.name, decision.score, said, unsure + 1)
        self._talk.move(second=decision.second)
        return reply

    def ask_next(self) -> Reply | None:
        """It was not that topic: perhaps another; None where there is none."""
        state = self._talk.state
        return self._question(state.second, 0.0, state.asked, state.unsure) if state.second else None

    def _question(self, topic: str, score: float, said: str, unsure: int) -> Reply:
        question = StockPart(self._knowledge[topic].question)
        reply = self._talk.say(Route.CONFIRM, [question], Open.CONFIRM, name=topic, confidence=score, unsure=unsure)
        self._talk.move(topic=topic, asked=said)
        return reply

    def no_match(self, decision: Decision) -> Reply:
        """It is nothing that the bot knows."""
        unsure = self._talk.state.unsure + 1
        if unsure >= UNSURE_LIMIT:
            return self.offer()
        texts = self._talk.plan.no_match
        parts = [StockPart(texts.sorry), StockPart(texts.offer)]
        return self._talk.say(Route.FALLBACK, parts, confidence=decision.score, unsure=unsure)

    def offer(self) -> Reply:
        """A message is offered."""
        return self._talk.say(Route.FALLBACK, [StockPart(self._talk.plan.no_match.message)], Open.OFFER)
