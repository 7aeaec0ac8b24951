"""Which topic answers a question, if any does: how sure the bot may be of each.

::

    question ─► near (network.py): words and wholes, all topics ─► the nearest few
                    ─► traits (coverage.py, inquiry.py) ─► network ─► probabilities: topics, and none of them

The network was fitted (`scripts/fit_relevance.py`) to questions of made-up businesses with near misses: the same
subject, and nothing there answers it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from agent.engines.contract import Embedder, Read
from agent.reply.background import SENTENCES
from agent.reply.coverage import Asked, Coverings, texts_of
from agent.reply.inquiry import Inquiry
from agent.reply.intents import Scores
from agent.reply.nearest import Nearest, of_all
from agent.reply.network import Numbers, Texts
from agent.reply.question import Question

FILE = Path(__file__).with_name("relevance.toml")
NUMBERS = FILE.with_suffix(".npz")
HELD = 5  # topics, the nearest, that are held against the question in full


class Limits(msgspec.Struct, frozen=True):
    """The probabilities from which a fact is stated, an intent acted on, either asked back about, and asked about after
    a no to that; the embedder that the network reads."""

    stated: float
    acted_on: float
    asked_back: float
    asked_next: float
    embedder: str
    origin: dict[str, str]


class Weighed(msgspec.Struct, frozen=True):
    """How sure it is that a topic answers the question; the word of the question that it covers least, and the kind of
    thing that is asked for where it tells none."""

    topic: str
    sure: float
    uncovered: str
    untold: Inquiry | None


@cache
def limits() -> Limits:
    """As shipped."""
    return msgspec.convert(tomllib.loads(FILE.read_text()), Limits)


@cache
def numbers() -> Numbers:
    """As shipped."""
    return Numbers.read(NUMBERS)


class Relevance:
    """Of the topics of one dialplan, by name."""

    def __init__(self, topics: Mapping[str, Asked], embedder: Embedder) -> None:
        reads = texts_of(topics, embedder)
        self._topics = Coverings(topics, reads)
        self._names = list(topics)
        self._places = {
            (name, said): int(start) + at
            for (name, topic), start in zip(topics.items(), np.cumsum([0, *map(len, reads.values())]), strict=False)
            for at, said in enumerate(topic.examples)
        }
        self._nearest = Nearest([len(texts) for texts in reads.values()])
        self._texts = Texts(numbers(), [read for texts in reads.values() for read in texts])
        self._background = Texts(numbers(), embedder.read(SENTENCES))

    def weigh(self, read: Read, said: str, scores: Scores, but: tuple[str, str] = ("", "")) -> Iterator[Weighed]:
        """The topics that have scores and may answer the question, whose words are `said`, the surest first. `but`: a
        topic's example that counts as not written. Raises EmbeddingError."""
        question = Question.of(read, said)
        near = self._near(read, scores, but)
        held = self._held(near, scores)
        fit = numbers()
        topics = self._topics.without(*but) if but[0] else self._topics
        rows = [topics.traits(name, question, scores) for name in held]
        traits = np.array([[row.get(name, 0.0) for name in fit.traits] for row in rows], np.float32)
        odds = fit.odds(np.array([near[name] for name in held], np.float32), traits)
        raised = np.exp(np.append(odds, fit.nothing) - max(float(odds.max()), fit.nothing))
        sure = raised[:-1] / raised.sum()
        return (self._weighed(held[at], float(sure[at]), question) for at in np.argsort(-sure))

    def limit(self, topic: str) -> float:
        """The probability from which the topic is answered at once."""
        return limits().stated if self._topics[topic].states else limits().acted_on

    def _near(self, read: Read, scores: Scores, but: tuple[str, str]) -> dict[str, float]:
        question = numbers().seen(read)
        near = self._texts.near(question, self._places.get(but))
        there = {match.topic for match in scores.matches}
        talk = numbers().background * of_all(self._background.near(question))
        means, _ = self._nearest.of(near)
        return {name: float(mean) - talk for name, mean in zip(self._names, means, strict=True) if name in there}

    def _held(self, near: Mapping[str, float], scores: Scores) -> list[str]:
        """The nearest by the network, and the one that scores best."""
        names = sorted(near, key=near.__getitem__, reverse=True)[:HELD]
        best = next(match.topic for match in scores.matches if match.topic in near)
        return names if best in names else [*names, best]

    def _weighed(self, name: str, sure: float, question: Question) -> Weighed:
        topic = self._topics[name]
        return Weighed(name, sure, topic.least_covered(question), topic.untold(question))
