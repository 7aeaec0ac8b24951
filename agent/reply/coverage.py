"""What there is between a question and a topic: how near they are as wholes, which words of the question something in
the topic covers, and whether it tells the kind of thing that is asked for.

A word is covered as far as some word of the topic's examples or text is like it: the largest cosine, as in late
interaction (Khattab and Zaharia 2020), once by itself and once in its context. "is the parking heated" is as near to
"is the parking free" as a paraphrase of it; but nothing there is like "heated".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import accumulate

import msgspec
import numpy as np
import numpy.typing as npt

from agent.engines.contract import Embedder, Embeddings, Read
from agent.reply.background import SENTENCES
from agent.reply.inquiry import Inquiry, asked_for, content_of, stem, told_by
from agent.reply.intents import Scores
from agent.reply.question import Question

Traits = dict[str, float]
_NOTHING = [0.7]  # the coverage of a question without words of content
_LONG = 5  # words of content


class Asked(msgspec.Struct, frozen=True):
    """How a topic is asked for, and what is said; `states`: it is something that is so, and near its own text."""

    examples: tuple[str, ...]
    text: str
    states: bool


class Covering:
    """A topic as questions are held against it: its examples, and the text that is said where it states a fact."""

    def __init__(self, topic: Asked, texts: Sequence[Read]) -> None:
        """`texts`: the examples, and last the text where it states something, as they were read."""
        asked = texts[: len(topic.examples)]
        self.states = topic.states
        self._topic = topic
        self.words = frozenset(word for one in texts for word in one.words)
        self._asked = len(asked)
        self._content = [
            np.array(content_of(one.words), np.intp) + start for one, start in zip(asked, _starts(asked), strict=True)
        ]
        self._wholes = np.stack([one.whole for one in texts])
        centre = self._wholes.mean(axis=0)
        self._centre = centre / max(float(np.linalg.norm(centre)), 1e-9)
        self._alone = np.concatenate([one.alone for one in texts])
        self._context = np.concatenate([one.context for one in texts])
        self._texts = _as_views(texts, self._wholes, self._alone, self._context)
        self._stems = frozenset(map(stem, self.words))
        self._inquiries = tuple(map(asked_for, topic.examples))
        self._tells = told_by(topic.text) if self.states else frozenset[Inquiry]()

    def without(self, example: str) -> Covering:
        """The same topic, which has others, where an example was not written."""
        at = self._topic.examples.index(example)
        examples = (*self._topic.examples[:at], *self._topic.examples[at + 1 :])
        fewer = msgspec.structs.replace(self._topic, examples=examples)
        return Covering(fewer, [*self._texts[:at], *self._texts[at + 1 :]])

    def traits(self, question: Question, rarity: Mapping[str, float]) -> Traits:
        """Of `question`. `rarity`: of words, 1 where a word is missing."""
        read, content = question.read, question.content
        wholes = self._wholes @ read.whole
        at = int(wholes[: self._asked].argmax())
        rare = [rarity.get(read.words[one], 1.0) for one in content]
        missing = sum(one not in self._stems for one in question.stems)
        traits = {
            "nearest": float(wholes[at]),
            "text": float(wholes[-1]) if self.states else 0.0,
            "centre": float(self._centre @ read.whole),
            "states": float(self.states),
            "length": len(content) / _LONG,
            "denies": float(question.denies),
            "missing": missing / max(1, len(content)),
        }
        for name, like in (("alone", read.alone @ self._alone.T), ("context", read.context @ self._context.T)):
            traits |= _covered(name, like=like, back=self._content[at], content=content, rare=rare)
        return traits | self._inquiry(question.asks, at)

    def least_covered(self, question: Question) -> str:
        """The word of the question that the topic covers least, by itself and in its context; "" of no content."""
        read, content = question.read, question.content
        if not content:
            return ""
        alone, context = _best(read.alone[content], self._alone), _best(read.context[content], self._context)
        return read.words[content[int((alone + context).argmin())]]

    def untold(self, question: Question) -> Inquiry | None:
        """What kind of thing is asked for, where the topic is not asked for it and tells none."""
        asks = question.asks
        return None if asks in self._inquiries or asks in self._tells else asks

    def _inquiry(self, asked: Inquiry, nearest: int) -> Traits:
        known, tells = asked in self._inquiries, asked in self._tells
        traits = {
            "asked so": float(known),
            "told so": float(tells),
            "nearest asks so": float(self._inquiries[nearest] is asked),
            f"asks {asked}": 1.0,
        }
        return traits if known or tells else traits | {f"no answer to {asked}": 1.0}


class Coverings:
    """The topics of one dialplan, by name."""

    def __init__(self, topics: Mapping[str, Asked], texts: Mapping[str, Sequence[Read]]) -> None:
        self._topics = {name: Covering(topic, texts[name]) for name, topic in topics.items()}
        self._rarity = _rarity(topic.words for topic in self._topics.values())

    def __getitem__(self, name: str) -> Covering:
        return self._topics[name]

    def without(self, name: str, example: str) -> Coverings:
        """The same where topic `name`, which has others, lacks an example."""
        lacking = copy(self)
        lacking._topics = {**self._topics, name: self._topics[name].without(example)}
        return lacking

    def traits(self, name: str, question: Question, scores: Scores) -> Traits:
        """Of a topic and a question."""
        score = next(match.score for match in scores.matches if match.topic == name)
        others = (match.score for match in scores.matches if match.topic in self._topics and match.topic != name)
        lead = score - next(others, -1.0)
        own = {"score": score, "far": lead, "background": scores.background, "line": scores.line[name]}
        return own | self._topics[name].traits(question, self._rarity)


def texts_of(topics: Mapping[str, Asked], embedder: Embedder) -> dict[str, list[Read]]:
    """How each topic is asked for, and last what it states, as they are read. Raises EmbeddingError."""
    return {
        name: embedder.read((*topic.examples, topic.text) if topic.states else topic.examples)
        for name, topic in topics.items()
    }


def _as_views(texts: Sequence[Read], wholes: Embeddings, alone: Embeddings, context: Embeddings) -> list[Read]:
    """The texts as parts of what holds them all, so that nothing is kept twice."""
    spans = [slice(start, start + len(one.words)) for start, one in zip(_starts(texts), texts, strict=True)]
    return [
        Read(whole, one.words, alone[span], context[span])
        for one, whole, span in zip(texts, wholes, spans, strict=True)
    ]


def _rarity(topics: Iterable[frozenset[str]]) -> dict[str, float]:
    """Of words, from how many topics and background sentences have them; of others it is 1."""
    count = Counter(word for words in topics for word in words)
    count.update(word for sentence in SENTENCES for word in set(sentence.split()))
    return {word: 1 / (1 + times) for word, times in count.items()}


def _starts(texts: Sequence[Read]) -> list[int]:
    """Where the words of each begin, where they lie one behind the other."""
    return [0, *accumulate(len(one.words) for one in texts)][:-1]


def _covered(
    name: str, *, like: Embeddings, back: npt.NDArray[np.intp], content: list[int], rare: list[float]
) -> Traits:
    """How well the question's words are covered by the topic's, and the words of content of the nearest example, which
    are `back`, by the question's. `like`: the words of one to those of the other, (question's, topic's). Plain
    Python: there are few, and numpy takes longer to begin."""
    each = like.max(axis=1).tolist() if len(like) else _NOTHING
    covered = [each[at] for at in content] or _NOTHING
    weight = rare or [1.0]
    returned = like[:, back].max(axis=0).tolist() if len(back) and len(like) else _NOTHING
    lowest = sorted(covered)
    return {
        f"least {name}": lowest[0],
        f"next {name}": lowest[min(1, len(lowest) - 1)],
        f"mean {name}": _mean(covered),
        f"rare {name}": sum(one * by for one, by in zip(covered, weight, strict=True)) / sum(weight),
        f"all {name}": _mean(each),
        f"least back {name}": min(returned),
        f"mean back {name}": _mean(returned),
    }


def _best(words: Embeddings, topic: Embeddings) -> npt.NDArray[np.float32]:
    best: npt.NDArray[np.float32] = (words @ topic.T).max(axis=1)
    return best


def _mean(of: list[float]) -> float:
    return sum(of) / len(of)
