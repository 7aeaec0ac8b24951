"""The questions of the made-up businesses as the network of `agent/reply/relevance.py` sees them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from businesses import Business, answers, of_others

from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.engines.contract import Embedder, Read
from agent.reply.background import SENTENCES
from agent.reply.coverage import Asked as Topic
from agent.reply.coverage import Coverings, Traits, texts_of
from agent.reply.intents import Intents
from agent.reply.knowledge import Knowledge
from agent.reply.lead_in import point_of
from agent.reply.question import Question
from agent.reply.utterance import Utterance

QUESTION, TEXT, TALK = 14, 14, 10  # words that are looked at
STRANGE, PERHAPS, OTHERS = 48, 3, 15  # questions of others: tried, the nearest, which may be theirs, and taken
WEAK = 0.3  # what an example that is asked, and a question of others, counts
ANSWERS = 12  # of those to questions of the bot, for each business
OWN = 2  # every second example is a question, too: callers mostly ask as an admin would


class Sentences(msgspec.Struct, frozen=True):
    """n sentences, padded to w words: whole (n, 384), words in context and alone (n, w, 384), and which are there."""

    whole: np.ndarray
    context: np.ndarray
    alone: np.ndarray
    there: np.ndarray


class Asked(msgspec.Struct, frozen=True):
    """A business: its texts, each of a topic; its questions, each with the number of its topic (-1 where nothing
    answers it), what kind of question it is, and its traits with every topic, (questions, topics, names)."""

    name: str
    texts: Sentences
    of: np.ndarray
    questions: Sentences
    right: np.ndarray
    own: np.ndarray  # the text that the question is, which does not count for it; -1 where it is none
    weight: np.ndarray  # how much the question counts
    kinds: tuple[str, ...]
    traits: np.ndarray
    names: tuple[str, ...]  # of the traits; of one that is not among them all are 0


class Reader:
    """Reads questions of one business as its router does."""

    def __init__(self, business: Business, embedder: Embedder) -> None:
        knowledge = Knowledge(dialplan(business))
        self.topics = knowledge.asked
        self._embedder = embedder
        self._intents = Intents(knowledge.examples, embedder)
        self._coverings = Coverings(self.topics, texts_of(self.topics, embedder))

    def read(self, said: str, but: tuple[str, str] = ("", "")) -> tuple[Read, list[Traits]]:
        """And its traits with each topic. `but`: a topic's example that counts as not written."""
        point = point_of(Utterance(said))
        read = self._embedder.read([point])[0]
        scores = self._intents.scores(read.whole, but[1])
        coverings = self._coverings.without(*but) if but[0] else self._coverings
        question = Question.of(read, point)
        return read, [coverings.traits(name, question, scores) for name in self.topics]


def asked_of(business: Business, businesses: Sequence[Business], embedder: Embedder) -> Asked:
    """All of it. `businesses`: whose questions are none of its own."""
    reader = Reader(business, embedder)
    topics = list(reader.topics)
    random = np.random.default_rng(sum(map(ord, business.name)))
    questions = [(kind, topic, -1, 1.0, *reader.read(said)) for kind, said, topic in business.by_kind()]
    some = random.permutation(answers())[:ANSWERS]
    questions += [("an answer", "", -1, 1.0, *reader.read(str(said))) for said in some]
    strange = [reader.read(str(said)) for said in random.permutation(of_others(business, businesses))[:STRANGE]]
    strange.sort(key=lambda read: -max(traits["score"] for traits in read[1]))
    questions += [("of others", "", -1, WEAK, *read) for read in strange[PERHAPS : PERHAPS + OTHERS]]
    listed = [(name, said) for name, topic in reader.topics.items() for said in _texts(topic)]
    for at, (name, said) in enumerate(listed):
        if at % OWN == 0 and said in reader.topics[name].examples:
            questions.append(("an example", name, at, WEAK, *reader.read(said, (name, said))))
    kinds, right, own, weight, reads, traits = zip(*questions, strict=True)
    names = sorted({name for row in traits for found in row for name in found})
    texts = texts_of(reader.topics, embedder)
    return Asked(
        business.name,
        sentences([read for name in topics for read in texts[name]], TEXT),
        np.array([at for at, name in enumerate(topics) for _ in texts[name]]),
        sentences(reads, QUESTION),
        np.array([topics.index(topic) if topic else -1 for topic in right]),
        np.array(own),
        np.array(weight),
        kinds,
        np.array([[[found.get(name, 0.0) for name in names] for found in row] for row in traits], np.float32),
        tuple(names),
    )


def _texts(topic: Topic) -> tuple[str, ...]:
    return (*topic.examples, topic.text) if topic.states else topic.examples


def talk(embedder: Embedder) -> Sentences:
    """What is no business of a telephone line."""
    return sentences(embedder.read(SENTENCES), TALK)


def sentences(reads: Sequence[Read], most: int) -> Sentences:
    """Padded; one without a word has one that is like nothing."""
    n, d = len(reads), len(reads[0].whole)
    context, alone = np.zeros((n, most, d), np.float16), np.zeros((n, most, d), np.float16)
    there = np.zeros((n, most), np.float32)
    for at, read in enumerate(reads):
        words = min(most, len(read.words))
        context[at, :words], alone[at, :words], there[at, :words] = read.context[:words], read.alone[:words], 1.0
    there[:, 0] = np.maximum(there[:, 0], 1e-6)
    return Sentences(np.stack([read.whole for read in reads]), context, alone, there)


def dialplan(business: Business) -> Dialplan:
    """As an admin would write it."""
    topics = business.topics
    intents = (
        Intent(name=one.name, about=one.about, examples=one.examples, answer=one.text) for one in topics if not one.fact
    )
    facts = (Fact(name=one.name, about=one.about, questions=one.examples, text=one.text) for one in topics if one.fact)
    return Dialplan(
        name=business.name,
        numbers=("*",),
        persona="You answer the telephone.",
        greeting="Hello.",
        intents=tuple(intents),
        facts=tuple(facts),
    )
