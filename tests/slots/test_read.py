"""Reading a slot: what it takes, what two recognisers make of a turn, choices, and how it is listened for."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialplan.slots import Slot, SlotKind
from agent.listen.wording import listed
from agent.reply.reply import Awaited
from agent.reply.utterance import Utterance
from agent.slots.choice import unasked
from agent.slots.read import another, awaits, doubted_grammar, grammar, read, refuses
from agent.slots.reading import Reading
from tests.slots.said import NOW, slot, value_of

SERVICE = slot(
    "choice",
    choices={
        "cut": {"label": "a haircut", "said": ["haircut", "cut", "trim"]},
        "cut_colour": {"label": "a haircut with colour", "said": ["haircut and colour", "cut and dye"]},
        "manicure": {"said": ["manicure", "my nails done"]},
    },
)
ONE_OF_EACH = [SERVICE if kind is SlotKind.CHOICE else slot(kind) for kind in SlotKind]


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("a haircut please", "cut", True),
        ("haircut", "cut", True),
        ("i'd like a haircut and colour", "cut_colour", True),
        ("a trim no a manicure", "manicure", True),
        ("not a haircut a manicure", "manicure", True),
        ("manicures", "manicure", False),
        ("i want to have the nails done", "manicure", False),
        ("the first one", "cut", False),
        ("number two", "cut_colour", False),
        ("the last one please", "manicure", False),
        ("the fourth one", "", False),
        ("a trim or a manicure", "", False),
        ("somebody from the manicure", "manicure", True),
        ("anything but a manicure", "", False),
        ("not a manicure", "", False),
        ("what do you have", "", False),
        ("i don't know", "", False),
        ("yes", "", False),
    ],
)
def test_a_choice(said: str, value: str, sure: bool) -> None:
    assert value_of(SERVICE, said) == (value, sure)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("a haircut", "haircut", "cut", True),
        ("manicures", "manicure", "manicure", False),  # the closed recogniser hears its words in everything
        ("mini cure", "manicure", "manicure", False),
        ("walter jones", "haircut done", "", False),  # a word out of a phrase
    ],
)
def test_a_choice_by_two_recognisers(said: str, closed: str, value: str, sure: bool) -> None:
    assert value_of(SERVICE, said, closed) == (value, sure)


def test_a_choice_that_is_said_instead_of_no() -> None:
    assert "yes" in doubted_grammar(SERVICE)
    reading = another(SERVICE, "no manicure", NOW)
    assert reading is not None
    assert reading.value == "manicure"
    for none in ("yes", "no", "[unk] manicure", "done", ""):
        assert another(SERVICE, none, NOW) is None


def test_a_number_is_no_choice_where_none_was_asked_for() -> None:
    cars = slot("choice", choices={"one": {"label": "one car", "said": ["one"]}, "two": {"said": ["two cars"]}})
    assert value_of(cars, "one of them hit me") == ("one", True)
    assert value_of(unasked(cars), "one of them hit me") == ("", False)
    assert value_of(unasked(cars), "two cars hit me") == ("two", True)


def test_a_choice_is_told_by_its_label() -> None:
    reading = read(SERVICE, Utterance("trim"), NOW)
    assert reading == Reading("cut", "a haircut", sure=True)


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("yes please", "yes", True),
        ("no", "no", True),
        ("mm hmm", "yes", True),
        ("yes no", "", False),
        ("maybe", "", False),
    ],
)
def test_yes_and_no(said: str, value: str, sure: bool) -> None:
    assert value_of(slot("yes_no"), said) == (value, sure)


def test_free_words_are_taken_as_they_are() -> None:
    assert value_of(slot("free"), "um the sink is dripping") == ("the sink is dripping", True)
    assert value_of(slot("free"), "no") == ("no", True)
    for nothing in ("um", "yes", "yeah okay", "hello"):
        assert read(slot("free"), Utterance(nothing), NOW) is None


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("three", "15:00", True),
        ("ten thirty", "10:30", True),
        ("half past nine", "09:30", True),
        ("six", "18:00", True),
        ("twelve", "12:00", True),
        ("nine in the morning", "09:00", True),
        ("at to in the afternoon", "14:00", True),
        ("it and in the morning", "10:00", True),  # how "at ten" is heard
        ("at ten tomorrow", "10:00", True),
        ("ten thirty tomorrow", "10:30", True),
        ("at nine monday morning", "09:00", True),
        ("at four this friday", "16:00", True),
        ("the one on friday", "13:00", False),
        ("for two tomorrow", "14:00", False),
        ("one day next week", "", False),
        ("seven", "", False),
        ("eight in the evening", "", False),
    ],
)
def test_opening_hours_tell_which_half_of_the_day_is_meant(said: str, value: str, sure: bool) -> None:
    assert value_of(slot("time", between=["9:00", "18:00"]), said) == (value, sure)


@pytest.mark.parametrize(
    ("asked", "said", "refused"),
    [
        (slot("time", between=["9:00", "18:00"]), "eight in the evening", True),
        (slot("time", between=["9:00", "18:00"]), "three", False),
        (slot("time", between=["9:00", "18:00"]), "i don't know", False),
        (slot("date", future=True), "yesterday", True),
        (slot("date", future=True), "today", False),
        (slot("date", past=True), "tomorrow", True),
        (slot("date", past=True), "december fifth twenty thirty one", True),
        (slot("date"), "february thirtieth", False),
        (slot("amount", most=100), "two hundred dollars", True),
        (slot("amount", least=5, most=100), "two dollars", True),
        (slot("amount", least=5, most=100), "five dollars", False),
    ],
)
def test_what_is_understood_and_not_taken_is_refused(asked: Slot, said: str, refused: bool) -> None:
    assert refuses(asked, Utterance(said), NOW) is refused
    assert refused <= (read(asked, Utterance(said), NOW) is None)


def test_two_numbers_are_the_amount_that_is_taken() -> None:
    assert value_of(slot("amount"), "two fifty") == ("2.50", False)
    assert value_of(slot("amount", least=100), "two fifty") == ("250.00", False)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("four", "4"),
        ("there are six of us", "6"),
        ("a table for eight people", "8"),
        ("just me", ""),
        ("one of them", ""),
        ("four or five", ""),
        ("eight o'clock", ""),
    ],
)
def test_a_number_of_people(said: str, value: str) -> None:
    assert value_of(slot("amount", unit="people"), said) == (value, bool(value))


@pytest.mark.parametrize(("said", "number"), [("to", "two"), ("too", "two"), ("for", "four"), ("for for", "four")])
def test_a_word_that_is_like_a_number_is_read_back_unless_a_second_recogniser_heard_the_number(
    said: str, number: str
) -> None:
    value = {"two": "2", "four": "4"}[number]
    assert value_of(slot("amount", unit="people"), said) == (value, False)
    assert value_of(slot("amount", unit="people"), said, number) == (value, True)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("five five five oh one two three", "five five five oh one two three", "5550123", True),
        ("five five five oh one to three", "five five five oh one two three", "5550123", True),
        ("five five five for one two three", "five five five four one two three", "5554123", False),
        ("five five five oh one two three", "five five five oh one two four", "5550124", False),
        ("why five five oh one two three", "five five five oh one two three", "5550123", False),
        ("it's five five five oh one two three", "[unk] five five five oh one two three", "5550123", True),
        ("five five five oh one two three", "five [unk] five oh one two three", "5550123", False),
        ("five five five oh one two three", "", "5550123", False),
        ("five five five oh one two three", "five five oh one two three", "5550123", False),
        ("i would rather not tell you my number at all thanks", "nine two oh two oh five one", "", False),
        ("", "five five five oh one two three", "5550123", False),
        ("want to go to five five five oh one two three", "[unk] five five five oh one two three", "5550123", False),
        ("what do you need that force", "[unk] four", "", False),
    ],
)
def test_two_recognisers_that_differ_are_not_sure(said: str, closed: str, value: str, sure: bool) -> None:
    reading = read(slot("phone"), Utterance(said), NOW, closed)
    assert (reading.value if reading else "", bool(reading and reading.sure)) == (value, sure)


def test_a_date_that_one_recogniser_hears_is_read_back() -> None:
    reading = read(slot("date"), Utterance("december nice"), NOW, "december ninth")
    assert reading == Reading("2026-12-09", "Wednesday, December ninth", sure=False)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("the for friday", "before friday", "2026-12-04", False),
        ("friday", "friday", "2026-12-04", True),
        ("the third of march twenty thirty", "the third of march twenty thirteen", "2013-03-03", False),
        ("in a few days", "and today", "", False),
        ("and he but friday", "[unk] friday", "", False),
        ("next friday the eighteenth", "[unk] friday", "2026-12-18", False),
        ("for what it is", "", "", False),
    ],
)
def test_a_date_that_two_recognisers_hear_otherwise_is_not_sure(said: str, closed: str, value: str, sure: bool) -> None:
    reading = read(slot("date"), Utterance(said), NOW, closed)
    assert (reading.value if reading else "", bool(reading and reading.sure)) == (value, sure)


def test_the_begin_of_a_number_is_not_whole() -> None:
    assert read(slot("phone"), Utterance("five five five"), NOW) == Reading("555", "five five five", False, whole=False)
    assert read(slot("digits", digits=4), Utterance("one two three four five"), NOW) is None


def test_what_is_taken_back_and_not_replaced_is_not_sure() -> None:
    assert value_of(slot("date"), "thursday no") == ("2026-12-03", False)
    assert value_of(slot("time"), "three p m sorry what") == ("15:00", False)


@pytest.mark.parametrize("now", [datetime(2028, 2, 29, 23, 59), datetime(2026, 12, 31), datetime(2027, 1, 1)])
@pytest.mark.parametrize("said", ["tomorrow", "in a year", "the thirty first", "february twenty ninth", "in one month"])
def test_the_end_of_a_month_and_of_a_year(now: datetime, said: str) -> None:
    reading = read(slot("date", future=True), Utterance(said), now)
    assert reading is not None
    assert reading.value >= now.date().isoformat()


def test_how_an_answer_is_waited_for() -> None:
    assert {kind: awaits(slot(kind)) for kind in ("phone", "name", "email", "yes_no", "free", "date")} == {
        "phone": Awaited.DIGITS,
        "name": Awaited.NAME,
        "email": Awaited.NAME,
        "yes_no": Awaited.YES_NO,
        "free": Awaited.MESSAGE,
        "date": Awaited.OPEN,
    }


def test_closed_kinds_have_a_grammar_and_open_ones_none() -> None:
    closed = {one.kind for one in ONE_OF_EACH if grammar(one)}
    assert closed == set(SlotKind) - {SlotKind.NAME, SlotKind.EMAIL, SlotKind.ADDRESS, SlotKind.FREE}
    assert {"haircut and colour", "my nails done"} < set(grammar(SERVICE))
    for asked in ONE_OF_EACH:
        words = grammar(asked)
        assert len(set(words)) == len(words)
        assert all(Utterance(phrase).raw for phrase in words)


_WORDS = sorted(
    listed(
        "the no not a of at to for two second fifth twenty hundred oh double december may tuesday next week in "
        "half past quarter three p m noon dollars point cents dot gmail com street m i double you don't "
        "thirty first nineteen"
    )
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=12), st.sampled_from(ONE_OF_EACH))
def test_any_words_give_a_value_that_can_be_said_or_none(words: list[str], asked: Slot) -> None:
    reading = read(asked, Utterance(" ".join(words)), NOW, " ".join(reversed(words)))
    assert reading is None or (reading.value and reading.spoken)


def test_of_a_very_long_turn_the_end_is_read() -> None:
    told = "well it is a long story and it began in the spring " * 200
    assert value_of(slot("date"), f"{told} so how about thursday") == ("2026-12-03", True)
    assert len(value_of(slot("free"), told)[0].split()) == 2_400


@pytest.mark.parametrize(
    ("said", "sure"),
    [
        ("robert", True),
        ("robert please", True),
        ("robert about my invoice", True),
        ("robert stone", True),
        ("mister robert stone junior", True),
        ("robert stones", True),
        ("robert stow", True),
        ("robert right now please", True),
        ("robert he called me", True),
        ("robert miller", False),
        ("a robert miller please", False),
    ],
)
def test_a_first_name_with_another_behind_it_may_be_somebody_else(said: str, sure: bool) -> None:
    people = {"stone": {"label": "Robert Stone", "said": ["robert stone", "robert"]}, "kim": {"said": ["kim"]}}
    slot = Slot.model_validate({"name": "who", "kind": "choice", "ask": "Who?", "choices": people})
    reading = read(slot, Utterance(said), NOW)
    assert reading is not None
    assert (reading.value, reading.sure) == ("stone", sure)
