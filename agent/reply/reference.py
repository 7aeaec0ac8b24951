"""What "it" is: a question that speaks of what was just told by a pronoun, "where is it", is asked about that."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from agent.reply.knowledge import Knowledge
from agent.reply.router import Decision, Kind, Router, Why
from agent.reply.utterance import Utterance

_PRONOUN = re.compile(r"(?<![\w'])(?:it|that|they|them|those|these)(?![\w'])")
# "It" of these is nothing: "is it possible to …", "it is true that …".
_NOTHING = re.compile(
    r"(?<![\w'])it(?:'s| is| was)?(?: \w+)? (?:possible|okay|ok|true|too late|to)(?![\w'])|is that (?:so|all)$"
)
_LONGEST = 9  # words; a longer question says what it is about


def resolved(said: Utterance, subject: str) -> Utterance | None:
    """The question with its pronoun replaced; None for other words, and where the pronoun stands for nothing."""
    if len(said.words) > _LONGEST or _NOTHING.search(said.text) or _PRONOUN.search(said.text) is None:
        return None
    return Utterance(_PRONOUN.sub(Utterance(subject).text, said.text, count=1))


class Reference:
    """Of one dialplan."""

    def __init__(self, knowledge: Knowledge, router: Router) -> None:
        self._knowledge = knowledge
        self._router = router

    def decide(self, said: Utterance, plain: Decision, told: str, today: date | None = None) -> Decision:
        """What the turn is behind the answer about the topic `told`, which is `plain` by itself. Raises
        EmbeddingError."""
        question = None if plain.why in (Why.RULE, Why.LISTED) else resolved(said, self._knowledge[told].subject)
        if question is None:
            return plain
        decision = self._router.decide(question, today=today)
        states = plain.kind is Kind.TOPIC and plain.name in self._knowledge.states
        if decision.kind is Kind.TOPIC and decision.name == told and (states or plain.kind is not Kind.TOPIC):
            return max(decision, plain, key=_sure)
        same = decision.kind is Kind.TOPIC and decision.name == plain.name
        if states and plain.name != told and not same and plain.weighed is not None:
            return msgspec.structs.replace(plain, kind=Kind.UNSURE, why=Why.UNCOVERED)  # "it" may be something else
        return plain


def _sure(decision: Decision) -> float:
    return decision.weighed.sure if decision.kind is Kind.TOPIC and decision.weighed is not None else 0.0
