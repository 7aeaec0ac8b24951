"""Questions that say "it" for what was just told, at the clinic."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.reference import resolved
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance

CLINIC = Path(__file__).parents[2] / "dialplans" / "clinic.yaml"


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(CLINIC), MiniLm.load(ModelStore().path("minilm-l6")))


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("where is it", "where is parking"),
        ("is that for patients", "is parking for patients"),
        ("is it possible to make an appointment", None),
        ("that's good i need an appointment", None),
        ("where are you", None),
        ("is it far from there because my mother is coming with me on crutches", None),
    ],
)
def test_a_pronoun_is_what_was_told(said: str, question: str | None) -> None:
    found = resolved(Utterance(said), "parking")
    assert (found and found.text) == question


@pytest.mark.parametrize(
    ("asked", "then", "name"),
    [
        ("where could i leave my car", "where is it", "parking"),  # by itself the clinic's address
        ("where could i leave my car", "is that for patients", "parking"),  # by itself whether new ones are taken
        ("when are you open", "is that the same on fridays", "opening_hours"),
    ],
)
def test_it_is_what_was_just_told(responder: Responder, asked: str, then: str, name: str) -> None:
    call = responder.conversation("")
    call.greet()
    assert call.answer(asked).name == name
    again = responder.conversation("", call.checkpoint()).answer(then)
    assert (again.route, again.name) in ((Route.FACT, name), (Route.INTENT, name))


def test_what_it_may_not_be_is_asked_back_about(responder: Responder) -> None:
    call = responder.conversation("")
    call.greet()
    call.answer("where could i leave my car")
    assert call.answer("is it open at night").route is Route.CONFIRM


def test_something_else_in_between_makes_it_nothing(responder: Responder) -> None:
    call = responder.conversation("")
    call.greet()
    call.answer("where could i leave my car")
    call.answer("thank you")
    assert call.answer("where is it").name == "address"


def test_what_begins_something_is_not_about_it(responder: Responder) -> None:
    call = responder.conversation("")
    call.greet()
    call.answer("where could i leave my car")
    assert call.answer("fine can i get an appointment for that").name == "book"
