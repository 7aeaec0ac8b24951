"""What the router makes of phrases that it has never seen: the right intent, what it acts on, what it takes for another
and what it says where it should say nothing. Intents and facts are measured each in a dialplan of its own.

The phrases are text, as a recogniser writes it without a mistake; what recognition costs is measured in `spoken.py`.

What is nearest is told twice: by the scores, and as the bot ranks it, which weighs the nearest against the words before
it acts or asks back (`Router.ranked`).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.bench.figures import Figure, Run, quantiles, share
from agent.bench.identity import identify
from agent.bench.machine import describe
from agent.bench.phrases import Asked, Meant, Phrases, Strange
from agent.bench.processes import usage
from agent.bench.suites import Setting
from agent.config import load as load_config
from agent.dialplan.schema import Bands, Dialplan, Fact, Intent
from agent.engines.contract import Embedder
from agent.models.store import ModelStore
from agent.reply.knowledge import Knowledge
from agent.reply.router import Decision, Kind, Router
from agent.reply.utterance import Utterance

# Percent at most, but for the last two.
OTHER_INTENT, NOT_ACTED_ON, ACTED_WRONGLY, OUT_OF_SCOPE = 8.0, 30.0, 3.0, 5.0
NOT_FIRST, NOT_IN_THREE, NOT_ANSWERED, INVENTED = 12.0, 2.0, 15.0, 0.0
ROUTER_MS, ROUTER_MB = 5.0, 80.0
NOTES = (
    "a turn that the bot asks back about is neither acted on nor answered at once; a yes has it answered, and asking "
    "back states nothing",
    "phrases are text, without a recogniser's mistakes",
)
_NUMBERED = {1: "another is first", 2: "not among the first two", 3: "not among the first three"}
_NUMBERS, _PERSONA = ("*",), "You answer the telephone of a practice."


@dataclass(frozen=True)
class Taken:
    """A phrase, what was decided, the topics by score and as they are ranked, and the ms that the decision took."""

    text: str
    decision: Decision
    nearest: tuple[str, ...]
    ranked: tuple[str, ...]
    ms: float

    @property
    def acted_on(self) -> str:
        """The topic that is answered at once, "" where none is."""
        return self.decision.name if self.decision.kind is Kind.TOPIC else ""

    @property
    def asked_back(self) -> str:
        """The topic that the bot asks back about, "" where none is; a yes has it answered."""
        return self.decision.name if self.decision.kind is Kind.UNSURE else ""

    @property
    def asked_next(self) -> str:
        """The topic that it asks about after a no to that, "" where there is none."""
        return self.decision.second if self.decision.kind is Kind.UNSURE else ""

    def reaches(self, topic: str) -> bool:
        """Whether the caller gets there: at once, or by yes and no to what is asked back."""
        return topic in (self.acted_on, self.asked_back, self.asked_next)


@dataclass(frozen=True)
class Came:
    """How many phrases were acted on as they were meant, and as another; how many did not come there at once or by a
    yes to what was asked back, and how many not by a no and a yes either."""

    right: int
    wrong: int
    lost: int
    out_of_reach: int

    @classmethod
    def of(cls, meant: Sequence[tuple[str, Taken]]) -> Came:
        """Of phrases with the topics that they mean."""
        return cls(
            right=sum(found.acted_on == topic for topic, found in meant),
            wrong=sum(found.acted_on not in ("", topic) for topic, found in meant),
            lost=sum(topic not in (found.acted_on, found.asked_back) for topic, found in meant),
            out_of_reach=sum(not found.reaches(topic) for topic, found in meant),
        )


async def understanding(setting: Setting, frozen: Phrases) -> tuple[Run, Sequence[Taken]]:
    """Raises AgentError."""
    machine = describe()
    before = usage(os.getpid()).rss_mb
    embedder = await asyncio.to_thread(embedder_of, setting)
    setting.progress("intents")
    meant = router_of(intents_of(frozen), embedder)
    grown = usage(os.getpid()).rss_mb - before
    said = [take(meant, one.text) for one in frozen.intents]
    beside = [take(meant, one.text) for one in frozen.out_of_scope]
    setting.progress("facts")
    known = router_of(facts_of(frozen), embedder)
    asked = [take(known, one.text) for one in frozen.answerable]
    strange = [take(known, one.text) for one in frozen.unanswerable]
    setting.progress("facts that are asked about first")
    asks = router_of(facts_of(frozen, asks_first=True), embedder)
    first = [take(asks, one.text) for one in frozen.answerable], [take(asks, one.text) for one in frozen.unanswerable]
    taken = [*said, *beside, *asked, *strange]
    figures = (
        *intent_figures(frozen.intents, said),
        *strange_figures("out of scope, acted on", "out of scope", frozen.out_of_scope, beside, OUT_OF_SCOPE),
        *fact_figures(frozen.answerable, asked),
        *strange_figures("unanswerable, answered all the same", "unanswerable", frozen.unanswerable, strange, INVENTED),
        *asked_first_figures(frozen, *first),
        *quantiles("a decision of the router", [one.ms for one in taken], ((0.5, None), (0.95, ROUTER_MS))),
        Figure("memory of embedder and router", round(grown, 1), "MB", ROUTER_MB),
    )
    identity = identify(setting.config, setting.dialplan, {"phrases": len(taken)})
    return Run("understanding", machine, None, figures, (), identity, NOTES), taken


def intents_of(frozen: Phrases) -> Dialplan:
    """A dialplan of the training phrases."""
    names = dict.fromkeys(one.intent for one in frozen.training)
    examples = {name: tuple(one.text for one in frozen.training if one.intent == name) for name in names}
    return _plan(tuple(Intent(name=name, examples=said, answer=f"{name}.") for name, said in examples.items()))


def facts_of(frozen: Phrases, *, asks_first: bool = False) -> Dialplan:
    """A dialplan of the facts; it needs an intent, which is of nothing that they are about."""
    nothing = Intent(name="goodbye", examples=("goodbye",), answer="Goodbye.")
    facts = (Fact(name=one.name, about=one.about, questions=one.questions, text=one.text) for one in frozen.facts)
    return _plan((nothing,), tuple(facts), Bands(asks_first=asks_first))


def take(router: Router, text: str) -> Taken:
    """What the router makes of a phrase when no question is open."""
    said = Utterance(text)
    began = time.perf_counter()
    decision = router.decide(said)
    took = 1000 * (time.perf_counter() - began)
    matches = decision.matches or router.nearest(said)  # a rule and an example word for word weigh none
    nearest = tuple(one.topic for one in matches if not one.topic.startswith("<"))
    return Taken(text, decision, nearest, tuple(router.ranked(said)), took)


def intent_figures(
    meant: Sequence[Meant], taken: Sequence[Taken], limit: float = OTHER_INTENT, of_two: float | None = None
) -> tuple[Figure, ...]:
    """Of phrases that mean an intent; `limit` and `of_two`, percent at most, are of those for which another is first,
    and two others are. Pure."""
    pairs = list(zip(meant, taken, strict=True))
    other = [one for one, found in pairs if found.ranked[:1] != (one.intent,)]
    came = Came.of([(one.intent, found) for one, found in pairs])
    return (
        *_beyond("intents, ", [(one.intent, found) for one, found in pairs], ((1, limit), (2, of_two))),
        share("intents, not acted on at once", len(pairs) - came.right - came.wrong, len(pairs), NOT_ACTED_ON),
        share("intents, another acted on", came.wrong, len(pairs), ACTED_WRONGLY),
        share("intents, not acted on at once or after a yes", came.lost, len(pairs)),
        share("intents, nor after a no and a yes", came.out_of_reach, len(pairs)),
        *(
            share(
                f"{style}: another is ranked first",
                len(some := _of(other, style)),
                len(_of(meant, style)),
                detail=_most(some),
            )
            for style in dict.fromkeys(one.style for one in meant)
        ),
    )


def fact_figures(asked: Sequence[Asked], taken: Sequence[Taken]) -> tuple[Figure, ...]:
    """Of questions that a fact answers. Pure."""
    pairs = list(zip(asked, taken, strict=True))
    came = Came.of([(one.fact, found) for one, found in pairs])
    return (
        *_beyond("facts, ", [(one.fact, found) for one, found in pairs], ((1, NOT_FIRST), (3, NOT_IN_THREE))),
        share("answerable, not answered at once by its fact", len(pairs) - came.right, len(pairs), NOT_ANSWERED),
        share("answerable, not answered at once or after a yes", came.lost, len(pairs), NOT_ANSWERED),
        share("answerable, nor after a no and a yes", came.out_of_reach, len(pairs), NOT_ANSWERED),
        share("answerable, another fact read out", came.wrong, len(pairs), INVENTED),
    )


def strange_figures(
    acted: str, what: str, strange: Sequence[Strange], taken: Sequence[Taken], limit: float
) -> tuple[Figure, ...]:
    """Of phrases that nothing answers, how many are `acted` on and asked back about, each by their kind. Pure."""
    pairs = list(zip(strange, taken, strict=True))
    return (
        _by_kind(acted, [one for one, found in pairs if found.acted_on], len(pairs), limit),
        _by_kind(f"{what}, asked back about", [one for one, found in pairs if found.asked_back], len(pairs), None),
        _by_kind(f"{what}, asked about twice", [one for one, found in pairs if found.asked_next], len(pairs), None),
    )


def asked_first_figures(frozen: Phrases, asked: Sequence[Taken], strange: Sequence[Taken]) -> tuple[Figure, ...]:
    """The same questions where `asks_first` is on. Pure."""
    came = Came.of([(one.fact, found) for one, found in zip(frozen.answerable, asked, strict=True)])
    told = sum(bool(found.acted_on) for found in strange)
    return (
        share("asks first: answerable, not answered at once or after a yes", came.lost, len(asked), NOT_ANSWERED),
        share("asks first: answerable, nor after a no and a yes", came.out_of_reach, len(asked), NOT_ANSWERED),
        share("asks first: answerable, another fact read out", came.wrong, len(asked), INVENTED),
        share("asks first: unanswerable, answered all the same", told, len(strange), INVENTED),
    )


def _by_kind(name: str, strange: Sequence[Strange], of: int, limit: float | None) -> Figure:
    kinds = Counter(one.kind for one in strange)
    detail = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    return share(name, kinds.total(), of, limit, detail)


def _of(meant: Sequence[Meant], style: str) -> list[Meant]:
    return [one for one in meant if one.style == style]


def _most(missed: Sequence[Meant]) -> str:
    """The intents that are missed most."""
    return ", ".join(f"{name} {count}" for name, count in Counter(one.intent for one in missed).most_common(3))


def _beyond(
    what: str, pairs: Sequence[tuple[str, Taken]], firsts: Sequence[tuple[int, float | None]]
) -> tuple[Figure, ...]:
    """How many topics are not among so many of the first, by either order; with the percent that may be."""
    figures = []
    for count, limit in firsts:
        named = _NUMBERED[count]
        scored = sum(topic not in found.nearest[:count] for topic, found in pairs)
        ranked = sum(topic not in found.ranked[:count] for topic, found in pairs)
        figures.append(share(f"{what}{named} by score", scored, len(pairs), limit))
        figures.append(share(f"{what}{named} as ranked", ranked, len(pairs), limit))
    return tuple(figures)


def embedder_of(setting: Setting) -> Embedder:
    """The one that is configured; blocking. Raises AgentError."""
    from agent.engines.minilm import MiniLm

    name = load_config(setting.config).agent.embeddings
    return MiniLm.load(ModelStore().path(name), name)


def router_of(plan: Dialplan, embedder: Embedder) -> Router:
    """Of a dialplan. Raises EmbeddingError."""
    return Router(plan, Knowledge(plan), embedder)


def _plan(intents: tuple[Intent, ...], facts: tuple[Fact, ...] = (), bands: Bands | None = None) -> Dialplan:
    return Dialplan(
        name="The practice", numbers=_NUMBERS, persona=_PERSONA, greeting="Hello.", intents=intents, facts=facts,
        router=bands or Bands(),
    )  # fmt: skip
