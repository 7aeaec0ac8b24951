"""How the router's decisions about frozen phrases become figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.bench.figures import Figure
from agent.bench.phrases import FROZEN, Asked, Meant, Phrases, Strange, Told, phrases
from agent.bench.understanding import (
    Taken,
    fact_figures,
    facts_of,
    intent_figures,
    intents_of,
    strange_figures,
    take,
)
from agent.engines.fakes import FakeEmbedder
from agent.errors import AgentError
from agent.reply.knowledge import Knowledge
from agent.reply.router import Decision, Kind, Router


def taken(acted_on: str, *ranked: str, by_score: tuple[str, ...] = (), second: str = "") -> Taken:
    decision = Decision(Kind.TOPIC, acted_on) if acted_on else Decision(Kind.UNSURE, ranked[0], second=second)
    return Taken("words", decision, by_score or ranked, ranked, 1.0)


def counts(figures: tuple[Figure, ...]) -> dict[str, str]:
    return {figure.name: figure.detail for figure in figures}


def test_an_intent_is_acted_on_rightly_wrongly_or_asked_back_about() -> None:
    meant = [Meant("hours", "one", "plain"), Meant("hours", "two", "terse"), Meant("parking", "three", "terse")]
    swapped = taken("hours", "hours", "parking", by_score=("parking", "hours"))
    found = counts(intent_figures(meant, [swapped, taken("", "hours"), taken("hours", "hours")]))
    assert found == {
        "intents, another is first by score": "2 of 3",
        "intents, another is first as ranked": "1 of 3",
        "intents, not among the first two by score": "1 of 3",
        "intents, not among the first two as ranked": "1 of 3",
        "intents, not acted on at once": "1 of 3",
        "intents, another acted on": "1 of 3",
        "intents, not acted on at once or after a yes": "1 of 3",
        "intents, nor after a no and a yes": "1 of 3",
        "plain: another is ranked first": "0 of 1",
        "terse: another is ranked first": "1 of 2; parking 1",
    }


def test_a_fact_is_read_out_or_another_or_none() -> None:
    asked = [Asked("fee", "one"), Asked("fee", "two"), Asked("lift", "three")]
    answers = [
        taken("fee", "fee", "lift"),
        taken("lift", "lift", "door", "fee"),
        taken("", "door", "fee", "roof", "lift", second="lift"),
    ]
    assert counts(fact_figures(asked, answers)) == {
        "facts, another is first by score": "2 of 3",
        "facts, another is first as ranked": "2 of 3",
        "facts, not among the first three by score": "1 of 3",
        "facts, not among the first three as ranked": "1 of 3",
        "answerable, not answered at once by its fact": "2 of 3",
        "answerable, not answered at once or after a yes": "2 of 3",
        "answerable, nor after a no and a yes": "1 of 3",
        "answerable, another fact read out": "1 of 3",
    }


def test_what_nothing_answers_is_counted_by_its_kind_where_it_is_acted_on() -> None:
    strange = [Strange("one", "near"), Strange("two", "near"), Strange("three", "far")]
    found = strange_figures(
        "answered", "strange", strange, [taken("fee", "fee"), taken("", "fee"), taken("", "lift", second="fee")], 5.0
    )
    assert counts(found) == {
        "answered": "1 of 3; near 1",
        "strange, asked back about": "2 of 3; near 1, far 1",
        "strange, asked about twice": "1 of 3; far 1",
    }
    assert [figure.ok for figure in found] == [False, None, None]


def test_each_set_gets_a_dialplan_of_its_own() -> None:
    frozen = Phrases(
        training=(Meant("hours", "when are you open"), Meant("parking", "where can i park")),
        intents=(),
        out_of_scope=(),
        facts=(Told("lift", "our lift", ("is there a lift",), "We have a lift."),),
        answerable=(),
        unanswerable=(),
    )
    intents, facts = intents_of(frozen), facts_of(frozen)
    assert [(one.name, one.examples) for one in intents.intents] == [
        ("hours", ("when are you open",)),
        ("parking", ("where can i park",)),
    ]
    assert [one.text for one in facts.facts] == ["We have a lift."]
    router = Router(intents, Knowledge(intents), FakeEmbedder())
    assert take(router, "where can i park").acted_on == "parking"
    assert take(router, "where can i park my bicycle").nearest[0] == "parking"


def test_the_phrases_of_the_checkout_are_read() -> None:
    found = phrases()
    assert len(found.intents) + len(found.out_of_scope) + len(found.answerable) + len(found.unanswerable) >= 1_000


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    for file in FROZEN.glob("*.jsonl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "facts.jsonl").write_text('{"name": "lift"}\n', encoding="utf-8")
    with pytest.raises(AgentError, match=r"facts\.jsonl:1: .*about"):
        phrases(tmp_path)
    with pytest.raises(AgentError, match=r"training\.jsonl: can't be read"):
        phrases(tmp_path / "none")
