"""What the callers of a run ask: the dialplan's own examples, dealt by kind of answer, voice, lead-in and pause.
Pure and seeded; the same dialplan, count and seed give the same questions.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.bench.cast import HUMAN, VOICES, Sounds
from agent.bench.clip import Clip, Said, joined
from agent.dialplan.models import Worded
from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.errors import DialplanError
from agent.reply.template import places

Kind = Literal["stock", "rendered", "model"]
MIX: Mapping[Kind, int] = {"stock": 40, "rendered": 40, "model": 20}  # percent
LEAD_INS: Mapping[str, tuple[float, float]] = {  # and the pause in ms behind it, from and to
    "hi": (120.0, 250.0),  # behind a greeting a listener may answer when it is longer
    "hello": (120.0, 250.0),
    "good morning": (120.0, 250.0),
    "um": (150.0, 450.0),
    "so": (150.0, 450.0),
    "okay so": (150.0, 450.0),
    "well um": (150.0, 450.0),
    "and": (150.0, 450.0),
}
LEAD_IN_SHARE = 0.25
LOUDNESS_DBFS = (-27.0, -17.0)  # of callers on a quiet line


@dataclass(frozen=True)
class Question:
    """A turn to come. `answer` is what the dialplan says to it, `key` the words of it that matter; with places, what
    is between them. `lead_in` "" for none."""

    kind: Kind
    topic: str
    text: str
    answer: str
    key: str
    voice: str
    lead_in: str
    pause_ms: float
    dbfs: float


def kind_of(topic: Intent | Fact) -> Kind:
    """What the answer costs: played, rendered in the call, or worded by the model first."""
    if topic.worded is Worded.MODEL:
        return "model"
    return "rendered" if places(answer_of(topic)) else "stock"


def answer_of(topic: Intent | Fact) -> str:
    """What is said to those who ask for it."""
    return topic.answer if isinstance(topic, Intent) else topic.text


def counts(total: int, kinds: Sequence[Kind]) -> dict[Kind, int]:
    """`total` in the mix's proportions over `kinds`; what does not divide goes to the first."""
    shares = sum(MIX[kind] for kind in kinds)
    found = {kind: total * MIX[kind] // shares for kind in kinds}
    found[kinds[0]] += total - sum(found.values())
    return found


def deal(plan: Dialplan, total: int, seed: int, people: Sequence[str] = ()) -> list[Question]:
    """`total` questions in a random order. Topics with an action are not asked. Texts among `people` are said by
    people. Raises DialplanError where the plan has none of a kind of answers."""
    chance = random.Random(seed)
    asked: list[Question] = []
    for kind, count in counts(total, tuple(MIX)).items():
        pool = [
            (topic, text)
            for topic in plan.topics
            if kind_of(topic) == kind and not getattr(topic, "acts", False)
            for text in topic.asked
        ]
        if count and not pool:
            raise DialplanError([f"{plan.name}: no answer of the kind {kind!r}; measure with dialplans/bench.yaml"])
        chance.shuffle(pool)
        for number in range(count):
            topic, text = pool[number % len(pool)]
            human = text in people and number < len(pool)  # a person says it once, the voices say it again
            asked.append(_question(chance, kind, topic, text, human))
    chance.shuffle(asked)
    return asked


def _question(chance: random.Random, kind: Kind, topic: Intent | Fact, text: str, human: bool) -> Question:
    led = chance.random() < LEAD_IN_SHARE and not human
    lead_in = chance.choice(tuple(LEAD_INS))
    return Question(
        kind=kind,
        topic=topic.name,
        text=text,
        answer=answer_of(topic),
        key=topic.key or "",
        voice=HUMAN if human else chance.choice(VOICES).name,
        lead_in=lead_in if led else "",
        pause_ms=chance.uniform(*LEAD_INS[lead_in]),
        dbfs=chance.uniform(*LOUDNESS_DBFS),
    )


def sounds_of(question: Question) -> list[tuple[str, str]]:
    """What has to be rendered for it."""
    return [(question.voice, text) for text in (question.lead_in, question.text) if text]


def clip_of(question: Question, sounds: Sounds, dbfs: float | None = None) -> Clip:
    """The question as it is said, at its own loudness or at `dbfs`."""
    said = [
        Said(text, sounds[question.voice, text], question.pause_ms)
        for text in (question.lead_in, question.text)
        if text
    ]
    return joined(said, question.dbfs if dbfs is None else dbfs, question.voice)
