"""An answer with a patience of its own is waited for so, and only that answer."""

from __future__ import annotations

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.listen.profile import Profile
from agent.reply.responder import Responder
from agent.turn.state import Turn

PLAN = Dialplan.model_validate({
    "name": "Corner",
    "numbers": ["*"],
    "persona": "You.",
    "greeting": "Hi.",
    "patience": "distressed",
    "intents": [{"name": "order", "examples": ["i want to order"], "answer": "Sure.", "flow": "order"}],
    "slots": [
        {"name": "code", "kind": "free", "ask": "Which code?", "patience": "dictation", "confirm": "always"},
        {"name": "what", "kind": "free", "ask": "What is it?"},
    ],
    "flows": [{"name": "order", "steps": [{"ask": "code"}, {"ask": "what"}]}],
})  # fmt: skip


def test_it_is_told_with_the_question_and_not_with_others() -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("5550100")
    call.greet()
    assert call.answer("i want to order").expects.profile is Profile.DICTATION
    assert call.answer("b four").expects.profile is None  # "Is that right?"
    assert call.answer("yes").expects.profile is None


def test_the_turn_is_judged_by_it_and_else_as_the_callers_of_the_file() -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("5550100")
    asked, read_back = call.answer("i want to order").expects, call.answer("b four").expects
    assert Turn(expects=asked).evidence(Profile.DISTRESSED).profile is Profile.DICTATION
    assert Turn(expects=read_back).evidence(Profile.DISTRESSED).profile is Profile.DISTRESSED
