"""The shipped dialplans: each is good, and its own tests pass with the model that it answers calls with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import read
from agent.dialplan.rehearsal import rehearse
from agent.dialplan.schema import Dialplan
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.responder import Responder

FEWEST_TESTS = 28
WRITTEN = date(2026, 12, 1)  # what is over later was not when it was written
NAMES = ("city", "clinic", "front_desk", "workshop")


def shipped(name: str) -> Dialplan:
    (one,) = read([WORKSHOP.with_name(f"{name}.yaml")], today=WRITTEN)
    assert one.plan is not None
    assert (one.errors, one.warnings) == ((), ())
    return one.plan


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm.load(ModelStore().path("minilm-l6"))


def test_no_other_file_that_is_shipped_has_tests() -> None:
    files = WORKSHOP.parent.glob("*.yaml")
    assert {file.stem for file in files if "\ntests:\n" in Path(file).read_text()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_its_tests_pass(name: str, model: MiniLm) -> None:
    plan = shipped(name)
    run = list(rehearse(Responder(plan, model)))
    assert {outcome.name: str(outcome.failure) for outcome in run if outcome.failure} == {}
    assert len(run) >= FEWEST_TESTS


@pytest.mark.parametrize("name", NAMES)
def test_its_tests_say_it_in_other_words_than_its_examples(name: str) -> None:
    plan = shipped(name)
    asked = {example for topic in plan.topics for example in topic.asked} | set(plan.unanswered)
    assert not asked & {cue.caller for test in plan.tests for cue in test.turns}


@pytest.mark.parametrize("name", NAMES)
def test_its_tests_ask_about_every_topic(name: str) -> None:
    plan = shipped(name)
    cues = [cue for test in plan.tests for cue in test.turns]
    assert {topic.name for topic in plan.topics} <= {cue.topic for cue in cues}
