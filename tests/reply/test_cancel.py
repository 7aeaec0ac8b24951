"""The word "cancel" alone: an appointment where nothing is going on, and what is going on elsewhere."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from agent.engines.minilm import MiniLm
from agent.interview.answers import Answers
from agent.interview.writing import written
from agent.models.store import ModelStore
from agent.reply.conversation import Conversation
from agent.reply.explanation import explained
from agent.reply.reply import Route
from agent.reply.responder import Responder

VET = Answers("Paws", topics={"prices": "A visit is fifty dollars."}, appointments={"monday": ("9:00-17:00",)})


@pytest.fixture(scope="module")
def engine() -> MiniLm:
    return MiniLm.load(ModelStore().path("minilm-l6"))


def plan_of(answers: Answers, folder: Path, examples: str = "") -> Dialplan:
    path = folder / "paws.yaml"
    path.write_text(written(answers).replace("      - delete my booking please\n", examples, 1), encoding="utf-8")
    return load(path)


def call_of(plan: Dialplan, engine: MiniLm) -> Conversation:
    conversation = Responder(plan, engine).conversation("5550100")
    conversation.greet()
    return conversation


@pytest.mark.parametrize("said", ["cancel", "cancel please", "okay cancel"])
def test_where_nothing_is_going_on_the_bot_asks_whether_it_is_about_that(
    said: str, tmp_path: Path, engine: MiniLm
) -> None:
    call = call_of(plan_of(VET, tmp_path), engine)
    asked = call.answer(said)
    assert (asked.route, asked.text) == (Route.CONFIRM, "Is it about cancelling an appointment?")
    assert "phone number" in call.answer("yes please").text


def test_it_is_told_why(tmp_path: Path, engine: MiniLm) -> None:
    explanation = explained(Responder(plan_of(VET, tmp_path), engine).router, "cancel")
    assert explanation.decided.startswith("ask back cancel, 0.")
    assert explanation.why.startswith('nothing is going on that this could stop, and "cancel" is nearest')


def test_listed_as_an_example_it_is_acted_on(tmp_path: Path, engine: MiniLm) -> None:
    call = call_of(plan_of(VET, tmp_path, "      - cancel\n"), engine)
    assert "phone number" in call.answer("cancel").text


def test_in_a_flow_it_leaves_that_and_then_means_stop(tmp_path: Path, engine: MiniLm) -> None:
    call = call_of(plan_of(VET, tmp_path), engine)
    call.answer("i would like to make an appointment")
    assert call.answer("cancel").text.startswith("All right, no appointment.")
    assert call.answer("cancel").route is Route.COMMAND


@pytest.mark.parametrize("said", ["stop", "cancel that", "never mind"])
def test_what_can_only_mean_stop_does(said: str, tmp_path: Path, engine: MiniLm) -> None:
    assert call_of(plan_of(VET, tmp_path), engine).answer(said).route is Route.COMMAND


def test_where_nothing_can_be_cancelled_it_means_stop(tmp_path: Path, engine: MiniLm) -> None:
    plan = plan_of(msgspec.structs.replace(VET, appointments={}), tmp_path)
    assert call_of(plan, engine).answer("cancel").route is Route.COMMAND
