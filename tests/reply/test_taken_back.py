"""What callers take back of what they said, where a flow asks for the next thing; and what only sounds like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.flow import Held, Running
from agent.reply.flow_turn import Heard, turn_of
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall, no_tools
from agent.reply.utterance import Utterance
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

DATA = Path(__file__).parent / "data" / "taken_back.yaml"
TUESDAY = datetime(2026, 12, 1, 10, 0)
BOOK, DELIVER = "i would like an appointment", "i would like a delivery"
AT_THE_TIME = (BOOK, "thursday", "yes")
AT_THE_NAME = (DELIVER, "twelve station road", "yes", "thursday")
DONE = ToolResult(Outcome.DONE, (("when", "then"),))
BOOKED = (*AT_THE_TIME, "at three pm", "yes")


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(DATA), FakeEmbedder(), lambda: TUESDAY)


Talks = Callable[..., list[str]]


@pytest.fixture
def talk(responder: Responder) -> Talks:
    """The replies' texts, one after the other."""

    def texts(*said: str, tools: Callable[[ToolCall], ToolResult] = no_tools) -> list[str]:
        call = TextCall(responder.conversation("5550100"), tools)
        return [call.says(words).text for words in said]

    return texts


class Tools:
    """Gives `results`, and keeps what it was asked."""

    def __init__(self, results: Iterable[ToolResult]) -> None:
        self._results = list(results)
        self.calls: list[ToolCall] = []

    def __call__(self, call: ToolCall) -> ToolResult:
        self.calls.append(call)
        return self._results.pop(0)


@pytest.mark.parametrize(
    "said",
    [
        "no friday",
        "sorry i meant friday",
        "sorry friday",
        "actually can we make it friday",
        "can we do friday",
        "i'd rather have friday",
        "friday instead please",
        "friday",
        "the day is friday actually",
        "friday would be better",
        "i said friday",
        "oh no not thursday friday",
    ],
)
def test_another_value_is_read_back_whatever_the_slot_says_of_that(talk: Talks, said: str) -> None:
    *_, read_back, on, confirmed = talk(*AT_THE_TIME, said, "yes", "at three pm")
    assert read_back == "Friday, December fourth. Is that right?"
    assert on == "At what time?"
    assert confirmed.startswith("Friday, December fourth at three")


@pytest.mark.parametrize(
    "said",
    [
        "can i tell you tomorrow",
        "i don't know i'll call you on monday",
        "monday is my day off",
        "no monday is my day off",
        "sorry i have to ask my wife tomorrow",
        "tomorrow is my birthday",
        "no i work on monday",
        "wait is friday a holiday",
        "do you have a different time later in the day",
        "is there another time that day",
        "it was different the other day",
        "i've been there the other day",
        "i changed jobs and now every day is different",
        "the time of day is wrong for me",
    ],
)
def test_what_is_told_beside_is_no_change(talk: Talks, said: str) -> None:
    *_, again, confirmed = talk(*AT_THE_TIME, said, "at three pm")
    assert again == "At what time?"
    assert confirmed == "Thursday, December third at three in the afternoon. Shall I book it?"


def test_a_no_to_another_value_goes_back_to_what_was_asked(talk: Talks) -> None:
    *_, read_back, back, confirmed = talk(*AT_THE_TIME, "friday", "no", "at three pm")
    assert read_back == "Friday, December fourth. Is that right?"
    assert back == "Sorry, let's try that once more. At what time?"
    assert confirmed == "Thursday, December third at three in the afternoon. Shall I book it?"


def test_a_third_value_is_read_back_too_and_a_no_still_goes_back(talk: Talks) -> None:
    *_, third, back = talk(*AT_THE_TIME, "friday", "no saturday", "no")
    assert third == "Saturday, December fifth. Is that right?"
    assert back.endswith("At what time?")


def test_who_says_no_to_another_value_again_and_again_is_offered_a_message(talk: Talks) -> None:
    *_, last = talk(*AT_THE_TIME, *("friday", "no") * 3)
    assert last.startswith("I'm afraid I can't get that right on the telephone.")


