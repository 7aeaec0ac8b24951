"""What the bot knows: the dialplan's intents and facts, how callers ask for them, and how they are said."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.reply.reply import Part, StockPart

SURE = 0.55  # score from which a fact needs no lead-in that names what was understood


class Knowledge:
    """The topics of one dialplan by name."""

    def __init__(self, plan: Dialplan) -> None:
        self._topics: dict[str, Intent | Fact] = {topic.name: topic for topic in plan.topics}
        self._keys = {intent.digit: intent for intent in plan.intents if intent.digit is not None}

    def __getitem__(self, name: str) -> Intent | Fact:
        return self._topics[name]

    def __contains__(self, name: str) -> bool:
        return name in self._topics

    def for_digit(self, digit: str) -> Intent | None:
        """The intent that a telephone key asks for."""
        return self._keys.get(digit)

    @property
    def examples(self) -> Mapping[str, tuple[str, ...]]:
        """How callers ask for each topic; a fact is also near its own text."""
        return {
            name: (*topic.questions, topic.text) if isinstance(topic, Fact) else topic.examples
            for name, topic in self._topics.items()
        }


def spoken(topic: Intent | Fact, score: float) -> tuple[tuple[Part, ...], str | None]:
    """What is said about a topic, as written, and the words in it that carry the information."""
    if isinstance(topic, Intent):
        return (StockPart(topic.answer),), topic.key
    lead = () if score >= SURE else (StockPart(topic.lead),)
    return (*lead, StockPart(topic.text)), topic.key
