"""Slots over a synthetic telephone line: what two real recognisers wrote (`telephone.py`) is read as what was meant."""

from __future__ import annotations

import msgspec
import pytest

from tests.slots.said import TELEPHONE, slot, value_of


class Heard(msgspec.Struct, frozen=True):
    """One phrase: what was meant, and what each recogniser wrote."""

    kind: str
    value: str
    heard: str
    closed: str


LINES = [Heard(*line.split("\t")) for line in TELEPHONE.read_text().splitlines()]


@pytest.mark.parametrize("kind", sorted({line.kind for line in LINES}))
def test_nothing_is_sure_and_wrong_and_a_second_recogniser_helps(kind: str) -> None:
    lines = [line for line in LINES if line.kind == kind]
    told = [line for line in lines if line.value]
    both = [(line, *value_of(slot(line.kind), line.heard, line.closed)) for line in lines]
    right = sum(line.value == value for line, value, _ in both if line.value)
    alone = sum(line.value == value_of(slot(line.kind), line.heard)[0] for line in told)
    print(f"{kind}: {right} of {len(told)} right with two recognisers, {alone} with one")
    assert [line for line, value, sure in both if sure and value != line.value] == []
    assert right > alone
    assert right >= 0.7 * len(told)
