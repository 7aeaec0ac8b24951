"""The files that answers make: nothing is found in them, their tests pass, and they say what was answered."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from agent.dialplan.load import load, read
from agent.dialplan.rehearsal import rehearse
from agent.engines.minilm import MiniLm
from agent.interview.answers import Answers
from agent.interview.interview import reasons
from agent.interview.pieces import TOPICS, topic
from agent.interview.week import week
from agent.interview.writing import slug, written
from agent.models.store import ModelStore
from agent.reply.responder import Responder

ALL = {name: topic(name).example for name in TOPICS}
WEEK = {"monday": ("9:00-12:00", "13:00-17:00"), "saturday": ("9:00-12:00",)}
HOURS: dict[str, Any] = {
    "open": WEEK,
    "holidays": {"12-25": "Christmas Day", "2026-12-31": ""},
    "zone": "Europe/Berlin",
}
NAMES = [
    "O'Neil: Bikes & more",
    "Café Müller 🚲",
    '"Joe\'s" \\ Diner',
    "yes",
    "12",
    "- dash",
    "Acme Inc.",
    "null",
    "北京饭店",
    "a: b, c & d",
]


@pytest.fixture(scope="module")
def engine() -> MiniLm:
    return MiniLm.load(ModelStore().path("minilm-l6"))


def file_of(answers: Answers, folder: Path) -> Path:
    path = folder / "plan.yaml"
    path.write_text(written(answers), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "answers",
    [
        Answers("Bella", topics=topics, messages=messages, person=person, appointments=times, **hours)
        for topics, messages, person, times, hours in product(
            (ALL, {}), (True, False), ("200", ""), (WEEK, {}), (HOURS, {})
        )
        if topics or messages or times or hours
    ]
    + [Answers("Bella", open=week("24/7"), person="200")]
    + [Answers("Bella", topics={name: "Yes."}, messages=False) for name in TOPICS],
)
def test_nothing_is_found_and_every_test_passes(answers: Answers, tmp_path: Path, engine: MiniLm) -> None:
    one = read([file_of(answers, tmp_path)])[0]
    assert (one.errors, one.warnings) == ((), ())
    assert one.plan is not None
    outcomes = list(rehearse(Responder(one.plan, engine)))
    assert len(outcomes) >= 4
    assert [(outcome.name, str(outcome.failure)) for outcome in outcomes if outcome.failure] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_in_the_file_as_it_was_typed(name: str, tmp_path: Path) -> None:
    answers = Answers(name, ("+4930123",), topics={"parking": name}, person="sip:joe@pbx.example")
    assert reasons(answers) == []
    plan = load(file_of(answers, tmp_path))
    assert (plan.name, plan.intents[0].answer, plan.numbers) == (name, name, ("+4930123",))
    assert name in plan.greeting
    assert plan.transfers[0].target == "sip:joe@pbx.example"


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (Answers("x" * 700), "this is too long to say or match; at most 600 characters"),
        (Answers("the shop " * 20), "more than 40 words is long on the telephone; shorten it"),
        (Answers("Joe {x}"), '"{x}" is filled in answers, facts and flows only; write the words'),
        (Answers("Joe", person="a b"), '"a b" can\'t be used; a transfer goes to a number'),
        (Answers("Joe", ("a b",)), '"a b" can\'t be used; a number is digits'),
        (Answers("Joe", topics={"parking": "see *here*"}), '"*" would be read aloud or dropped'),
        (Answers("Joe", appointments={"monday": ("9-17",)}), '"9-17" is no time from and to'),
        (
            Answers("Joe", open={"monday": ("9:00-5:00",)}),
            '"9:00-5:00" ends before it begins; five in the afternoon is',
        ),
        (Answers("Joe", open={"monday": ("9:00-10:00", "9:30-11:00")}), '"9:30-11:00" overlaps with another time'),
        (Answers("Joe", open=WEEK, holidays={"12-25": "x" * 700}), "this is too long to say or match"),
        (Answers("Joe", appointments={"monday": ("9:00-9:10",)}), "no appointment of 30 minutes fits"),
    ],
)
def test_what_the_checker_finds_is_a_reason(answers: Answers, reason: str) -> None:
    assert any(found.startswith(reason) for found in reasons(answers)), reasons(answers)


def test_what_the_bot_can_do_is_offered(tmp_path: Path) -> None:
    offers = [
        load(file_of(answers, tmp_path)).no_match.offer
        for answers in (
            Answers("Bella", topics={"parking": "Yes."}),
            Answers("Bella", topics=ALL, messages=False, person="200", appointments=WEEK, open=WEEK),
            Answers("Bella"),
        )
    ]
    assert offers == [
        "You can ask about parking or leave a message. Which would you like?",
        "You can ask about our opening hours, our address or parking, make an appointment or speak to a person. "
        "Which would you like?",
        "You can leave a message.",
    ]


def test_the_comment_of_the_head_is_one_whatever_is_in_the_name(tmp_path: Path) -> None:
    assert reasons(Answers("Joe\u2028name: x")) == []
    assert "\u2028" not in written(Answers("Joe\u2028name: x")).splitlines()[0]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("O'Neil: Bikes & more", "oneil_bikes_more"),
        ("Tierärzte Groß & Müller", "tierarzte_gross_muller"),
        ("🚲", "dialplan"),
        ("../../etc/passwd", "etc_passwd"),
        ("x" * 99, "x" * 40),
    ],
)
def test_the_file_is_named_after_the_business(name: str, file: str) -> None:
    assert slug(name) == file


def test_every_list_is_written_out_where_it_stands() -> None:
    """An anchor and what refers to it say nothing to who changes the file."""
    text = written(Answers("Bella", appointments=WEEK, **HOURS))
    assert "&" not in text
    assert text.count('    between:\n      - "9:00"\n      - "17:00"\n') == 2
