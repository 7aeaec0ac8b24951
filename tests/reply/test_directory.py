"""Names that callers say before they are asked, as two recognisers heard the turn."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.config import DEFAULT_DIALPLAN
from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.directory import Directory
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.router import Decision, Kind
from agent.reply.utterance import Utterance

PLAN = load(DEFAULT_DIALPLAN.with_name("front_desk.yaml"))
UNSURE = Decision(Kind.UNSURE, "open_now")


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory(PLAN)


@pytest.mark.parametrize(
    ("said", "closed", "repaired"),
    [
        ("he's and park", "susan park", "susan park"),
        ("can you get me food and part", "[unk] susan park", "can you get me food susan park"),
        ("have please", "sales please", "sales please"),
        ("may i talked to metal open", "[unk] lopez", "may i talked to metal lopez"),
        (
            "to miss lopez and accounting place",
            "[unk] lopez in accounting please",
            "to miss lopez in accounting please",
        ),
    ],
)
def test_the_end_of_a_turn_is_the_name_that_was_heard(
    directory: Directory, said: str, closed: str, repaired: str
) -> None:
    found = directory.repaired(Utterance(said), closed, UNSURE)
    assert found is not None
    assert found.text == repaired


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ("could i get robert stones private number", "[unk] robert stone [unk]"),  # not what it ends with
        ("is your office door open", "i of your office lopez"),  # words of names, and no name
        ("walter jones", "lopez don't"),
        ("sales or accounting please", "sales accounting please"),  # two
        ("a message for daniel open", "[unk] daniel lopez"),
        ("can i talk to helen", "[unk] tom becker"),  # one was understood
        ("what is the weather like", "[unk]"),
        ("what is the weather like", ""),
    ],
)
def test_words_without_a_name_stay_as_they_are(directory: Directory, said: str, closed: str) -> None:
    assert directory.repaired(Utterance(said), closed, UNSURE) is None


def test_what_is_understood_is_not_taken_for_a_name(directory: Directory) -> None:
    said = Utterance("he's and park")
    assert directory.repaired(said, "susan park", Decision(Kind.TOPIC, "opening_hours")) is None
    assert directory.repaired(said, "susan park", Decision(Kind.TOPIC, "reach")) is not None


def test_a_few_choices_are_no_directory() -> None:
    assert Directory(load(DEFAULT_DIALPLAN.with_name("city.yaml"))).grammar == ()


def test_a_caller_who_says_a_name_at_once_is_put_through() -> None:
    call = Responder(PLAN, FakeEmbedder()).conversation("5550100", now=datetime(2026, 12, 2, 10))
    assert "robert stone" in call.greet().expects.grammar
    reply = call.answer("rubber stone", "robert stone")
    assert (reply.route, reply.transfer) == (Route.INTENT, "robert_stone")
