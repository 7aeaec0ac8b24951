"""The model is told of its own words as they were heard, and of those that were not."""

from __future__ import annotations

from agent.reply.conversation import Conversation
from agent.reply.interrupted import as_heard, interrupted


def test_an_interrupted_reply_is_told_as_it_was_heard_with_what_was_not_said(conversation: Conversation) -> None:
    cut = conversation.answer("how are you")
    conversation.heard("I am well, thank", cut, "you. How can I help?")
    (_, asked), (_, told) = conversation.model_turns
    assert asked == "how are you"
    assert told == "I am well, thank— (interrupted, not said: you. How can I help?)"
    assert as_heard(told) == "I am well, thank"


def test_a_reply_that_was_heard_whole_is_told_as_it_is(conversation: Conversation) -> None:
    conversation.answer("how are you")
    conversation.heard("I am well.")
    assert conversation.model_turns[-1] == ("assistant", "I am well.")
    assert as_heard("I am well.") == "I am well."


def test_what_the_model_was_told_once_stays_as_it_was(conversation: Conversation) -> None:
    conversation.heard("I am", conversation.answer("how are you"), "well.")
    before = tuple(conversation.model_turns)
    conversation.answer("good morning")
    conversation.heard("Good morning!")
    assert tuple(conversation.model_turns)[:2] == before
    assert len(conversation.model_turns) == 4


def test_the_note_is_short_and_may_be_without_words() -> None:
    assert interrupted("Well", "") == "Well— (interrupted)"
    told = interrupted("Well", " ".join(map(str, range(40))))
    assert told.endswith("11 …)")
    assert as_heard(told) == "Well"
