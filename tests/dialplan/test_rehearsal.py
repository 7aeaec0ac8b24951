"""A dialplan's tests as they run. The fake embedder knows examples word for word, so what is understood is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.dialplan.rehearsal import Outcome, rehearse
from agent.dialplan.schema import Cue, Rehearsal
from agent.engines.fakes import FakeEmbedder
from agent.errors import EmbeddingError
from agent.reply.reply import Route
from agent.reply.responder import Responder

PLAN = load(WORKSHOP)
ADDRESS = "We're at twelve Hill Street, right across from the public library."


def outcomes(*calls: tuple[Cue, ...], only: str = "") -> list[Outcome]:
    """What comes of tests of the workshop, which are named "Test 0" and so on."""
    tests = tuple(Rehearsal(name=f"Test {at}", turns=turns) for at, turns in enumerate(calls))
    return list(rehearse(Responder(PLAN.model_copy(update={"tests": tests}), FakeEmbedder()), only))


def failure(*turns: Cue) -> str:
    """How a test with these turns failed; "" when it passed."""
    (outcome,) = outcomes(turns)
    return str(outcome.failure or "")


def test_a_turn_that_comes_as_wanted_passes() -> None:
    cue = Cue(
        caller="what is your address",
        topic="address",
        route=Route.INTENT,
        says=("TWELVE hill street!", "we’re at"),
        never=("parking", "hill twelve"),
        ends=False,
        message=False,
    )
    assert failure(cue) == ""


@pytest.mark.parametrize(
    ("wants", "wanted"),
    [
        ({"topic": "parking"}, "topic parking"),
        ({"route": "fact"}, "route fact"),
        ({"topic": "address", "route": "confirm"}, "route confirm"),
        ({"says": ["Mill Lane"]}, '"Mill Lane"'),
        ({"says": ["twelve street"]}, '"twelve street"'),
        ({"says": ["librar"]}, '"librar"'),
        ({"never": ["right across from"]}, 'no "right across from"'),
        ({"ends": True}, "the call to end"),
        ({"message": True}, "a message"),
        ({"topic": "parking", "says": ["lane", "hill"], "never": ["we're"]}, 'topic parking, "lane", no "we\'re"'),
    ],
)
def test_what_was_wanted_and_did_not_come_is_told_with_what_came(wants: dict[str, object], wanted: str) -> None:
    cue = Cue.model_validate({"caller": "what is your address", **wants})
    assert failure(cue) == f"turn 1: wanted {wanted}, got intent address 1.00: {ADDRESS}"


def test_to_ask_back_about_a_topic_is_no_answer_unless_that_is_wanted() -> None:
    said = "parking zyx wvu tsr"  # near enough to ask back
    assert failure(Cue(caller=said, topic="parking", route=Route.CONFIRM)) == ""
    assert failure(Cue(caller=said, topic="parking")).startswith("turn 1: wanted topic parking, got confirm parking 0.")


def test_the_first_turn_that_fails_is_told_and_no_later_one() -> None:
    right = Cue(caller="what is your address", topic="address")
    wrong = right.model_copy(update={"topic": "parking"})
    assert failure(right, wrong, wrong).startswith("turn 2: wanted topic parking, got ")


def test_nothing_comes_of_a_key_that_has_no_topic() -> None:
    assert failure(Cue(key="7", ends=False, message=False, never=("parking",))) == ""
    assert failure(Cue(key="7", route=Route.SILENCE)) == "turn 1: wanted route silence, got no reply"
    told = failure(Cue(key="7", topic="person", says=("hello",)))
    assert told == 'turn 1: wanted topic person, "hello", got no reply'


def test_the_greeting_was_heard_before_the_first_turn() -> None:
    assert failure(Cue(caller="repeat that", says=("automated assistant of Hill Street Bicycles",))) == ""


def test_a_message_is_complete_with_one_turn_and_with_no_other() -> None:
    turns = [
        Cue(key="0", topic="person", message=False),
        Cue(caller="this is joe my gears are slipping", route=Route.MESSAGE, message=False),
        Cue(caller="yes", message=True),
        Cue(caller="what is your address", topic="address", message=False),
    ]
    assert failure(*turns) == ""
    told = failure(*turns[:2], Cue(caller="yes", message=False))
    assert told.startswith("turn 3: wanted no message, got message 1.00: Thank you.")


def test_silences_count_in_a_row_and_the_third_ends_the_call() -> None:
    silent = [Cue(silence=True, says=(text,)) for text in (*PLAN.silence.prompts, PLAN.silence.goodbye)]
    assert failure(*silent[:2], Cue(caller="what is your address", topic="address"), *silent) == ""
    told = failure(*silent[:2], Cue(silence=True, ends=False))
    assert told.startswith("turn 3: wanted the call to go on, got silence")


def test_a_call_that_ends_has_no_more_turns() -> None:
    bye = Cue(caller="goodbye", route=Route.GOODBYE)
    assert failure(bye) == ""
    assert failure(bye, bye) == f"turn 1: wanted the call to go on, got goodbye 1.00: {PLAN.goodbye}"


def test_small_talk_is_the_stock_answer() -> None:
    assert failure(Cue(caller="how are you", route=Route.SMALL_TALK, says=("I'm doing well",))) == ""


def test_each_test_is_a_call_of_its_own() -> None:
    first = (Cue(key="0", topic="person"),)
    second = (Cue(caller="what is your address", topic="address"),)
    assert [outcome.failure for outcome in outcomes(first, second)] == [None, None]


def test_only_tests_with_a_text_in_their_names_run_and_keep_their_places() -> None:
    turns = (Cue(caller="what is your address", topic="address"),)
    run = outcomes(turns, turns, turns, only="TEST 2")
    assert [(outcome.place, outcome.name) for outcome in run] == [(2, "Test 2")]
    assert outcomes(turns, only="parking") == []


def test_an_embedder_that_fails_is_no_failure_of_a_test() -> None:
    embedder = FakeEmbedder()
    test = Rehearsal(name="a", turns=(Cue(caller="where might you be", topic="address"),))
    responder = Responder(PLAN.model_copy(update={"tests": (test,)}), embedder)
    embedder.fails = True
    with pytest.raises(EmbeddingError, match="scripted failure"):
        list(rehearse(responder))


DESK = load(Path(__file__).parents[1] / "reply" / "data" / "desk.yaml")


def test_where_a_caller_is_put_through_to_and_that_nobody_answers_there() -> None:
    turns = (
        Cue(caller="sales", topic="sales", transfer="sales"),
        Cue(no_answer=True, says=("nobody in sales answers",), route=Route.MESSAGE),
        Cue(no_answer=True, transfer="sales"),
    )
    tests = (Rehearsal(name="sales", turns=turns[:2]), Rehearsal(name="nobody rings", turns=turns))
    good, bad = rehearse(Responder(DESK.model_copy(update={"tests": tests}), FakeEmbedder()))
    assert good.failure is None
    assert str(bad.failure) == "turn 3: wanted transfer sales, got no reply"
