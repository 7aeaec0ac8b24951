"""What the bot knows: the dialplan's intents and facts, how callers ask for them, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from agent.dialplan.schema import Action, Dialplan, Fact, Intent
from agent.reply.coverage import Asked
from agent.reply.reply import ModelPart, Part, StockPart, TextPart
from agent.reply.template import places
from agent.reply.tier import CERTAIN, Tier, Wish, wanted
from agent.reply.wording import TOLD

SURE = 0.55  # score from which a fact needs no lead-in that names what was understood


class Knowledge:
    """The topics of one dialplan by name."""

    def __init__(self, plan: Dialplan) -> None:
        self._topics: dict[str, Intent | Fact] = {topic.name: topic for topic in plan.topics}
        self._sure = plan.model.strong.sure if plan.model.strong is not None else CERTAIN
        self.spares_waiting = _sparing(plan)
        self._keys = {intent.digit: intent for intent in plan.intents if intent.digit is not None}

    @property
    def urgent(self) -> bool:
        """Whether any intent ends a flow that is going on."""
        return any(isinstance(topic, Intent) and topic.urgent for topic in self._topics.values())

    def __getitem__(self, name: str) -> Intent | Fact:
        return self._topics[name]

    def __contains__(self, name: object) -> bool:
        return name in self._topics

    @property
    def states(self) -> frozenset[str]:
        """The topics that tell something, which must be what was asked for; others only begin something."""
        return frozenset(name for name, topic in self._topics.items() if isinstance(topic, Fact) or not topic.acts)

    def over(self, today: date) -> frozenset[str]:
        """The facts that are not so on that day."""
        return frozenset(
            name for name, topic in self._topics.items() if isinstance(topic, Fact) and not topic.holds(today)
        )

    def for_digit(self, digit: str) -> Intent | None:
        """The intent that a telephone key asks for."""
        return self._keys.get(digit)

    @property
    def examples(self) -> Mapping[str, tuple[str, ...]]:
        """How callers ask for each topic; a fact is also near its own text."""
        return {
            name: (*topic.asked, topic.text) if isinstance(topic, Fact) else topic.asked
            for name, topic in self._topics.items()
        }

    @property
    def asked(self) -> Mapping[str, Asked]:
        """The same with what is said; a fact states it."""
        return {
            name: Asked(topic.asked, topic.text if isinstance(topic, Fact) else topic.answer, isinstance(topic, Fact))
            for name, topic in self._topics.items()
        }

    def spoken(
        self, topic: Intent | Fact, score: float, said: str, fill: Callable[[str], str], is_open: bool = True
    ) -> tuple[tuple[Part, ...], str | None]:
        """What is said about a topic to a caller who said `said`, and the words in it that carry the information, None
        where a model finds the words. `fill` fills a text's places."""
        if topic.closed is not None and not is_open:
            return (written(topic.closed, fill),), None
        text = topic.answer if isinstance(topic, Intent) else topic.text
        tier = wanted(Wish(topic.worded, score, self._sure)).tier
        if tier is not Tier.STOCK:
            instruction, tokens = TOLD[tier]
            asked = (
                said or f"tell me about {topic.subject}"
            )  # a key was pressed, or "yes" said to the question about it
            return (ModelPart(instruction, asked, text, tokens, text, tier),), None
        lead = () if score >= SURE or isinstance(topic, Intent) else (StockPart(topic.lead),)
        return (*lead, written(text, fill)), topic.key and fill(topic.key)


def _sparing(plan: Dialplan) -> frozenset[str]:
    """The topics that take the place of somebody who is not there yet: a message, and being called back."""
    callbacks = {tool.name for tool in plan.tools if tool.callback}
    flows = {
        flow.name
        for flow in plan.flows
        if any(step.do in callbacks for step in flow.steps)
        or (any(step.message for step in flow.steps) and not any(step.do or step.transfer for step in flow.steps))
    }
    return frozenset(
        intent.name for intent in plan.intents if intent.action is Action.TAKE_MESSAGE or intent.flow in flows
    )


def written(text: str, fill: Callable[[str], str]) -> StockPart | TextPart:
    """A text of the file: rendered before the call, or filled and rendered in it."""
    return TextPart(fill(text)) if places(text) else StockPart(text)
