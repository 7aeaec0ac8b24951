"""Whether what a topic says follows from what was asked: a logistic regression over the score, its lead, the coverage
of the question's words and the kind of question (relevance.toml).

::

    question, the topic that scores best ─► traits ─► log odds ─┬─► sure: may be answered
                                                                ├─► perhaps: ask back
                                                                └─► no
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache
from pathlib import Path

import msgspec

from agent.engines.contract import Embedder, Read
from agent.listen.fitted import Regression
from agent.reply.background import SENTENCES
from agent.reply.coverage import Covering, Traits
from agent.reply.inquiry import Inquiry
from agent.reply.intents import Match

FILE = Path(__file__).with_name("relevance.toml")
MOST_LEAD = 0.4


class Asked(msgspec.Struct, frozen=True):
    """How a topic is asked for, and what is said; `states`: it is something that is so, and near its own text."""

    examples: tuple[str, ...]
    text: str
    states: bool


class Numbers(msgspec.Struct, frozen=True):
    """What the fit found, and the log odds from which a fact is stated, an intent acted on, and either asked back
    about."""

    origin: dict[str, str]
    stated: float
    acted_on: float
    asked_back: float
    regression: Regression


class Weighed(msgspec.Struct, frozen=True):
    """The log odds that a topic answers the question; the word of the question that it covers least, and the kind of
    thing that is asked for where it tells none."""

    odds: float
    uncovered: str
    untold: Inquiry | None


@cache
def shipped() -> Numbers:
    """The numbers as shipped."""
    return read(FILE)


def read(path: Path) -> Numbers:
    """Numbers of a file that the fit wrote. Raises OSError, ValueError, msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(path.read_text()), Numbers)


class Relevance:
    """Of the topics of one dialplan, by name."""

    def __init__(self, topics: Mapping[str, Asked], embedder: Embedder) -> None:
        self._asked = topics
        self._topics = {name: _covering(topic, embedder) for name, topic in topics.items()}
        self._rarity = _rarity(topic.words for topic in self._topics.values())

    def __contains__(self, name: object) -> bool:
        return name in self._topics

    def without(self, name: str, example: str, embedder: Embedder) -> Relevance:
        """The same where topic `name`, which has others, lacks an example."""
        asked = self._asked[name]
        fewer = msgspec.structs.replace(asked, examples=tuple(one for one in asked.examples if one != example))
        lacking = copy(self)
        lacking._topics = {**self._topics, name: _covering(fewer, embedder)}
        return lacking

    def traits(self, question: Read, said: str, match: Match, rival: float, background: float) -> Traits:
        """Of the topic of `match`. `rival`: the score of the next; `background`: how near talk in general is."""
        own = {"score": match.score, "lead": min(match.score - rival, MOST_LEAD), "background": background}
        return own | self._topics[match.topic].traits(question, said, self._rarity)

    def weigh(self, question: Read, said: str, match: Match, rival: float, background: float) -> Weighed:
        """Whether the topic of `match` answers the question."""
        odds = shipped().regression.logit(self.traits(question, said, match, rival, background))
        topic = self._topics[match.topic]
        return Weighed(odds, topic.least_covered(question), topic.untold(said))

    def sure(self, topic: str) -> float:
        """Log odds from which the topic is answered at once."""
        numbers = shipped()
        return numbers.stated if self._topics[topic].states else numbers.acted_on


def _covering(topic: Asked, embedder: Embedder) -> Covering:
    told = embedder.read([topic.text])[0] if topic.states else None
    return Covering(embedder.read(topic.examples), topic.examples, told, topic.text)


def _rarity(topics: Iterable[frozenset[str]]) -> dict[str, float]:
    """Of words, from how many topics and background sentences have them; of others it is 1."""
    count = Counter(word for words in topics for word in words)
    count.update(word for sentence in SENTENCES for word in set(sentence.split()))
    return {word: 1 / (1 + times) for word, times in count.items()}
