"""Who asks for a person in the middle of a message or a flow is put through, to whom they ask for if the dialplan knows
them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.commands import wants_through
from agent.reply.conversation import Conversation
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance
from tests.slots.order import asked

PLAN = load(Path(__file__).parent / "data" / "desk.yaml")
TOLD = "this is ann and my car is broken"
TO_NURSE = "have a word with your nurse"
TO_WHOM = "let me chat with an officer"
FLOW, MESSAGE = ("i want to report a crash",), ("please call me back",)


@pytest.fixture(scope="module")
def responder() -> Responder:
    plan = PLAN.model_dump(by_alias=True, exclude_unset=True)
    nurse = {"name": "nurse", "examples": [TO_NURSE], "answer": "Sure.", "transfer": "nurses"}
    whom = {"name": "whom", "examples": [TO_WHOM], "answer": "Sure.", "flow": "report"}
    transfers = [{"name": name, "target": name, "failed": "Nobody answers."} for name in ("desk", "nurses")]
    staffed = {
        **plan,
        "operator": "desk",
        "intents": [*plan["intents"], nurse, whom],
        "transfers": [*plan["transfers"], *transfers],
    }
    return Responder(Dialplan.model_validate(staffed), FakeEmbedder())


def said(responder: Responder, *turns: str) -> Conversation:
    call = responder.conversation("5550100")
    call.greet()
    for turn in turns:
        call.answer(turn)
    return call


def to(call: Conversation) -> str | None:
    """Where the caller is put through to."""
    return None if call.due.transfer is None else call.due.transfer.name


@pytest.mark.parametrize("before", [MESSAGE, (*MESSAGE, TOLD), FLOW, (*FLOW, "no", "at the mill")])
@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("can i just talk to somebody", "desk"),
        ("can i please just talk to somebody", "desk"),
        ("ugh can i please speak with a human being", "desk"),
        ("i really just want to talk to a person", "desk"),
        ("is there somebody i can just talk to", "desk"),
        ("actually just put me through", "desk"),
        ("could you just put me through please", "desk"),
        ("actually can you put me through to the front desk", "desk"),
        ("can i speak to the vet instead", "desk"),
        (TO_NURSE, "nurses"),
    ],
)
def test_who_asks_for_somebody_is_put_through(
    responder: Responder, before: tuple[str, ...], words: str, whom: str
) -> None:
    call = said(responder, *before, words)
    assert to(call) == whom
    assert (call.due.message and call.due.message.text) == (TOLD if TOLD in before else None)


def test_who_asks_to_be_put_through_at_once_reaches_anybody(responder: Responder) -> None:
    assert to(said(responder, "just put me through")) == "desk"
    assert to(said(responder, "zyx", "no", "can you please just put me through")) == "desk"


@pytest.mark.parametrize(
    "words", ["put me on the list please", "i told the nurse", "they put me through to voice mail"]
)
def test_who_tells_of_somebody_is_not(responder: Responder, words: str) -> None:
    assert to(said(responder, *MESSAGE, words)) is None


def test_to_be_put_through_may_be_a_yes(responder: Responder) -> None:
    assert wants_through(Utterance("please put me through"))
    call = said(responder, *FLOW, "no", "at the mill", "one", "k l seven", "please put me through")
    assert to(call) is None
    assert to(said(responder, *FLOW, "no", "at the mill", "one", "k l seven", TO_NURSE)) == "nurses"


def test_the_flow_that_is_held_asks_whom_they_want_itself(responder: Responder) -> None:
    assert to(said(responder, *MESSAGE, TO_WHOM)) == "desk"
    assert to(said(responder, *FLOW, TO_WHOM)) is None


def test_over_a_value_that_is_read_back_it_is_none() -> None:
    call = asked(kind="name")
    assert call.answer("jane roe").text == "Jane Roe. Is that right?"
    assert call.answer("just put me through").route is Route.MESSAGE


@pytest.mark.parametrize("words", ["just put me through", "connect me please", "can i talk to the vet"])
def test_a_wish_for_somebody_is_no_value_where_any_words_are_one(responder: Responder, words: str) -> None:
    assert to(said(responder, *FLOW, "no", words)) == "desk"


@pytest.mark.parametrize("words", ["no just put me through", "no operator", "no can i talk to the vet"])
def test_a_no_with_a_wish_for_somebody_is_the_wish(responder: Responder, words: str) -> None:
    assert to(said(responder, *FLOW, "no", "at the mill", words)) == "desk"
