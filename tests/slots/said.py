"""What callers say, by kind: `data/*.tsv` has the words and the value, none for no answer, "55..." for a part of one.

The values were written down before anything read the words. Nothing was fitted to the files whose names end in `_fresh`
and `_later` before they had been read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from agent.dialplan.slots import Slot
from agent.reply.utterance import Utterance
from agent.slots.read import read

NOW = datetime(2026, 12, 2, 10)  # a Wednesday
_DATA = Path(__file__).parent / "data"
TELEPHONE = _DATA / "telephone.tsv"  # made by telephone.py


class Score(msgspec.Struct, frozen=True):
    """Of a file: phrases with a value and how many were read right; those without and how many gave none; what was sure
    and wrong."""

    values: int
    right: int
    sure: int  # of those that are right
    nones: int
    refused: int
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.right} of {self.values} right ({self.sure} of them sure), "
            f"no answer {self.refused} of {self.nones}, sure and wrong {len(self.wrong)}"
        )


def slot(kind: str, **keys: object) -> Slot:
    """A slot of a dialplan."""
    return Slot.model_validate({"name": "it", "kind": kind, "ask": "?", **keys})


def phrases(name: str) -> list[tuple[str, str]]:
    """The words and the value of each line of a file."""
    lines = (_DATA / f"{name}.tsv").read_text().splitlines()
    return [(said, value) for said, _, value in (line.partition("\t") for line in lines)]


def value_of(asked: Slot, said: str, closed: str = "") -> tuple[str, bool]:
    """What is read, as the files write it, and whether it is sure."""
    reading = read(asked, Utterance(said), NOW, closed)
    if reading is None:
        return "", False
    return (reading.value if reading.whole else f"{reading.value}..."), reading.sure


def score(asked: Slot, told: Sequence[tuple[str, str]]) -> Score:
    """How well the phrases are read."""
    read_as = [(said, value, *value_of(asked, said)) for said, value in told]
    right = [one for one in read_as if one[1] and one[1] == one[2]]
    return Score(
        values=sum(bool(value) for _, value in told),
        right=len(right),
        sure=sum(sure for *_, sure in right),
        nones=sum(not value for _, value in told),
        refused=sum(not value and not got for _, value, got, _ in read_as),
        wrong=tuple(said for said, value, got, sure in read_as if sure and value != got),
    )