def test_another_agent_knows_the_way_back(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for words in (*AT_THE_TIME, "no friday"):
        conversation.answer(words)
    after = responder.conversation("5550100", conversation.checkpoint())
    assert after.answer("no").text.endswith("At what time?")
    assert after.answer("at three pm").text.startswith("Thursday, December third")


@pytest.mark.parametrize(
    "said",
    [
        "the day is wrong",
        "no the day is wrong",
        "the day isn't right",
        "that's the wrong day",
        "you got the day wrong",
        "change the day",
        "can we change the day please",
        "i'd like to change the day",
        "i'd rather have another day",
        "can i have a different day",
        "another day please",
    ],
)
def test_what_is_called_wrong_is_asked_for_anew(talk: Talks, said: str) -> None:
    *_, asked, on, confirmed = talk(*AT_THE_TIME, said, "friday", "at three pm")
    assert (asked, on) == ("Which day?", "At what time?")
    assert confirmed.startswith("Friday, December fourth")


def test_what_is_called_wrong_stays_until_there_is_another_and_the_tries_count_on(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for words in (*AT_THE_TIME, "purple", "the day is wrong", "purple"):
        conversation.answer(words)
    assert conversation.answer("purple").text.startswith("I'm afraid I can't get that right on the telephone.")
    assert b"2026-12-03" in conversation.checkpoint()


@pytest.mark.parametrize(
    ("before", "said", "asked"),
    [
        ((BOOK, "thursday"), "no another day is not okay", "At what time?"),
        ((BOOK, "thursday"), "yes another day is fine", "At what time?"),
        ((DELIVER, "twelve station road"), "no a different address", "Which day?"),
        (AT_THE_TIME, "at three pm the other time does not work that day", "Thursday, December third at three"),
        (AT_THE_NAME, "tuesday weld", "Thursday, December third, for Tuesday Weld."),
        (AT_THE_NAME, "sorry tuesday weld", "Thursday, December third, for Tuesday Weld."),
        (AT_THE_NAME, "sorry april summers", "Thursday, December third, for April Summers."),
    ],
)
def test_what_answers_the_question_is_its_answer(talk: Talks, before: tuple[str, ...], said: str, asked: str) -> None:
    assert talk(*before, said)[-1].startswith(asked)


@pytest.mark.parametrize(
    ("plan", "before", "said", "asked"),
    [
        ("city", ("someone hit my car", "no", "mill street", "yes"), "the other car has left the place", "One car"),
        (
            "city",
            ("someone hit my car", "no", "mill street", "yes", "two cars"),
            "i don't know the other car left the place",
            "Please say the plate",
        ),
        (
            "clinic",
            ("i would like to make an appointment", "tomorrow"),
            "do you have a different time later in the day",
            "At what time",
        ),
    ],
)
def test_what_names_something_else_is_no_complaint_of_it(
    plan: str, before: tuple[str, ...], said: str, asked: str
) -> None:
    responder = Responder(load(WORKSHOP.with_name(f"{plan}.yaml")), FakeEmbedder(), lambda: TUESDAY)
    call = TextCall(responder.conversation("5550100"))
    for words in before:
        call.says(words)
    assert call.says(said).text.startswith(asked)


@pytest.mark.parametrize(("said", "asked"), [("no friday", "Friday, December fourth."), ("the day is wrong", "Which")])
def test_at_a_name_a_day_alone_is_one(talk: Talks, said: str, asked: str) -> None:
    assert talk(*AT_THE_NAME, said)[-1].startswith(asked)


def test_what_was_told_early_is_changed_and_nothing_is_passed_over(talk: Talks) -> None:
    *_, read_back, on, confirmed = talk(BOOK, "thursday at three pm", "make it four pm", "yes", "yes")
    assert read_back == "Four in the afternoon. Is that right?"
    assert on == "Is another day okay too?"
    assert confirmed.startswith("Thursday, December third at four")


@pytest.mark.parametrize(
    "said", ["actually can we make it friday", "friday", "sorry i meant friday", "change the time"]
)
def test_what_was_acted_on_is_not_changed(talk: Talks, said: str) -> None:
    tools = Tools([DONE])
    *_, booked, again, on = talk(*BOOKED, said, "yes", tools=tools)
    assert booked.endswith("Booked. Shall I text you?")
    assert (again, on) == ("Shall I text you?", "To which number?")
    assert [call.tool for call in tools.calls] == ["book"]


@pytest.mark.parametrize("said", ["the day is wrong", "friday", "sorry i meant friday", "i'd like another day"])
def test_nor_at_a_later_question(talk: Talks, said: str) -> None:
    assert talk(*BOOKED, "yes", said, tools=Tools([DONE]))[-1].endswith(" To which number?")


@pytest.mark.parametrize("said", ["no friday", "the day"])
def test_nor_where_something_else_is_confirmed(talk: Talks, said: str) -> None:
    tools = Tools([DONE, DONE])
    replies = talk(*BOOKED, "yes", "five five five oh one nine nine", "yes", said, "yes", tools=tools)
    assert replies[-3] == "Shall I send it?"
    assert "Which day?" not in replies[-2]
    assert [call.tool for call in tools.calls].count("book") == 1


def test_what_may_have_been_acted_on_is_not_changed(talk: Talks) -> None:
    tools = Tools([ToolResult(Outcome.UNKNOWN)])
    assert talk(*BOOKED, "sorry i meant friday", tools=tools)[-1] == "Shall I text you?"


def test_what_keys_were_pressed_for_is_not_changed(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    conversation.answer("open the gate")
    conversation.answer("thursday")
    assert conversation.due.press == "9#"
    conversation.settled()
    assert conversation.answer("no friday").text == "At what time?"
    assert conversation.due.press == ""


def test_what_the_tool_refused_is_changed(talk: Talks) -> None:
    tools = Tools([ToolResult(Outcome.REFUSED, why="taken"), DONE])
    replies = talk(*BOOKED, "no friday", "yes", "at four pm", "yes", tools=tools)
    assert replies[-4] == "Friday, December fourth. Is that right?"
    assert [dict(call.arguments)["day"] for call in tools.calls] == ["2026-12-03", "2026-12-04"]


def test_a_time_from_now_is_of_today(talk: Talks) -> None:
    day, time, confirmed = talk(*AT_THE_TIME, "in ten minutes", "yes", "yes")[-3:]
    assert day == "Tuesday, December first. Is that right?"
    assert time == "Ten ten in the morning. Is that right?"
    assert confirmed == "Tuesday, December first at ten ten in the morning. Shall I book it?"
    assert talk(*AT_THE_TIME, "in ten minutes", "no")[-1].endswith("At what time?")
    assert talk(BOOK, "today", "yes", "in ten minutes")[-1] == confirmed
    assert talk(*BOOKED[:-1], "no in ten minutes")[-1] == confirmed


def test_a_time_from_now_is_none_of_another_day_on_which_was_acted(responder: Responder) -> None:
    slots = {slot.name: slot for slot in responder.plan.slots}
    for settled, heard in ((True, Heard.WORDS), (False, Heard.CHANGE)):
        running = Running("book", held=(Held("day", "2026-12-03", "Thursday", settled=settled),))
        assert turn_of(running, slots, "hour", Utterance("in ten minutes"), now=TUESDAY).heard is heard
