"""A fact that is not so today is not known: not told, not asked back about, and no reason to be told another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.engines.fakes import FakeEmbedder
from agent.reply.explanation import explained
from agent.reply.left_out import left_out
from agent.reply.reply import Reply, Route
from agent.reply.responder import Responder
from agent.reply.router import Kind

ASKED = ("christmas market hours", "when is the christmas market", "where is the christmas market")
DAYS = {"from": "2026-12-01", "until": "2026-12-24"}
HOURS = Intent(name="hours", examples=("opening hours of the shop", "when are you open"), answer="From nine to six.")


def fact(name: str, asked: tuple[str, ...], **days: str) -> Fact:
    return Fact.model_validate({"name": name, "questions": asked, "text": f"The {name}.", **days})


def plan(*facts: Fact, sorry: str = "No idea.") -> Dialplan:
    told: Mapping[str, object] = {"no_match": {"sorry": sorry, "offer": "Ask about our hours."}}
    return Dialplan.model_validate(
        {"name": "Corner", "numbers": ["*"], "persona": "You.", "greeting": "Hi.", "intents": [HOURS], **told}
    ).model_copy(update={"facts": facts})


MARKET = plan(fact("market", ASKED, **DAYS))


def said(text: str, day: str, business: Dialplan = MARKET) -> Reply:
    now = datetime.fromisoformat(f"{day} 10:00")
    return Responder(business, FakeEmbedder()).conversation("5550100", now=now).answer(text)


@pytest.mark.parametrize("day", ["2026-12-01", "2026-12-24"])
@pytest.mark.parametrize("asked", [ASKED[0], "the christmas market hours please", "christmas market"])
def test_it_is_told_from_the_first_day_to_the_last(day: str, asked: str) -> None:
    assert said(asked, day).name == "market"


@pytest.mark.parametrize("day", ["2026-11-30", "2026-12-25"])
@pytest.mark.parametrize("asked", [ASKED[0], "christmas market"])
def test_on_other_days_it_is_not_known_and_the_dialplan_says_so(day: str, asked: str) -> None:
    reply = said(asked, day)
    assert (reply.route, reply.text) == (Route.FALLBACK, "No idea. Ask about our hours.")


def test_another_topic_that_is_near_is_only_asked_back_about() -> None:
    reply = said("christmas market opening hours of shop", "2026-12-25")
    assert (reply.route, reply.name) == (Route.CONFIRM, "hours")


def test_what_is_so_now_is_told_where_it_is_nearest() -> None:
    later = fact("fair", ("when is the easter fair", "easter fair hours"), **{"from": "2026-12-25"})
    reply = said("when is the easter fair please", "2026-12-26", plan(fact("market", ASKED, **DAYS), later))
    assert (reply.route, reply.name) == (Route.FACT, "fair")


def test_an_explanation_says_that_it_is_not_so_today() -> None:
    router = Responder(MARKET, FakeEmbedder()).router
    found = explained(router, "christmas market", date(2027, 1, 1))
    assert found.why.startswith('"market" is nearest, but today it is not so ("from", "until"), and no other topic has')
    assert found.nearest[0].topic == "market"
    assert explained(router, ASKED[0], date(2027, 1, 1)).decided == "fallback"
    asked_back = explained(router, "christmas market opening hours of shop", date(2027, 1, 1))
    assert asked_back.decided.startswith("ask back hours, 0.")
    assert asked_back.why.endswith("the bot asks back")


def test_without_a_day_everything_is_so() -> None:
    found = Responder(MARKET, FakeEmbedder()).router.without("market", "christmas market hours")
    assert (found.kind, found.name) == (Kind.TOPIC, "market")


def test_facts_that_are_never_so_together_do_not_sound_alike() -> None:
    alike = ("christmas market hours now", "when is the christmas market now")
    again = fact("again", alike, **{"from": "2026-12-25"})
    assert left_out(plan(fact("market", ASKED), again), FakeEmbedder()).alike != ()
    assert left_out(plan(fact("market", ASKED, **DAYS), again), FakeEmbedder()).alike == ()
