"""A bot that asks which number an order has, and reads it back."""

from __future__ import annotations

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.responder import Responder


def asked(**number: str | list[str]) -> Conversation:
    """A call that is asked for the number. `number`: what the slot is besides its name and its question."""
    plan = {
        "name": "Corner",
        "numbers": ["*"],
        "persona": "You.",
        "greeting": "Hi.",
        "intents": [{"name": "order", "examples": ["where is my order"], "answer": "Sure.", "flow": "order"}],
        "slots": [{"name": "number", "ask": "Which number?", **number}],
        "flows": [{"name": "order", "steps": [{"ask": "number"}, {"confirm": "{number}. Shall I look?"}]}],
    }
    call = Responder(Dialplan.model_validate(plan), FakeEmbedder()).conversation("5550100")
    call.greet()
    call.answer("where is my order")
    return call
