"""What callers of the bench say for a slot is read, as text, as what they mean; nothing of it is sure and wrong."""

from __future__ import annotations

import random
from datetime import date, time

import pytest

from agent.bench.slot_plan import KINDS, write
from agent.bench.slot_words import NOW, SLOTS, Wanted, wanted
from agent.dialplan.load import load
from agent.dialplan.slots import Slot
from agent.reply.utterance import Utterance
from agent.slots.read import read
from agent.tools.kind import Kind, fits

MANY = 100
UNTOLD = {"plate": 0.05}  # share of those that letters and digits do not tell: an O beside digits


@pytest.fixture(scope="module")
def slots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Slot]:
    """Of the bench's dialplan, which is one without a mistake."""
    path = tmp_path_factory.mktemp("plan") / "slots.yaml"
    write(path, SLOTS)
    return {slot.name: slot for slot in load(path).slots}


def drawn(name: str) -> list[Wanted]:
    return [wanted(name, random.Random(f"{number} {name}")) for number in range(MANY)]


@pytest.mark.parametrize("name", SLOTS)
def test_what_is_said_is_read_as_what_is_meant(slots: dict[str, Slot], name: str) -> None:
    wrong = []
    for one in drawn(name):
        for pieces in (one.said, one.again):
            said = Utterance(" ".join(pieces).replace("-", " "))
            reading = read(slots[name], said, NOW)
            if reading is None or reading.value != one.value:
                wrong.append((one.value, said.text))
                assert reading is None or not reading.sure, (one.value, said.text)
    assert len(wrong) <= 2 * MANY * UNTOLD.get(name, 0.0), wrong


@pytest.mark.parametrize("name", SLOTS)
def test_a_value_is_one_of_its_kind_and_they_differ(name: str) -> None:
    values = [one.value for one in drawn(name)]
    assert all(fits(KINDS[name], value) for value in values)
    assert len(set(values)) >= (2 if KINDS[name] is Kind.YES_NO else 20)


def test_days_are_to_come_birthdays_are_past_and_hours_are_within_the_day() -> None:
    assert all(date.fromisoformat(one.value) > NOW.date() for one in drawn("day"))
    assert all(date.fromisoformat(one.value) < NOW.date() for one in drawn("born"))
    assert all(time(8) <= time.fromisoformat(one.value) < time(18) for one in drawn("hour"))


def test_the_same_seed_says_the_same() -> None:
    assert wanted("phone", random.Random("a")) == wanted("phone", random.Random("a"))
    assert wanted("phone", random.Random("a")) != wanted("phone", random.Random("b"))
