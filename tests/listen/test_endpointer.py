"""Whose turn it is, by words, question and rhythm; the language model's odds are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.listen.endpointer import SemanticEndpointer, SilenceEndpointer, manner_of
from agent.listen.evidence import Evidence, Rhythm
from agent.listen.patience import MANNERS, patience
from agent.listen.profile import Profile
from agent.listen.wording import listed
from agent.reply.reply import Awaited, Expectation
from telephony.audio import samples

JUDGE = SemanticEndpointer()
QUICK = samples(0.16)
OPEN = Expectation()
YES_NO = Expectation(Awaited.YES_NO, question="Is that right?")
NUMBER = Expectation(Awaited.DIGITS, question="What number can we call you back on?")


def heard(said: str, expects: Expectation = OPEN, odds: float | None = 2.0, **more: object) -> Evidence:
    return Evidence(said=said, expects=expects, flushed=True, odds=odds, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["yes", "no", "yeah", "no thanks", "yes please", "that's right", "know", "correct"])
def test_an_answer_to_a_yes_no_question_is_taken_at_once_without_the_model(said: str) -> None:
    assert JUDGE.patience(heard(said, YES_NO, odds=None)) <= QUICK


@pytest.mark.parametrize("said", ["yes but", "no it's", "yes and", "no i", "well", "yes um"])
def test_an_answer_that_goes_on_is_waited_for(said: str) -> None:
    assert JUDGE.patience(heard(said, YES_NO, odds=-4.0)) >= samples(1.2)


@pytest.mark.parametrize("said", ["um", "so", "let me see", "hold on", "well", "and um", "i need the uh", "so um"])
def test_hesitations_are_waited_for_whatever_the_model_says(said: str) -> None:
    assert JUDGE.patience(heard(said, odds=4.0)) >= samples(1.2)


@pytest.mark.parametrize("said", ["hello are you there", "are you still there", "thank you goodbye", "can you hear me"])
def test_who_asks_whether_anybody_is_there_is_answered_at_once(said: str) -> None:
    assert JUDGE.patience(heard(said, odds=None)) <= QUICK


@pytest.mark.parametrize(
    ("said", "expects"),
    [
        ("my number is five five five", Expectation()),
        ("five five five", NUMBER),
        ("five five five oh one", NUMBER),
        ("it's two oh two", NUMBER),
        ("double five", NUMBER),
        ("two oh two five five five oh one three", Expectation(Awaited.DIGITS, digits=10)),
        ("my phone number is nine nine", Expectation()),
    ],
)
def test_the_rest_of_a_number_is_waited_for(said: str, expects: Expectation) -> None:
    assert JUDGE.patience(heard(said, expects, odds=3.0)) >= samples(1.6)
    assert JUDGE.patience(heard(said, expects, odds=3.0, sound=0.5)) >= samples(1.2)


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("two oh two five five five oh one three nine", 0),
        ("two oh two triple five oh won three nine", 0),
        ("five five five for", 4),
        ("one to three double four", 5),
    ],
)
def test_a_number_with_all_its_digits_is_taken_at_once(said: str, digits: int) -> None:
    assert JUDGE.patience(heard(said, Expectation(Awaited.DIGITS, digits=digits), odds=None)) <= QUICK


def test_without_odds_or_before_the_flush_is_answered_nothing_is_rash() -> None:
    sure = heard("what time do you open tomorrow please", odds=5.0)
    assert JUDGE.patience(sure) <= QUICK
    assert JUDGE.patience(Evidence(said=sure.said, odds=5.0)) > QUICK
    assert JUDGE.patience(heard(sure.said, odds=None)) > QUICK


def test_words_that_are_an_example_of_the_dialplan_are_more_likely_a_whole_turn() -> None:
    unknown, listed = heard("parking", odds=-1.0), heard("parking", odds=-1.0, topic=1.0)
    assert JUDGE.probability(listed) > JUDGE.probability(unknown)


def test_how_it_sounds_moves_the_probability_both_ways() -> None:
    said = "i would like a room for two nights"
    chances = [JUDGE.probability(heard(said, odds=0.0, sound=sound)) for sound in (0.02, 0.5, 0.98)]
    assert chances == sorted(chances)
    assert chances[0] < 0.5 < chances[2]


@pytest.mark.parametrize("said", ["so what about the pricing", "what about the pricing", "okay and what about sunday"])
def test_what_may_be_the_beginning_of_a_question_is_waited_for_unless_it_sounds_finished(said: str) -> None:
    assert JUDGE.patience(heard(said, odds=3.0)) > samples(0.7)
    assert JUDGE.patience(heard(said, odds=3.0, sound=0.1)) > samples(0.7)
    assert JUDGE.patience(heard(said, odds=3.0, sound=0.99)) < samples(0.7)


def test_a_caller_who_pauses_for_long_is_waited_for_longer() -> None:
    slow = Rhythm().paused(samples(1.5)).paused(samples(1.8)).paused(samples(1.2))
    quick = Rhythm().paused(samples(0.3)).paused(samples(0.2)).paused(samples(0.3))
    waits = [JUDGE.patience(heard("i would like a room", odds=-1.0, rhythm=rhythm)) for rhythm in (quick, slow)]
    assert waits[0] < waits[1]


@given(st.lists(st.floats(0, 1), min_size=2), st.sampled_from(Profile), st.lists(st.integers(0, 10**6)))
def test_the_wait_never_grows_with_the_probability(
    probabilities: list[float], profile: Profile, pauses: list[int]
) -> None:
    waits = [patience(chance, MANNERS[profile], Rhythm(tuple(pauses))) for chance in sorted(probabilities)]
    assert waits == sorted(waits, reverse=True)
    assert MANNERS[profile].least <= waits[-1]
    assert waits[0] <= MANNERS[profile].cap


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            sorted(listed("um so the yes no five double triple to for oh b i hello there let me see [unk] it's"))
        ),
        st.text(max_size=12),
    ),
    max_size=30,
).map(" ".join)
MAYBE = st.none() | st.floats(allow_nan=False)
EVIDENCE = st.builds(
    Evidence,
    said=WORDS,
    expects=st.builds(Expectation, awaited=st.sampled_from(Awaited), digits=st.integers(0, 20), question=st.text()),
    flushed=st.booleans(),
    odds=MAYBE,
    sound=MAYBE,
    topic=MAYBE,
    rhythm=st.lists(st.integers(0, 10**9), max_size=20).map(lambda pauses: Rhythm(tuple(pauses))),
    profile=st.sampled_from(Profile),
    voiced=st.integers(0, 10**9),
)


@given(EVIDENCE)
def test_whatever_is_heard_the_wait_is_within_the_profiles_bounds(evidence: Evidence) -> None:
    assert 0 <= JUDGE.probability(evidence) <= 1
    manner = manner_of(evidence)
    assert samples(manner.least) <= JUDGE.patience(evidence) <= samples(manner.cap)
    assert 0 < SilenceEndpointer().patience(evidence) <= samples(1.4)
    assert 0 <= SilenceEndpointer().probability(evidence) <= 1


def test_how_it_sounds_is_asked_where_the_words_leave_it_open() -> None:
    def asks(said: str, **known: Any) -> bool:
        return JUDGE.would_listen(Evidence(said, flushed=True, **known))

    assert asks("i am calling for the price", odds=-1.0)
    assert not asks("i am calling for the price")  # the model is asked first
    assert not asks("i am calling for the price", odds=-1.0, sound=0.5)
    assert not asks("i am calling for the price", odds=-1.0, sound=float("nan"))
    assert not asks("when are you open", odds=2.0, topic=1.0, ends=1.5)  # plainly whole
    assert not asks("", odds=0.0)


def test_a_sound_that_may_come_is_waited_for_and_one_that_cannot_is_not() -> None:
    whole = Evidence("you have parking there", flushed=True, odds=1.5)
    assert JUDGE.would_listen(whole)
    assert JUDGE.patience(whole) >= samples(0.3)
    deaf = replace(whole, sound=float("nan"))
    assert not JUDGE.would_listen(deaf)
    assert JUDGE.patience(deaf) < JUDGE.patience(whole)


def test_what_the_dialplan_knows_moves_the_wait_both_ways() -> None:
    open_ = Evidence("when is your office open", flushed=True, odds=-1.0, sound=float("nan"))
    assert JUDGE.probability(replace(open_, topic=0.95)) > JUDGE.probability(open_)
    assert JUDGE.probability(replace(open_, ends=1.5)) > JUDGE.probability(open_) > 0
    assert JUDGE.probability(replace(open_, ends=-1.5)) < JUDGE.probability(open_)
