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

import msgspec
import numpy as np
import numpy.typing as npt

from agent.engines.contract import Embedder, Embeddings, Read
from agent.reply.background import SENTENCES
from agent.reply.inquiry import FUNCTIONAL, Inquiry, asked_for, denies, stem, told_by
from agent.reply.intents import Scores

Traits = dict[str, float]
_NOTHING = np.array([0.7])  # the coverage of a question without words of content
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
        ends = np.cumsum([len(one.words) for one in asked])
        self._spans = [slice(end - len(one.words), end) for end, one in zip(ends, asked, strict=True)]
        self._content = [content_of(one.words) for one in asked]
        self._wholes = np.stack([one.whole for one in texts])
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

    def traits(self, question: Read, said: str, rarity: Mapping[str, float]) -> Traits:
        """Of `question`, whose words are `said`. `rarity`: of words, 1 where a word is missing."""
        wholes = self._wholes @ question.whole
        to_asked = wholes[: len(self._spans)]
        at = int(to_asked.argmax())
        content = content_of(question.words)
        rare = np.array([rarity.get(question.words[one], 1.0) for one in content])
        missing = [stem(question.words[one]) not in self._stems for one in content]
        traits = {
            "nearest": float(to_asked[at]),
            "text": float(wholes[-1]) if self.states else 0.0,
            "centre": _cosine(self._wholes.mean(axis=0), question.whole),
            "states": float(self.states),
            "length": len(content) / _LONG,
            "denies": float(denies(question.words)),
            "missing": sum(missing) / max(1, len(content)),
        }
        span, back = self._spans[at], self._content[at]
        for name, words, topic in (
            ("alone", question.alone, self._alone),
            ("context", question.context, self._context),
        ):
            traits |= _covered(name, question=words, topic=topic, back=topic[span][back], content=content, rare=rare)
        return traits | self._inquiry(asked_for(said), at)

    def least_covered(self, question: Read) -> str:
        """The word of the question that the topic covers least, by itself and in its context; "" of no content."""
        content = content_of(question.words)
        if not content:
            return ""
        alone, context = _best(question.alone[content], self._alone), _best(question.context[content], self._context)
        return question.words[content[int((alone + context).argmin())]]

    def untold(self, said: str) -> Inquiry | None:
        """What kind of thing is asked for, where the topic is not asked for it and tells none."""
        asked = asked_for(said)
        return None if asked in self._inquiries or asked in self._tells else asked

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

    def traits(self, name: str, question: Read, said: str, scores: Scores) -> Traits:
        """Of a topic and a question, whose words are `said`."""
        score = next(match.score for match in scores.matches if match.topic == name)
        others = (match.score for match in scores.matches if match.topic in self._topics and match.topic != name)
        lead = score - next(others, -1.0)
        own = {"score": score, "far": lead, "background": scores.background, "line": scores.line[name]}
        return own | self._topics[name].traits(question, said, self._rarity)


def texts_of(topics: Mapping[str, Asked], embedder: Embedder) -> dict[str, list[Read]]:
    """How each topic is asked for, and last what it states, as they are read. Raises EmbeddingError."""
    return {
        name: embedder.read((*topic.examples, topic.text) if topic.states else topic.examples)
        for name, topic in topics.items()
    }


def _as_views(texts: Sequence[Read], wholes: Embeddings, alone: Embeddings, context: Embeddings) -> list[Read]:
    """The texts as parts of what holds them all, so that nothing is kept twice."""
    ends = np.cumsum([len(one.words) for one in texts])
    spans = [slice(end - len(one.words), end) for end, one in zip(ends, texts, strict=True)]
    return [
        Read(whole, one.words, alone[span], context[span])
        for one, whole, span in zip(texts, wholes, spans, strict=True)
    ]


def _rarity(topics: Iterable[frozenset[str]]) -> dict[str, float]:
    """Of words, from how many topics and background sentences have them; of others it is 1."""
    count = Counter(word for words in topics for word in words)
    count.update(word for sentence in SENTENCES for word in set(sentence.split()))
    return {word: 1 / (1 + times) for word, times in count.items()}


def content_of(words: Sequence[str]) -> list[int]:
    """Where the words are that carry the content."""
    return [at for at, word in enumerate(words) if word not in FUNCTIONAL]


def _covered(
    name: str,
    *,
    question: Embeddings,
    topic: Embeddings,
    back: Embeddings,
    content: list[int],
    rare: npt.NDArray[np.float64],
) -> Traits:
    """How well the question's words are covered by the topic's, and the words of content of the nearest example,
    `back`, by the question's."""
    each = _best(question, topic) if len(question) else _NOTHING
    covered = each[content] if content else _NOTHING
    weight = rare if content else np.ones(1)
    returned = _best(back, question) if len(back) and len(question) else _NOTHING
    lowest = np.sort(covered)
    return {
        f"least {name}": float(lowest[0]),
        f"next {name}": float(lowest[min(1, len(lowest) - 1)]),
        f"mean {name}": float(covered.mean()),
        f"rare {name}": float((covered * weight).sum() / weight.sum()),
        f"all {name}": float(each.mean()),
        f"least back {name}": float(returned.min()),
        f"mean back {name}": float(returned.mean()),
    }


def _best(words: Embeddings, topic: Embeddings) -> npt.NDArray[np.float32]:
    best: npt.NDArray[np.float32] = (words @ topic.T).max(axis=1)
    return best


def _cosine(left: npt.NDArray[np.float32], right: Embeddings) -> float:
    return float(left @ right / max(float(np.linalg.norm(left)), 1e-9))
