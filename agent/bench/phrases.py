"""The frozen phrases by which understanding is measured, as they lie in a folder of JSON lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from agent.errors import AgentError

FROZEN = Path(__file__).resolve().parents[2] / "tests" / "understanding"


class Meant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phrase and the intent that it means; `style` is how the caller speaks."""

    intent: str
    text: str
    style: str = ""


class Strange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A phrase that nothing in the dialplan answers, and what kind of such a phrase it is."""

    text: str
    kind: str


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact as a dialplan has it."""

    name: str
    about: str
    questions: tuple[str, ...]
    text: str


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question and the fact that answers it."""

    fact: str
    text: str


@dataclass(frozen=True)
class Phrases:
    """All of them. Only `training` and `facts` may be fitted to."""

    training: tuple[Meant, ...]
    intents: tuple[Meant, ...]
    out_of_scope: tuple[Strange, ...]
    facts: tuple[Told, ...]
    answerable: tuple[Asked, ...]
    unanswerable: tuple[Strange, ...]


S = TypeVar("S", bound=msgspec.Struct)
One = TypeVar("One")


def phrases(folder: Path = FROZEN) -> Phrases:
    """Those in `folder`, a file for each field. Raises AgentError with the file and line of the first that is wrong."""
    return Phrases(
        _lines(folder / "training.jsonl", Meant),
        _lines(folder / "intents.jsonl", Meant),
        _lines(folder / "out_of_scope.jsonl", Strange),
        _lines(folder / "facts.jsonl", Told),
        _lines(folder / "answerable.jsonl", Asked),
        _lines(folder / "unanswerable.jsonl", Strange),
    )


def spread(ones: Sequence[One], stratum: Callable[[One], object], seed: int, most: int | None = None) -> list[One]:
    """`most` of them, None: all, drawn by `seed` in an order in which every stratum has its share of any beginning."""
    chance = random.Random(seed)
    strata: dict[object, list[One]] = {}
    for one in chance.sample(ones, len(ones)):
        strata.setdefault(stratum(one), []).append(one)
    placed = [
        ((place + chance.random()) / len(some), number, one)
        for number, some in enumerate(strata.values())
        for place, one in enumerate(some)
    ]
    return [one for *_, one in sorted(placed, key=lambda each: each[:2])][:most]


def _lines(path: Path, kind: type[S]) -> tuple[S, ...]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise AgentError(f"{path}: can't be read: {error.strerror}; run this in a checkout, or name a folder") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except msgspec.MsgspecError as error:
            raise AgentError(f"{path}:{number}: {error}") from None
    return tuple(found)
