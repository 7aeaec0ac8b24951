"""How well a dialplan's callers are understood: phrases with their topics in, counts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agent.reply.reply import Route
from agent.reply.responder import Responder

DATA = Path(__file__).parent / "data"
OUTSIDE = "-"  # in the place of a topic: out of scope


class Phrase(msgspec.Struct, frozen=True):
    """What a caller says, and the topics any of which is right; none when it is out of scope."""

    topics: tuple[str, ...]
    said: str


class Result(msgspec.Struct):
    """How phrases were taken; each list holds (said, what it was taken for)."""

    right: list[tuple[str, str]] = msgspec.field(default_factory=list)
    asked_rightly: list[tuple[str, str]] = msgspec.field(default_factory=list)
    wrong: list[tuple[str, str]] = msgspec.field(default_factory=list)
    asked_wrongly: list[tuple[str, str]] = msgspec.field(default_factory=list)
    unknown: list[tuple[str, str]] = msgspec.field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{field.name} {len(getattr(self, field.name))}" for field in msgspec.structs.fields(self))


def phrases(name: str) -> list[Phrase]:
    """The phrases of a data file."""
    lines = (DATA / f"{name}.txt").read_text().splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Phrase(() if topics == OUTSIDE else tuple(topics.split("|")), said) for topics, said in pairs]


def measure(responder: Responder, spoken: Iterable[Phrase]) -> Result:
    """Each phrase as the first turn of a call of its own."""
    result = Result()
    for phrase in spoken:
        reply = responder.conversation("5550100").answer(phrase.said)
        meant = reply.name in phrase.topics
        if reply.route is Route.CONFIRM:
            taken = result.asked_rightly if meant else result.asked_wrongly
        elif reply.route is Route.FALLBACK:
            taken = result.unknown
        else:
            taken = result.right if meant else result.wrong
        taken.append((phrase.said, reply.name or str(reply.route)))
    return result


def share(of: Sequence[object], all_: Sequence[object]) -> float:
    """The part of the phrases that these are."""
    return len(of) / len(all_)
