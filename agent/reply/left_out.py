"""What becomes of an admin's own phrases when each counts as not written in turn and the others have to be enough
(leave-one-out cross-validation): how many would be acted on, and which topics sound alike.

It judges harshly: of few examples each is missed. But it is known before anybody calls, and it is what a caller meets
who says it in words that nobody wrote down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from agent.dialplan.schema import Dialplan, Fact
from agent.engines.contract import Embedder
from agent.reply.knowledge import Knowledge
from agent.reply.once import Once
from agent.reply.router import Decision, Kind, Router

MOST = 2_000  # phrases that are tried; some 4 ms each
_SHARE = 1 / 3  # of a topic's examples, from which on it sounds like the other
_FEWEST = 2  # of them


class Astray(msgspec.Struct, frozen=True):
    """Examples of a topic, of `out_of`, that are nearer to another one."""

    examples: tuple[str, ...]
    out_of: int

    @property
    def many(self) -> bool:
        """Whether callers will be taken for the other."""
        return len(self.examples) >= max(_FEWEST, _SHARE * self.out_of)


class Alike(msgspec.Struct, frozen=True):
    """Two topics, the one whose examples go astray more first; `back`: of the second's, to the first."""

    first: str
    second: str
    there: Astray
    back: Astray


class LeftOut(msgspec.Struct, frozen=True):
    """Of `phrases`: acted on as meant, asked back about, taken for something else, and not known; and the topics that
    sound alike, in the order of the file."""

    phrases: int
    acted_on: int
    asked_back: int
    another: int
    unknown: int
    alike: tuple[Alike, ...]


def phrases_of(plan: Dialplan) -> list[tuple[str, str]]:
    """Topic and phrase, of topics that have another one."""
    return [(topic.name, phrase) for topic in plan.topics if len(topic.asked) > 1 for phrase in topic.asked]


def left_out(plan: Dialplan, embedder: Embedder) -> LeftOut:
    """The phrases of a plan, each left out in turn. Some seconds for a thousand. Raises EmbeddingError."""
    router = Router(plan, Knowledge(plan), Once(embedder))
    decided = [(topic, phrase, router.without(topic, phrase)) for topic, phrase in phrases_of(plan)]
    found = judged({topic.name: len(topic.asked) for topic in plan.topics}, decided)
    facts = {fact.name: fact for fact in plan.facts}
    alike = [pair for pair in found.alike if not _never_both(facts.get(pair.first), facts.get(pair.second))]
    return msgspec.structs.replace(found, alike=tuple(alike))


def _never_both(one: Fact | None, other: Fact | None) -> bool:
    """Whether the one is over before the other is so."""
    if one is None or other is None:
        return False
    return any(
        first.until is not None and second.begin is not None and first.until < second.begin
        for first, second in ((one, other), (other, one))
    )


def judged(counts: Mapping[str, int], decided: list[tuple[str, str, Decision]]) -> LeftOut:
    """Topic, phrase and decision as figures. `counts`: how many examples each topic has, in the order of the file."""
    astray: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for topic, phrase, decision in decided:
        nearest = next((match.topic for match in decision.matches if match.topic in counts), topic)
        if nearest != topic:
            astray[topic, nearest].append(phrase)
    kinds = [_kind(topic, decision) for topic, _, decision in decided]
    acted_on, asked_back, unknown = (kinds.count(kind) for kind in (Kind.TOPIC, Kind.UNSURE, Kind.UNKNOWN))
    return LeftOut(
        phrases=len(kinds),
        acted_on=acted_on,
        asked_back=asked_back,
        another=len(kinds) - acted_on - asked_back - unknown,
        unknown=unknown,
        alike=_alike(counts, {pair: tuple(phrases) for pair, phrases in astray.items()}),
    )


def _kind(topic: str, decision: Decision) -> Kind:
    """What a phrase of the topic is taken for; COMMAND for all that is not what was meant."""
    meant = decision.kind is not Kind.TOPIC or decision.name == topic
    return decision.kind if meant else Kind.COMMAND


def _alike(counts: Mapping[str, int], astray: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Alike, ...]:
    names = list(counts)
    found = []
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            there = Astray(astray.get((one, other), ()), counts[one])
            back = Astray(astray.get((other, one), ()), counts[other])
            if there.many or back.many:
                turned = len(back.examples) * there.out_of > len(there.examples) * back.out_of
                found.append(Alike(other, one, back, there) if turned else Alike(one, other, there, back))
    return tuple(found)
