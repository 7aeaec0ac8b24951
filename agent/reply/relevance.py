"""Whether what a topic says follows from what was asked: a logistic regression over the score, its lead, the coverage
of the question's words and the kind of question (relevance.toml).

::

    question ─► the three topics that score best ─► traits ─► log odds ─► the best ─┬─► sure: may be answered
                                                                                    ├─► perhaps: ask back
                                                                                    └─► no
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from agent.engines.contract import Read
from agent.listen.fitted import Regression
from agent.reply.background import SENTENCES
from agent.reply.coverage import Covering, Traits
from agent.reply.intents import Match

FILE = Path(__file__).with_name("relevance.toml")
WEIGHED = 3  # topics
MOST_LEAD = 0.4


class Asked(msgspec.Struct, frozen=True):
    """How a topic is asked for, and what is said; `states`: it is something that is so, and near its own text."""

    examples: tuple[str, ...]
    text: str
    states: bool


class Numbers(msgspec.Struct, frozen=True):
    """What the fit found, and the log odds from which a fact is stated, an intent acted on, and either asked back
    about; `lead`: over the next topic."""

    origin: dict[str, str]
    stated: float
    acted_on: float
    asked_back: float
    lead: float
    regression: Regression


class Weighed(msgspec.Struct, frozen=True):
    """A topic by the log odds that it answers the question; `lead` over the next one; `uncovered`: the word of the
    question that the topic covers least."""

    match: Match
    odds: float
    lead: float
    uncovered: str


@cache
def shipped() -> Numbers:
    """The numbers as shipped."""
    return read(FILE)


def read(path: Path) -> Numbers:
    """Numbers of a file that the fit wrote. Raises OSError, ValueError, msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(path.read_text()), Numbers)


class Relevance:
    """Of the topics of one dialplan, by name."""

    def __init__(self, topics: Mapping[str, Asked], reads: Mapping[str, Sequence[Read]]) -> None:
        """`reads`: of each topic its examples, and its text where it states one."""
        self._topics = {name: _covering(topic, reads[name]) for name, topic in topics.items()}
        self._rarity = _rarity(topic.words for topic in self._topics.values())

    def traits(self, question: Read, said: str, matches: Sequence[Match], background: float) -> list[Traits]:
        """Of the topics that score best, `matches` from the best on. `background`: how near talk in general is."""
        found = []
        for at, match in enumerate(matches[:WEIGHED]):
            other = matches[0 if at else 1].score if len(matches) > 1 else match.score - MOST_LEAD
            lead = min(match.score - other, MOST_LEAD)
            own = {"score": match.score, "lead": lead, "background": background}
            found.append(own | self._topics[match.topic].traits(question, said, self._rarity))
        return found

    def weigh(self, question: Read, said: str, matches: Sequence[Match], background: float) -> Weighed:
        """The topic that answers the question best."""
        regression = shipped().regression
        odds = [regression.logit(traits) for traits in self.traits(question, said, matches, background)]
        order = sorted(range(len(odds)), key=lambda at: -odds[at])
        best = order[0]
        lead = odds[best] - odds[order[1]] if len(order) > 1 else float("inf")
        return Weighed(matches[best], odds[best], lead, self._topics[matches[best].topic].least_covered(question))

    def sure(self, topic: str) -> float:
        """Log odds from which the topic is answered at once."""
        numbers = shipped()
        return numbers.stated if self._topics[topic].states else numbers.acted_on


def _covering(topic: Asked, reads: Sequence[Read]) -> Covering:
    asked = reads[: len(topic.examples)]
    return Covering(asked, topic.examples, reads[-1] if topic.states else None, topic.text)


def _rarity(topics: Iterable[frozenset[str]]) -> dict[str, float]:
    """Of words, from how many topics and background sentences have them; of others it is 1."""
    count = Counter(word for words in topics for word in words)
    count.update(word for sentence in SENTENCES for word in set(sentence.split()))
    return {word: 1 / (1 + times) for word, times in count.items()}
