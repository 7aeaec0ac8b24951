"""The workshop's dialplan with the real embedder, on words that are none of its examples.

The frozen phrases were written before anything was measured with them, and nothing is ever tuned on them: what is
asserted is a little under what was measured. The tuned ones keep what was once right from becoming wrong.
"""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan, Intent
from agent.engines.fakes import FakeEmbedder
from agent.reply.background import SENTENCES
from agent.reply.intents import Intents
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance
from tests.reply.understanding import measure, phrases, share


def test_no_phrase_is_an_example_and_no_frozen_one_is_tuned_on(plan: Dialplan) -> None:
    topics = {
        Utterance(example).text
        for topic in plan.topics
        for example in (topic.examples if isinstance(topic, Intent) else topic.questions)
    }
    examples = topics | set(plan.unanswered) | set(SENTENCES)
    frozen, tuned = (
        {Utterance(phrase.said).text for name in (f"{kind}in_scope", f"{kind}out_of_scope") for phrase in phrases(name)}
        for kind in ("", "tuned_")
    )
    assert frozen & (examples | tuned) == set()
    assert tuned & examples == set()


def test_every_topic_is_among_the_frozen_phrases(plan: Dialplan) -> None:
    assert {name for phrase in phrases("in_scope") for name in phrase.topics} == {topic.name for topic in plan.topics}


def test_frozen_phrases_as_typed(real_responder: Responder) -> None:
    all_ = phrases("in_scope")
    result = measure(real_responder, all_)
    assert share([*result.right, *result.asked_rightly], all_) >= 0.74, str(result)
    assert share(result.wrong, all_) <= 0.04, str(result)


@pytest.mark.parametrize(("name", "right"), [("telephone_25db", 0.5), ("telephone_15db", 0.3)])
def test_frozen_phrases_as_a_recogniser_writes_them(real_responder: Responder, name: str, right: float) -> None:
    """See telephone.py. What is not understood on a bad line must not be answered wrongly."""
    all_ = phrases(name)
    result = measure(real_responder, all_)
    assert share([*result.right, *result.asked_rightly], all_) >= right, str(result)
    assert share(result.wrong, all_) <= 0.1, str(result)


def test_frozen_phrases_out_of_scope(real_responder: Responder) -> None:
    all_ = phrases("out_of_scope")
    result = measure(real_responder, all_)
    assert share(result.wrong, all_) <= 0.07, str(result)
    assert share(result.unknown, all_) >= 0.6, str(result)


def test_tuned_phrases(real_responder: Responder) -> None:
    inside, outside = phrases("tuned_in_scope"), phrases("tuned_out_of_scope")
    result = measure(real_responder, inside)
    assert share([*result.right, *result.asked_rightly], inside) >= 0.9, (result.wrong, result.asked_wrongly)
    assert share(result.right, inside) >= 0.65, result.asked_rightly
    assert share(result.wrong, inside) <= 0.03, result.wrong
    assert share(measure(real_responder, outside).wrong, outside) <= 0.14


@pytest.mark.parametrize("lead", ["hi i was just wondering", "yeah hello um so", "good morning i'd like to know"])
def test_what_goes_before_the_point_changes_nothing(real_responder: Responder, lead: str) -> None:
    plain = real_responder.conversation("").answer("how much is a tune up")
    assert real_responder.conversation("").answer(f"{lead} how much is a tune up") == plain


def test_what_the_dialplan_lists_as_unanswered_is_not_taken_for_something_else(
    real_responder: Responder, plan: Dialplan
) -> None:
    routes = {said: real_responder.conversation("").answer(said).route for said in plan.unanswered}
    assert {route for route in routes.values()} == {Route.FALLBACK}, routes


def test_an_example_of_its_own_is_always_understood(real_responder: Responder, plan: Dialplan) -> None:
    missed = [
        (topic.name, example)
        for topic in plan.topics
        for example in (topic.examples if isinstance(topic, Intent) else topic.questions)
        if real_responder.conversation("").answer(example).name != topic.name
    ]
    assert missed == []


def test_a_score_is_the_two_nearest_examples_less_half_the_background_and_the_line() -> None:
    intents = Intents({"a": ("red car", "red bus", "blue bird"), "b": ("green tree",)}, FakeEmbedder())
    best, other = intents.matches(FakeEmbedder().embed(["red car"])[0])
    assert (best.topic, other.topic) == ("a", "b")
    # "red car" is the example itself (1.0) and shares one of two words with "red bus" (0.5); the nearest background
    # sentences share one of their words with it at most; the line reads at most 1.
    assert 0.75 - 0.5 * 0.5 < best.score <= 0.75 + 0.5
    assert other.score <= 0


def test_a_background_sentence_that_is_an_example_is_left_out() -> None:
    said = "is the post office open on saturday"
    other = Intents({"hours": ("when are you open",)}, FakeEmbedder()).matches(FakeEmbedder().embed([said])[0])[0]
    own = Intents({"hours": (said,)}, FakeEmbedder()).matches(FakeEmbedder().embed([said])[0])[0]
    assert said in SENTENCES
    assert other.score < 0.1
    assert own.score > 0.9


@pytest.mark.parametrize("said", ["when are you open", "what is your address"])
def test_an_answer_takes_milliseconds(real_responder: Responder, said: str) -> None:
    from time import perf_counter

    conversation = real_responder.conversation("5550100")
    conversation.answer(said)
    began = perf_counter()
    for _ in range(10):
        conversation.answer(said)
    assert (perf_counter() - began) / 10 < 0.1
