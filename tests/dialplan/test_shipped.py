"""The shipped dialplans: each is good, and its own tests pass with the model that it answers calls with."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from agent.config import WORKSHOP
from agent.dialplan.callback_findings import forbidden
from agent.dialplan.load import read
from agent.dialplan.models import Worded
from agent.dialplan.rehearsal import rehearse
from agent.dialplan.schema import Dialplan
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.responder import Responder
from agent.tools.record import Record

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


def test_the_desk_of_the_city_knows_what_was_said_before_its_telephone_rings(model: MiniLm) -> None:
    plan = shipped("city")
    (place,) = plan.results
    conversation = Responder(plan, model).conversation("5550100")
    conversation.heard(conversation.greet().text)
    for turn in ("someone hit my car", "no", "twelve station road", "yes", "only mine", "unknown", "yes"):
        conversation.heard(conversation.answer(turn).text)
        conversation.settled()
    conversation.heard(conversation.answer("five five five oh one three eight").text)
    conversation.answer("wait the other driver has passed out")
    handed = conversation.due.handed
    assert place.transcripts
    assert handed is not None
    record = Record("", "call-1", "5550100", "2026-12-02T10:00:00+00:00", handed.values, handed.to, handed.transcript)
    told = record.redacted(place.redact)
    said = [one.said for one in told.transcript]
    assert told.transfer == "emergency"
    assert {"someone hit my car", "twelve station road", "wait the other driver has passed out"} <= set(said)
    assert "five five five oh one three eight" not in said


def test_the_front_desk_asks_a_caller_without_a_number_for_one(model: MiniLm) -> None:
    conversation = Responder(shipped("front_desk"), model).conversation("", now=datetime(2026, 12, 2, 10))
    conversation.heard(conversation.greet().text)
    said = ["could you ring me back", "sales", "five five five oh one four two", "yes", "as soon as possible", "yes"]
    replies = [conversation.answer(turn) for turn in said]
    assert replies[1].text == "What number should we call?"
    assert replies[2].text == "Five five five, zero one four two. Is that right?"
    call = conversation.due.call
    assert call is not None
    assert (call.tool, dict(call.arguments)) == ("call_soon", {"phone": "5550142", "about": "sales"})


@pytest.mark.parametrize(
    "said",
    [("could you call me back in an hour", "sales", "yes"), ("could you ring me back", "sales", "yes", "in an hour")],
)
def test_the_front_desk_takes_how_long_it_is_until_a_call_for_its_day_and_time(
    model: MiniLm, said: tuple[str, ...]
) -> None:
    conversation = Responder(shipped("front_desk"), model).conversation("5550100", now=datetime(2026, 12, 2, 10))
    conversation.heard(conversation.greet().text)
    replies = [conversation.answer(turn) for turn in (*said, "yes")]
    assert "on Wednesday, December second at eleven in the morning" in replies[-2].text
    call = conversation.due.call
    assert call is not None
    assert {"day": "2026-12-02", "time": "11:00"}.items() <= dict(call.arguments).items()


def test_the_front_desk_calls_back_by_itself_once_its_lines_are_taken_in(tmp_path: Path) -> None:
    text = WORKSHOP.with_name("front_desk.yaml").read_text(encoding="utf-8")
    path = tmp_path / "front_desk.yaml"
    path.write_text(re.sub(r"(?m)^# (callbacks:|  (trunk|then): )", r"\1", text), encoding="utf-8")
    (one,) = read([path], today=WRITTEN)
    assert (one.errors, one.warnings) == ((), ())
    assert one.plan is not None
    assert one.plan.callbacks is not None
    assert one.plan.callbacks.then == "front_desk"
    why = forbidden(one.plan.callbacks, ())
    assert why is not None
    assert why.startswith('there is no trunk, so nobody is called back; write [[trunk]] with name = "carrier"')


def test_the_strong_model_that_is_left_out_is_right_once_it_is_taken_in(tmp_path: Path) -> None:
    text = WORKSHOP.with_name("front_desk.yaml").read_text(encoding="utf-8")
    taken_in = re.sub(r"(?m)^# (model:|  strong:|    (url|name): )", r"\1", text)
    worded = taken_in.replace("    key: in front of the main entrance\n", "    worded: strong\n")
    path = tmp_path / "front_desk.yaml"
    path.write_text(worded, encoding="utf-8")
    (one,) = read([path], today=WRITTEN)
    assert (one.errors, one.warnings) == ((), ())
    assert one.plan is not None
    assert one.plan.model.strong is not None
    assert [fact.name for fact in one.plan.facts if fact.worded is Worded.STRONG] == ["visitors"]
