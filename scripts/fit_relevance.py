#!/usr/bin/env python3
"""Fits agent/reply/relevance.toml: whether what a topic says follows from what was asked.

    .venv/bin/python scripts/fit_relevance.py [--measure]

Data: `scripts/businesses`, twenty made-up businesses, each with what an admin writes (intents and facts with examples)
and what callers ask: other ways to ask for a topic, near misses (the same subject, but nothing there answers it) and
what is no business of theirs. REPORTED are never fitted to; `--measure` tells how the shipped router does on them.

Method: for every question the topic that scores best is a row, right or not; so are a topic's own examples
with that example left out, and all questions of a topic with that topic left out, which nothing answers then. A
logistic regression with a ridge over the traits of `coverage.py`. Traits, ridge, weights and thresholds were chosen by
what it says of each business when fitted to the others.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from businesses import FOLDER, Business, read
from regression import held_out_of, regression

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.engines.contract import Embedder
from agent.engines.minilm import MiniLm
from agent.host.recalled import Recalled
from agent.models.store import ModelStore
from agent.reply.coverage import Traits
from agent.reply.intents import Intents
from agent.reply.knowledge import Knowledge
from agent.reply.lead_in import point_of
from agent.reply.relevance import FILE, Relevance
from agent.reply.router import Kind, Router
from agent.reply.utterance import Utterance

TUNED = Path(__file__).parents[1] / "tests" / "reply" / "data"
EMBEDDER = "minilm-l6"
REPORTED = frozenset({"car_rental", "courier", "farm_shop", "landlord", "optician", "theater"})
RIDGE = 10.0
OWN, WITHOUT = 0.3, 0.1  # weights of an example left out, and of a topic left out
STATED, ACTED_ON, ASKED_BACK = 0.75, 0.0, -3.0  # log odds


class Row(msgspec.Struct, frozen=True):
    """A question and a topic."""

    business: str
    traits: Traits
    right: bool
    weight: float  # 1 of what callers ask


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    businesses = read()
    embedder = Recalled(MiniLm.load(ModelStore().path(EMBEDDER)), {}, 0.0)
    if not options.measure:
        fitted = [one for one in businesses if one.name not in REPORTED]
        FILE.write_text(fit([*(row for one in fitted for row in rows(one, embedder)), *tuned(embedder)]))
    for told, chosen in (("fitted to", False), ("reported", True)):
        measure(told, [one for one in businesses if (one.name in REPORTED) is chosen], embedder)


def rows(business: Business, embedder: Embedder) -> Iterator[Row]:
    """All rows of a business."""
    plan = dialplan(business)
    whole = Weigher(plan, embedder)
    for said, topic in business.asked():
        yield whole.row(business.name, said, (topic,), 1.0)
    for topic in business.topics:
        rest = Weigher(without(plan, topic.name), embedder)
        for said in (*topic.examples, *topic.answerable):
            yield rest.row(business.name, said, (), WITHOUT)
        for said in topic.examples:
            own = Weigher(without(plan, topic.name, said), embedder)
            yield own.row(business.name, said, (topic.name,), OWN)


def tuned(embedder: Embedder) -> Iterator[Row]:
    """Rows of the default dialplan and the phrases that it was tuned on."""
    plan = load(WORKSHOP)
    whole = Weigher(plan, embedder)
    for name in ("tuned_in_scope", "tuned_out_of_scope"):
        for line in (TUNED / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            topics, tab, said = line.partition("\t")
            if tab and not line.startswith("#"):
                yield whole.row(plan.name, said, topics.split("|"), 1.0)


class Weigher:
    """What the router knows of a dialplan before the fit."""

    def __init__(self, plan: Dialplan, embedder: Embedder) -> None:
        knowledge = Knowledge(plan)
        self._embedder = embedder
        self._intents = Intents(knowledge.examples, embedder)
        self._relevance = Relevance(knowledge.asked, embedder)

    def row(self, business: str, said: str, topic: Sequence[str], weight: float) -> Row:
        """The topic that scores best."""
        point = point_of(Utterance(said))
        question = self._embedder.read([point])[0]
        best, second = self._intents.matches(question.whole)[:2]
        background = self._intents.background(question.whole)
        traits = self._relevance.traits(question, point, best, second.score, background)
        return Row(business, traits, best.topic in topic, weight)


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


def without(plan: Dialplan, name: str, example: str = "") -> Dialplan:
    """The dialplan without a topic, or only without an example of it."""

    def left(said: Sequence[str]) -> tuple[str, ...]:
        return tuple(one for one in said if one != example)

    if not example:
        intents = tuple(one for one in plan.intents if one.name != name)
        facts = tuple(one for one in plan.facts if one.name != name)
    else:
        intents = tuple(
            one.model_copy(update={"examples": left(one.examples)}) if one.name == name else one for one in plan.intents
        )
        facts = tuple(
            one.model_copy(update={"questions": left(one.questions)}) if one.name == name else one for one in plan.facts
        )
    return plan.model_copy(update={"intents": intents, "facts": facts})


def fit(found: list[Row]) -> str:
    """The file."""
    names = sorted({name for row in found for name in row.traits})
    inputs = np.array([[row.traits.get(name, 0.0) for name in names] for row in found])
    right = np.array([float(row.right) for row in found])
    weight = np.array([row.weight for row in found])
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    plain = (inputs - mean) / spread

    def of(rows: np.ndarray) -> np.ndarray:
        return regression(plain[rows], right[rows], weight[rows], RIDGE)

    unseen = held_out_of(plain, [row.business for row in found], of)
    asked = weight == 1.0
    print(f"{len(found)} rows, {asked.sum()} of them the best topic of a question; of businesses that it has not seen:")
    print(f"  a right one is above a wrong one in {100 * above(unseen[asked], right[asked]):.1f}% of pairs")
    weights = of(np.full(len(found), True))
    scaled = weights[:-1] / spread
    return toml(weights[-1] - float(mean @ scaled), dict(zip(names, scaled, strict=True)), len(found))


def above(odds: np.ndarray, right: np.ndarray) -> float:
    """The area under the curve."""
    order = np.sort(odds[right == 0])
    return float(np.searchsorted(order, odds[right == 1]).mean() / len(order))


def measure(told: str, businesses: Sequence[Business], embedder: Embedder) -> None:
    """How the router takes the questions with the numbers as they are now."""
    counts, taken = Counter[str](), Counter[tuple[str, str]]()
    for business in businesses:
        plan = dialplan(business)
        router = Router(plan, Knowledge(plan), embedder)
        for kind, said, topic in business.by_kind():
            decision = router.decide(Utterance(said))
            how = {Kind.TOPIC: "answered", Kind.UNSURE: "asked back"}.get(decision.kind, "")
            counts[kind] += 1
            taken[kind, f"{how}{' wrongly' if topic and decision.name != topic else ''}" if how else "not known"] += 1
    print(f"{told}: {', '.join(one.name for one in businesses)}")
    for kind, count in counts.items():
        shares = ", ".join(f"{how} {number}" for (of, how), number in sorted(taken.items()) if of == kind)
        print(f"  {kind}: {count}; {shares}")


def toml(bias: float, weights: dict[str, float], count: int) -> str:
    """The numbers as a file."""
    data = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.txt")))).hexdigest()
    origin = {
        "made_by": "scripts/fit_relevance.py",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": f"scripts/businesses, {count} rows; not fitted to: {', '.join(sorted(REPORTED))}",
        "data_sha256": data,
        "embedder": EMBEDDER,
    }
    thresholds = {"stated": STATED, "acted_on": ACTED_ON, "asked_back": ASKED_BACK}
    return "\n".join(
        [
            "# Written by scripts/fit_relevance.py: don't edit.",
            *(f"{name} = {value}" for name, value in thresholds.items()),
            "\n[regression]",
            f"bias = {bias:.4f}",
            "\n[regression.weights]",
            *(f'"{name}" = {value:.4f}' for name, value in weights.items()),
            "\n[origin]",
            *(f'{name} = "{value}"' for name, value in origin.items()),
            "",
        ]
    )


if __name__ == "__main__":
    main()
