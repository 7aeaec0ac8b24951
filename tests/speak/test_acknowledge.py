"""Acknowledgements and fillers: seldom, never the same twice in a row, and never where they would be wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dialplan.schema import Phrases
from agent.reply.reply import Awaited, Expectation, ModelPart, Reply, Route, StockPart, TextPart
from agent.speak.acknowledge import BUDGET_MS, SHARE, Acknowledgements

ACKS = Phrases().acknowledgements
FILLERS = Phrases().fillers
SLOW = BUDGET_MS + 1


def reply(
    route: Route = Route.FACT, awaited: Awaited = Awaited.OPEN, text: str = "We are open.", hang_up: bool = False
) -> Reply:
    return Reply(route, (TextPart(text),), expects=Expectation(awaited), hang_up=hang_up)


def after(turns: int) -> Acknowledgements:
    """A call of so many turns without an acknowledgement."""
    acknowledgements = Acknowledgements(ACKS, FILLERS)
    for _ in range(turns):
        assert acknowledgements.lead(reply(), 0) is None
    return acknowledgements


def test_a_slow_answer_to_an_open_question_is_led_in() -> None:
    assert after(10).lead(reply(), SLOW) in ACKS


def test_a_quick_one_is_not() -> None:
    assert after(10).lead(reply(), BUDGET_MS) is None


def test_nor_one_that_begins_pre_rendered_or_says_nothing() -> None:
    stock = Reply(Route.INTENT, (StockPart("We open at nine."), TextPart("Until five.")))
    assert after(10).lead(stock, SLOW) is None
    assert after(10).lead(Reply(Route.FACT, ()), SLOW) is None


@pytest.mark.parametrize("route", sorted(set(Route) - {Route.INTENT, Route.FACT}))
def test_nor_confirmations_farewells_apologies_and_courtesies(route: Route) -> None:
    assert after(10).lead(reply(route), SLOW) is None


def test_nor_the_last_words_of_a_call() -> None:
    assert after(10).lead(reply(hang_up=True), SLOW) is None


@pytest.mark.parametrize("awaited", sorted(set(Awaited) - {Awaited.OPEN}))
def test_nor_a_question_for_a_yes_a_number_or_a_message_nor_the_reply_to_its_answer(awaited: Awaited) -> None:
    acknowledgements = after(10)
    assert acknowledgements.lead(reply(awaited=awaited), SLOW) is None
    assert acknowledgements.lead(reply(), SLOW) is None
    assert acknowledgements.lead(reply(), SLOW) in ACKS


@pytest.mark.parametrize(
    "said", ["i need an ambulance", "my father passed away", "i am really angry", "please help me", "It's an EMERGENCY"]
)
def test_a_caller_in_distress_never_hears_one(said: str) -> None:
    acknowledgements = after(10)
    assert acknowledgements.lead(reply(), SLOW, said) is None
    assert acknowledgements.lead(reply(), SLOW, "when are you open") is None


def test_it_does_not_begin_like_what_follows() -> None:
    acknowledgements = after(20)
    assert acknowledgements.lead(reply(text="Sure, we are open."), SLOW) == "Right."
    assert acknowledgements.lead(reply(text="Let me tell you."), SLOW) == "Okay."


def test_a_wording_by_the_model_is_led_in_as_well() -> None:
    worded = Reply(Route.FACT, (ModelPart("system", "when", "We open at nine."),))
    assert after(10).lead(worded, SLOW) in ACKS


def test_fillers_come_in_turn_and_are_not_what_was_said_last() -> None:
    acknowledgements = Acknowledgements(("One moment.", "Sure."), ("One moment.", "Just a second."))
    for _ in range(6):
        acknowledgements.lead(reply(), 0)
    assert acknowledgements.lead(reply(), SLOW) == "One moment."
    assert [acknowledgements.filler() for _ in range(3)] == ["Just a second.", "One moment.", "Just a second."]


def test_one_text_alone_is_not_said_twice_in_a_row() -> None:
    acknowledgements = Acknowledgements(("Sure.",), ("One moment.", "One moment."))
    assert [acknowledgements.filler(), acknowledgements.filler()] == ["One moment.", None]
    assert Acknowledgements((), ()).filler() is None


TURN = st.one_of(
    st.none(),  # a filler is due
    st.builds(
        lambda route, awaited, text, ms: (reply(route, awaited, text), ms),
        st.sampled_from([Route.FACT, Route.FACT, Route.INTENT, Route.CONFIRM]),
        st.sampled_from([Awaited.OPEN] * 5 + [Awaited.YES_NO]),
        st.sampled_from(["We are open.", "Sure, we are.", "Right, so.", ""]),
        st.integers(0, 2_000),
    ),
)


@given(st.lists(TURN, max_size=80), st.lists(st.sampled_from([*ACKS, *FILLERS]), max_size=4))
def test_at_most_so_many_turns_and_never_the_same_twice_in_a_row(
    turns: list[tuple[Reply, int] | None], acknowledgement_texts: list[str]
) -> None:
    acknowledgements = Acknowledgements(acknowledgement_texts or ACKS, FILLERS)
    heard: list[str] = []
    asked = led = 0
    for turn in turns:
        if turn is None:
            text = acknowledgements.filler()
        else:
            asked += 1
            text = acknowledgements.lead(*turn)
            led += text is not None
            assert text is None or turn[1] > BUDGET_MS
        assert led <= SHARE * asked
        heard += [text] if text is not None else []
    assert all(one != other for one, other in pairwise(heard))


@given(st.lists(st.integers(0, 2_000), min_size=20, max_size=60))
def test_the_same_call_is_acknowledged_the_same(waits: list[int]) -> None:
    calls = [Acknowledgements(ACKS, FILLERS) for _ in range(2)]
    one, other = ([call.lead(reply(), wait) for wait in waits] for call in calls)
    assert one == other


def test_murmurs_take_turns_and_a_caller_in_distress_hears_none() -> None:
    said = Acknowledgements(ACKS, FILLERS, murmurs=("Mm-hmm.", "Uh-huh."))
    assert [said.murmur("and then it broke") for _ in range(3)] == ["Mm-hmm.", "Uh-huh.", "Mm-hmm."]
    assert said.murmur("and then there was the accident") is None
    assert said.murmur("so i went home") is None
