"""An admin's phrases, each tried as if it were not written: the scores are those of a bot without it, and topics whose
phrases go to each other sound alike."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.engines.fakes import FakeEmbedder
from agent.reply.intents import Intents, Match
from agent.reply.left_out import left_out, phrases_of
from agent.reply.responder import Responder

TOPICS = {
    "book": ("can i book a visit", "book me in please", "i want to book", "a visit on friday please"),
    "move": ("can i move a visit", "move my visit to friday", "i have to move it"),
    "bread": ("do you have rye bread", "which bread is there"),
}


def plan(*intents: Intent, facts: tuple[Fact, ...] = (), unanswered: tuple[str, ...] = ()) -> Dialplan:
    return Dialplan(
        name="Corner", numbers=("*",), persona="You.", greeting="Hi.", intents=intents, facts=facts,
        unanswered=unanswered,
    )  # fmt: skip


def intent(name: str, *examples: str) -> Intent:
    return Intent(name=name, examples=examples, answer="Fine.")


@pytest.mark.parametrize(
    ("topic", "example"), [(topic, example) for topic, examples in TOPICS.items() for example in examples]
)
def test_a_phrase_that_counts_as_not_written_leaves_what_a_bot_without_it_has(topic: str, example: str) -> None:
    said = FakeEmbedder().embed([example])[0]
    fewer = {name: tuple(one for one in examples if one != example) for name, examples in TOPICS.items()}
    without = {match.topic: match for match in Intents(fewer, FakeEmbedder()).matches(said)}
    tried = {match.topic: match for match in Intents(TOPICS, FakeEmbedder()).scores(said, example).matches}
    assert tried.keys() == without.keys()
    for name, match in without.items():
        assert tried[name].score == pytest.approx(match.score, abs=1e-4)
        assert tried[name].nearest == match.nearest


def test_a_topic_of_one_phrase_is_no_match_without_it() -> None:
    intents = Intents({"bread": ("rye bread",), "visit": ("book a visit", "visit on friday")}, FakeEmbedder())
    said = FakeEmbedder().embed(["rye bread"])[0]
    assert [match.topic for match in intents.scores(said, "rye bread").matches] == ["visit"]
    assert intents.matches(said)[0] == Match("bread", intents.matches(said)[0].score, "rye bread")


def test_it_changes_nothing_for_what_is_asked_later() -> None:
    intents, said = Intents(TOPICS, FakeEmbedder()), FakeEmbedder().embed(["which bread is there"])[0]
    before = intents.matches(said)
    intents.scores(said, "which bread is there")
    assert intents.matches(said) == before


def test_topics_whose_phrases_go_to_each_other_sound_alike_the_worse_one_first() -> None:
    found = left_out(
        plan(
            intent("bread", "rye bread", "rye bread rolls", "fresh rye bread"),
            intent("book", "book a visit on friday", "book a visit on monday", "book a visit at noon", "can i book"),
            intent("move", "a visit on friday", "a visit on monday", "move it"),
        ),
        FakeEmbedder(),
    )
    (pair,) = found.alike
    assert (pair.first, pair.second) == ("move", "book")
    assert (pair.there.examples, pair.there.out_of) == (("a visit on friday", "a visit on monday"), 3)


def test_topics_with_words_of_their_own_do_not() -> None:
    found = left_out(
        plan(
            intent("book", "book a visit on friday", "book a visit on monday", "can i book"),
            intent("move", "move it to friday", "move it to monday", "can i move it"),
        ),
        FakeEmbedder(),
    )
    assert found.alike == ()


def test_every_phrase_is_counted_once() -> None:
    topics = plan(
        intent("bread", "rye bread", "rye bread rolls", "fresh rye bread", "operator"),
        intent("alone", "something else entirely"),
        facts=(Fact(name="visit", questions=("book a visit", "visit on friday"), text="On Fridays."),),
        unanswered=("cinnamon rolls",),
    )
    found = left_out(topics, FakeEmbedder())
    assert found.phrases == len(phrases_of(topics)) == 6
    assert found.acted_on + found.asked_back + found.another + found.unknown == 6
    assert found.another == 1  # "operator" is one in every dialplan


def test_the_default_dialplans_phrases_are_mostly_understood_and_seldom_for_another(real_responder: Responder) -> None:
    router, counted = real_responder.router, phrases_of(real_responder.plan)
    wrong = [
        phrase
        for topic, phrase in counted
        for decision in (router.without(topic, phrase),)
        if decision.kind == "topic" and decision.name != topic
    ]
    assert len(wrong) < 0.1 * len(counted)
