"""What goes with a caller who is put through: what was said, and which values are in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Handed
from agent.reply.responder import Responder
from agent.reply.transcript import LONGEST, MOST
from agent.tools.record import Record, Who
from telephony.messages import CHECKPOINT_LIMIT

PLAN = Path(__file__).parent / "data" / "handed.yaml"
CLAIM = ("i have a claim", "four four one two three nine", "yes", "the rear bumper")


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder())


def handed(conversation: Conversation) -> Handed:
    given = conversation.due.handed
    assert given is not None
    return given


def spoken(responder: Responder, *turns: str) -> Conversation:
    conversation = responder.conversation("5550199")
    conversation.heard(conversation.greet().text)
    for turn in turns:
        conversation.heard(conversation.answer(turn).text)
    return conversation


def test_what_was_said_goes_with_the_caller_in_its_order(responder: Responder) -> None:
    given = handed(spoken(responder, *CLAIM))
    assert (given.to, dict(given.values)) == ("claims", {"policy": "441239", "what": "the rear bumper"})
    assert [(one.who, one.said) for one in given.transcript][:5] == [
        (Who.BOT, "Hello, this is the automated assistant of Hill Insurance."),
        (Who.CALLER, "i have a claim"),
        (Who.BOT, "I'm sorry to hear that. What is the number of your policy?"),
        (Who.CALLER, "four four one two three nine"),
        (Who.BOT, "Four four, one two three nine. Is that right?"),
    ]


def test_every_turn_tells_which_values_are_in_it(responder: Responder) -> None:
    given = handed(spoken(responder, *CLAIM))
    about = {one.said: one.about for one in given.transcript}
    assert about["four four one two three nine"] == ("policy",)
    assert about["Four four, one two three nine. Is that right?"] == ("policy",)
    assert about["the rear bumper"] == ("what",)
    assert about["i have a claim"] == ()


def test_a_value_is_known_when_it_is_said_again_after_its_flow(responder: Responder) -> None:
    conversation = spoken(responder, *CLAIM)
    conversation.settled()
    back = conversation.not_through()
    assert back is not None
    conversation.heard(back.text)
    conversation.answer("it was the rear bumper for policy four four one two three nine")
    conversation.heard("I have noted the rear bumper.")
    said = conversation.checkpoint()
    again = responder.conversation("5550199", said)
    again.answer("operator")
    about = {one.said: one.about for one in handed(again).transcript}
    assert set(about["I have noted the rear bumper."]) >= {"what"}
    assert set(about["it was the rear bumper for policy four four one two three nine"]) >= {"policy", "what"}


def test_keys_are_told_with_what_they_answer(responder: Responder) -> None:
    conversation = spoken(responder, "i have a claim")
    for key in "441239":
        conversation.digit(key)
    conversation.answer("yes")
    conversation.answer("the rear bumper")
    keys = [one for one in handed(conversation).transcript if one.said.startswith("[")]
    assert [(one.said, one.about) for one in keys] == [("[441239]", ("policy",))]


def test_a_turn_that_was_taken_back_is_not_told(responder: Responder) -> None:
    conversation = spoken(responder, "i have a claim")
    before = conversation.checkpoint()
    conversation.answer("four four one")
    again = responder.conversation("5550199", before)
    for turn in ("four four one two three nine", "yes", "the rear bumper"):
        again.heard(again.answer(turn).text)
    assert "four four one" not in [one.said for one in handed(again).transcript]


def test_what_was_said_survives_the_agent(responder: Responder) -> None:
    conversation = spoken(responder, *CLAIM)
    again = responder.conversation("5550199", conversation.checkpoint())
    assert handed(again) == handed(conversation)


def test_a_long_call_stays_within_a_checkpoint(responder: Responder) -> None:
    conversation = spoken(responder)
    for number in range(2 * MOST):
        conversation.answer(f"when are you open {number} {'x' * 2 * LONGEST}")
        conversation.heard("y" * 2 * LONGEST)
    conversation.answer("operator")
    transcript = handed(conversation).transcript
    assert len(transcript) == MOST
    assert max(len(one.said) for one in transcript) == LONGEST
    assert len(conversation.checkpoint()) < CHECKPOINT_LIMIT


def test_a_call_with_many_values_in_its_turns_stays_within_a_checkpoint(responder: Responder) -> None:
    plan = responder.plan
    policy, what = plan.slots
    names = tuple(f"policy_{number}_of_a_very_long_name" for number in range(40))
    slots = (what, policy, *(policy.model_copy(update={"name": name}) for name in names))
    (place,) = plan.results
    results = (place.model_copy(update={"redact": ("policy", *names)}),)
    conversation = spoken(Responder(plan.model_copy(update={"slots": slots, "results": results}), FakeEmbedder()))
    for _ in range(2 * MOST):
        conversation.heard(conversation.answer(f"my policy is four four one two three nine {'x' * LONGEST}").text)
    assert len(conversation.checkpoint()) < CHECKPOINT_LIMIT
    conversation.answer("operator")
    record = Record("", "call-1", "", "", (), "desk", handed(conversation).transcript)
    assert "my policy" not in record.redacted(("policy",)).conversation
    assert "my policy" in record.redacted(("message",)).conversation


def test_a_long_story_is_known_by_its_begin(responder: Responder) -> None:
    story = "and then the whole kitchen was under water and nobody came to look at it " * 40
    conversation = spoken(responder, *CLAIM[:3], story, "stop", f"i said {story}")
    assert len(conversation.checkpoint()) < 10_000
    conversation.answer("operator")
    about = [one.about for one in handed(conversation).transcript if "the whole kitchen" in one.said]
    assert about == [("what",), ("what",)]


def test_nothing_is_kept_where_nobody_is_told(responder: Responder) -> None:
    plan = responder.plan.model_copy(update={"results": ()})
    conversation = spoken(Responder(plan, FakeEmbedder()), *CLAIM)
    assert conversation.due.transfer is not None
    assert conversation.due.handed is None
    assert b"bumper" not in spoken(Responder(plan, FakeEmbedder()), "the rear bumper").checkpoint()
