"""What a caller may say in the middle of something that is no part of it: a question, and what is more urgent."""

from __future__ import annotations

from agent.dialplan.schema import Fact, Intent
from agent.listen.wording import ASKING
from agent.reply.commands import Command, command_of, wants_person, wants_somebody, wants_through
from agent.reply.knowledge import Knowledge
from agent.reply.present import Present
from agent.reply.reply import Reply, Route, StockPart
from agent.reply.router import Decision, Kind, Router, Why
from agent.reply.smalltalk import COURTESIES
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

_NO = ("no", "nope", "not", "really", "well", "but", "sorry", "okay", "then")
_NOT_ASKED = (Why.UNCOVERED, Why.ASKED_FIRST)  # told at once: to ask back would be one question more


class Beside:
    """Of one call. `automated`: what is said to who asks whom they speak to."""

    def __init__(self, knowledge: Knowledge, router: Router, present: Present, automated: str) -> None:
        self._knowledge = knowledge
        self._router = router
        self._present = present
        self._courtesies = {one.name: one.instead or automated for one in COURTESIES if not one.modelled}

    def answer(self, said: Utterance) -> Reply | None:
        """The answer to a question; None for other words, and for what would begin something else. Raises
        EmbeddingError."""
        return self._answer(said, self._router.decide(said, today=self._present.today))

    def question(self, said: Utterance) -> Reply | None:
        """The same where any other words are taken down: the words are one, and it is sure what they ask. Raises
        EmbeddingError."""
        decision = self._router.decide(said, today=self._present.today)
        asks = decision.kind is Kind.TOPIC and said.words[0] in ASKING
        return self._answer(said, decision) if asks or decision.kind is Kind.COURTESY else None

    def _answer(self, said: Utterance, decision: Decision) -> Reply | None:
        courtesy = self._courtesies.get(decision.name) if decision.kind is Kind.COURTESY else None
        if courtesy is not None:
            return Reply(Route.SMALL_TALK, (StockPart(courtesy),), decision.name, decision.score)
        near = decision.kind is Kind.TOPIC or decision.why in _NOT_ASKED
        topic = self._knowledge[decision.name] if near else None
        if topic is None or (isinstance(topic, Intent) and topic.acts):
            return None
        fill, is_open = self._present.fill, self._present.is_open
        score = decision.score if decision.kind is Kind.TOPIC else 0.0  # what it is about is said first, then
        parts, _ = self._knowledge.spoken(topic, score, said.text, fill, is_open)
        route = Route.INTENT if isinstance(topic, Intent) else Route.FACT
        return Reply(route, parts, topic.name, decision.score)

    def urgent(self, said: Utterance) -> tuple[Intent, float] | None:
        """What ends whatever is going on, and how well the words fit it; where it is the nearest it need not be ahead,
        since nobody would ask back. Raises EmbeddingError."""
        if not self._knowledge.urgent:
            return None
        decision = self._router.decide(said)
        near = decision.kind is Kind.TOPIC or decision.why is Why.CLOSE
        topic = self._knowledge[decision.name] if near else None
        return (topic, decision.score) if isinstance(topic, Intent) and topic.urgent else None

    def sparing(self, said: Utterance) -> tuple[Intent | Fact, float] | None:
        """What takes the place of somebody who is waited for, and how well the words fit it: a message, or being called
        back. Raises EmbeddingError."""
        decision = self._router.decide(said, today=self._present.today)
        sparing = decision.kind is Kind.TOPIC and decision.name in self._knowledge.spares_waiting
        return (self._knowledge[decision.name], decision.score) if sparing else None

    def somebody(self, said: Utterance, flow: str) -> tuple[Intent | None, float] | None:
        """The topic that puts the caller through to whom they ask for, and how well the words fit it; any person where
        there is none. None for words that ask for nobody, or that the dialplan answers, or which begin the `flow` that
        is held: it asks whom they want. Raises EmbeddingError."""
        anybody = wants_person(said) or command_of(said) is Command.PERSON
        if not (anybody or wants_somebody(said) or wants_through(said)):
            return None
        decision = self._router.decide(said, today=self._present.today)
        near = decision.kind is Kind.TOPIC or decision.why is Why.CLOSE
        topic = self._knowledge[decision.name] if near else None
        if isinstance(topic, Intent) and topic.transfer is not None:
            return topic, decision.score
        acts = isinstance(topic, Intent) and topic.acts and (topic.flow is None or topic.flow != flow)
        return (None, 1.0) if anybody or acts or decision.kind is not Kind.TOPIC else None

    def rather(self, said: Utterance) -> tuple[Intent | Fact, float] | None:
        """What the caller wants instead of what they were asked, and how well the words fit it: a topic behind a no,
        or without one a topic of which something comes. Raises EmbeddingError."""
        rest = said.without(*_NO)
        decision = self._router.decide(rest, today=self._present.today)
        told = decision.why is Why.LISTED or len(rest.words) > 1
        near = decision.kind is Kind.TOPIC or decision.why is Why.CLOSE  # whoever says no is not asked back
        topic = self._knowledge[decision.name] if near and told else None
        acts = isinstance(topic, Intent) and topic.acts
        return (topic, decision.score) if topic is not None and (acts or yes_or_no(said) is False) else None
