"""A conversation that another agent takes up, or that a draft is made on a copy of."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Action, Dialplan, Intent, Interruptions
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited, Route, TakenMessage
from agent.reply.responder import Responder
from tests.reply.conftest import CALLER
from tests.reply.test_responder import last


def test_what_is_protected_and_was_cut_by_a_crash_is_said_again_protected(plan: Dialplan) -> None:
    protect = Interruptions(protect=("greeting", "address", "leave_message"))
    responder = Responder(plan.model_copy(update={"interruptions": protect}), FakeEmbedder())
    talk = responder.conversation(CALLER)
    for said in ("", "what is your address", "i'd like to leave a message"):
        reply = talk.answer(said) if said else talk.greet()
        again = responder.conversation(CALLER, talk.checkpoint())
        for _ in range(2):  # nor does a second crash lose it
            resumed = again.resumed()
            assert (resumed.text, resumed.protected) == (f"{plan.phrases.resumed} {reply.text}", True)
            again = responder.conversation(CALLER, again.checkpoint())
        again.heard(resumed.text)
        assert not again.resumed().protected
        talk.heard(reply.text)
        assert not responder.conversation(CALLER, talk.checkpoint()).resumed().protected


def test_last_words_that_are_protected_are_said_again_before_the_call_ends(plan: Dialplan) -> None:
    leave = Intent(name="leave", examples=("i will leave it at that",), answer="See you!", action=Action.GOODBYE)
    changes = {"intents": (*plan.intents, leave), "interruptions": Interruptions(protect=("leave",))}
    responder = Responder(plan.model_copy(update=changes), FakeEmbedder())
    talk = responder.conversation(CALLER)
    talk.greet()
    assert talk.answer("i will leave it at that").protected
    resumed = responder.conversation(CALLER, talk.checkpoint()).resumed()
    assert (resumed.text, resumed.protected, resumed.hang_up) == (f"{plan.phrases.resumed} See you!", True, True)


def test_a_conversation_goes_on_from_its_checkpoint_where_it_was(
    fake_responder: Responder, conversation: Conversation
) -> None:
    last(conversation, "let me talk to a person", "this is joe", "no", "five five five oh one nine nine")
    checkpoint = conversation.checkpoint()
    assert len(checkpoint) < 2_000
    again = fake_responder.conversation(CALLER, checkpoint)
    resumed = again.resumed()
    assert resumed.route is Route.RESUMED
    assert resumed.text == (
        "Sorry, we were cut off for a moment. I have five five five, zero one nine nine. Is that right?"
    )
    assert resumed.expects.awaited is Awaited.YES_NO
    message = again.answer("yes").message
    assert message == TakenMessage("this is joe", "5550199", confirmed=True)


def test_a_message_whose_reply_was_cut_off_comes_again(fake_responder: Responder, conversation: Conversation) -> None:
    done = last(conversation, "let me talk to a person", "this is joe", "yes")
    again = fake_responder.conversation(CALLER, conversation.checkpoint())
    assert again.resumed().message == done.message
    assert again.answer("hello").message == done.message  # what followed was taken back: the next reply brings it
    again.settled()
    assert again.resumed().message is None


def test_resuming_before_and_after_anything_was_said(fake_responder: Responder) -> None:
    unspoken = fake_responder.conversation(CALLER)
    assert "automated assistant" in unspoken.resumed().text
    greeted = fake_responder.conversation(CALLER)
    greeted.greet()
    assert greeted.resumed().text == "Sorry, we were cut off for a moment. How can I help?"
    greeted.answer("bye")
    assert greeted.resumed().hang_up


@pytest.mark.parametrize("checkpoint", [b"garbage", b"\x82", b"\xc1"])
def test_a_checkpoint_that_cannot_be_read_begins_anew(fake_responder: Responder, checkpoint: bytes) -> None:
    assert fake_responder.conversation(CALLER, checkpoint).answer("what is your address").name == "address"


def test_a_draft_on_a_copy_leaves_the_conversation_as_it_was(
    fake_responder: Responder, conversation: Conversation
) -> None:
    before = conversation.checkpoint()
    fake_responder.conversation(CALLER, before).answer("let me talk to a person")
    assert conversation.checkpoint() == before
