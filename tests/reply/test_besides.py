"""What callers change of what they said before in the words that answer what is asked, or a read back: "no, Friday at
four" where the time is asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.dialplan.slots import Confirm
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall

DATA = Path(__file__).parent / "data"
TUESDAY = datetime(2026, 12, 1, 10, 0)
BOOK = "i would like an appointment"
AT_THE_TIME = (BOOK, "thursday", "yes")
PARTY = ("i am planning a party", "four", "fish", "seven")
READ_BACK = (*AT_THE_TIME, "around four")
FRIDAY = "Friday, December fourth. Is that right?"


@pytest.fixture(scope="module")
def responder() -> Responder:
    plan = load(DATA / "taken_back.yaml")
    slots = tuple(slot.model_copy(update={"confirm": Confirm.AUTO}) for slot in plan.slots)
    return Responder(plan.model_copy(update={"slots": slots}), FakeEmbedder(), lambda: TUESDAY)


@pytest.fixture(scope="module")
def party() -> Responder:
    return Responder(load(DATA / "party.yaml"), FakeEmbedder(), lambda: TUESDAY)


def texts(responder: Responder, *said: str) -> list[str]:
    call = TextCall(responder.conversation("5550100"))
    return [call.says(words).text for words in said]


@pytest.mark.parametrize(
    "said",
    [
        "no friday at four",
        "no on friday at four please",
        "friday at four",
        "sorry i meant friday at four pm",
        "actually can we make it friday at four",
        "at four but not on thursday on friday",
    ],
)
def test_another_day_with_the_time_is_read_back(responder: Responder, said: str) -> None:
    *_, read_back, confirmed = texts(responder, *AT_THE_TIME, said, "yes")
    assert read_back == FRIDAY
    assert confirmed == "Friday, December fourth at four in the afternoon. Shall I book it?"


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("thursday at four", "four in the afternoon"),
        ("at three fifteen", "quarter past three in the afternoon"),
        ("no three fifteen", "quarter past three in the afternoon"),
    ],
)
def test_what_is_no_other_day_is_none(responder: Responder, said: str, time: str) -> None:
    replies = texts(responder, *AT_THE_TIME, said, "yes")
    assert any(one.startswith(f"Thursday, December third at {time}") for one in replies)
    assert not any("Friday" in one or "March" in one or "Monday" in one for one in replies)


def test_a_no_to_the_day_asks_for_it_once_more_and_keeps_the_time(responder: Responder) -> None:
    *_, again, confirmed = texts(responder, *AT_THE_TIME, "no friday at four", "no", "saturday")
    assert again == "Sorry, let's try that once more. Which day?"
    assert confirmed == "Saturday, December fifth at four in the afternoon. Shall I book it?"


def test_the_time_is_read_back_first_where_it_is_not_sure(responder: Responder) -> None:
    *_, time, day, confirmed = texts(responder, *AT_THE_TIME, "no friday around four", "yes", "yes")
    assert time == "Four in the afternoon. Is that right?"
    assert day == FRIDAY
    assert confirmed.startswith("Friday, December fourth at four")


@pytest.mark.parametrize("said", ["yes but make it friday", "no friday at four", "yes but on friday"])
def test_another_day_where_the_time_is_read_back(responder: Responder, said: str) -> None:
    *_, time, day, confirmed = texts(responder, *READ_BACK, said, "yes")
    assert time == "Four in the afternoon. Is that right?"
    assert day == FRIDAY
    assert confirmed.startswith("Friday, December fourth at four")


def test_a_no_to_the_time_that_names_another_day_reads_back_both(responder: Responder) -> None:
    *_, day, time, confirmed = texts(responder, *READ_BACK, "no friday", "yes", "yes")
    assert (day, time) == (FRIDAY, "Four in the afternoon. Is that right?")
    assert confirmed.startswith("Friday, December fourth at four")


def test_another_agent_knows_what_was_meant_besides(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for words in (*AT_THE_TIME, "no friday around four"):
        conversation.answer(words)
    after = responder.conversation("5550100", conversation.checkpoint())
    assert after.answer("yes").text == FRIDAY


@pytest.mark.parametrize("said", ["no friday at four pm", "friday at four pm", "not thursday friday at four pm"])
def test_a_confirmation_is_changed_in_two_things(responder: Responder, said: str) -> None:
    for before in ((), ("no",)):
        *_, confirmed = texts(responder, *AT_THE_TIME, "at three pm", *before, said)
        assert confirmed == "Friday, December fourth at four in the afternoon. Shall I book it?"


def test_a_thing_that_is_named_leaves_the_other_one_changed_too(party: Responder) -> None:
    *_, people, hour, on = texts(party, *PARTY, "at four", "no five people at five", "yes", "yes")
    assert (people, hour) == ("Five people. Is that right?", "Five in the afternoon. Is that right?")
    assert on == "For how much money?"


def test_what_is_called_wrong_is_asked_for_also_when_something_else_is_changed_first(party: Responder) -> None:
    before = (*PARTY, "at four", "the time is wrong")
    *_, anew, people, again, on = texts(party, *before, "no make it six people", "yes", "at five")
    assert anew == "At what time?"
    assert people == "Six people. Is that right?"
    assert again == "At what time?"
    assert on == "For how much money?"


def test_a_yes_or_no_is_no_mark_of_a_change(responder: Responder) -> None:
    assert texts(responder, BOOK, "thursday", "yes friday")[-1] == "At what time?"
    assert texts(responder, BOOK, "thursday", "no make it friday")[-1] == FRIDAY


def test_a_name_that_is_like_a_day_is_a_name(responder: Responder) -> None:
    *_, confirmed = texts(
        responder, "i would like a delivery", "twelve station road", "yes", "thursday", "friday", "yes"
    )
    assert confirmed == "Thursday, December third, for Friday. Is that all right?"


def test_a_number_that_is_like_a_choice_is_none(party: Responder) -> None:
    assert texts(party, "i am planning a party", "four", "fish", "two one five")[-1] == "At what time?"


def test_what_is_asked_for_later_is_taken_too(party: Responder) -> None:
    *_, food, on, confirmed = texts(party, *PARTY, "no meat at four on friday", "yes", "two hundred dollars")
    assert food == "Meat. Is that right?"
    assert on == "For how much money?"
    assert confirmed.startswith("Friday, December fourth at four in the afternoon, four people, meat, room seven,")
