"""Flows: what is asked when, what is taken for an answer, and what comes of it. Understanding is by rules and word for
word, so nothing depends on a model.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Awaited, Reply, Route
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult
from tests.reply.booking import BOOK, BOOKED, PLAN, SAID, TAKEN, WEDNESDAY, Desk


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder(), lambda: WEDNESDAY)


@pytest.fixture
def talk(responder: Responder) -> Callable[..., list[Reply]]:
    """The replies to turns, one after the other."""

    def replies(*said: str, desk: Desk | None = None) -> list[Reply]:
        call = TextCall(responder.conversation("5550100"), desk or Desk())
        return [call.says(words) for words in said]

    return replies


Talks = Callable[..., list[Reply]]
AGAIN = (
    "Please say it digit by digit, or type it on your keypad and press the pound key. What number can we call you on?"
)


def texts(replies: list[Reply]) -> list[str]:
    return [reply.text for reply in replies]


def test_slots_are_asked_confirmed_and_given_to_the_tool(talk: Talks) -> None:
    desk = Desk([BOOKED])
    replies = talk(*SAID, "yes please", desk=desk)
    assert texts(replies) == [
        "Sure. Is it a check-up, or are you ill?",
        "Which day would you like to come?",
        "And at what time?",
        "What number can we call you on?",
        "Five five five, zero one nine nine. Is that right?",
        "So that's Tuesday, December eighth at three in the afternoon. Shall I book it?",
        "One moment, please. You're booked for Tuesday at three. Thank you for calling. Goodbye.",
    ]
    assert "Tuesday" in replies[5].text
    assert dict(desk.calls[0].arguments) == {"day": "2026-12-08", "time": "15:00", "phone": "5550199"}
    assert replies[-1].hang_up
    assert replies[0].route is Route.INTENT
    assert {reply.route for reply in replies[1:]} == {Route.FLOW}


def test_what_was_said_before_it_was_asked_is_not_asked_again(talk: Talks) -> None:
    replies = talk(BOOK, "a check up next tuesday at three")
    assert replies[-1].text == "What number can we call you on?"


@pytest.mark.parametrize(
    ("said", "asked", "arguments"),
    [
        (("no wednesday",), "So that's Wednesday", {"day": "2026-12-09"}),
        (("make it four o'clock",), "four", {"time": "16:00"}),
        (("four instead",), "four", {"time": "16:00"}),
        (("no rather four",), "four", {"time": "16:00"}),
        (("no", "the time", "at four"), "four", {"time": "16:00"}),
        (("no", "thursday"), "So that's Thursday", {"day": "2026-12-03"}),
    ],
)
def test_what_was_said_is_changed_and_confirmed_again(
    talk: Talks, said: tuple[str, ...], asked: str, arguments: dict[str, str]
) -> None:
    desk = Desk([BOOKED])
    replies = talk(*SAID, *said, "yes", desk=desk)
    assert asked in replies[-2].text
    assert replies[-2].text.endswith("Shall I book it?")
    assert arguments.items() <= dict(desk.calls[0].arguments).items()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("no wednesday", "Wednesday, December ninth. Is that right?"),
        ("sorry i meant wednesday", "Wednesday, December ninth. Is that right?"),
        ("no not tuesday wednesday", "Wednesday, December ninth. Is that right?"),
        ("can we make it wednesday", "Wednesday, December ninth. Is that right?"),
        ("thursday", "Thursday, December third. Is that right?"),
        ("actually make it four", "Four in the afternoon. Is that right?"),
        ("no i'm ill", "Illness. Is that right?"),
        ("the day is wrong", "Which day would you like to come?"),
        ("i'd rather have another day", "Which day would you like to come?"),
    ],
)
def test_what_was_said_is_changed_where_the_next_thing_is_asked(talk: Talks, said: str, asked: str) -> None:
    replies = talk(*SAID[:3], "at three in the afternoon", said)
    assert replies[-2].text == "What number can we call you on?"
    assert replies[-1].text == asked


def test_who_changes_something_goes_on_where_they_were(talk: Talks) -> None:
    desk = Desk([BOOKED])
    replies = talk(*SAID[:3], "no wednesday", "yes", "at three", *SAID[4:], "yes", desk=desk)
    assert texts(replies[3:6]) == [
        "Wednesday, December ninth. Is that right?",
        "And at what time?",
        "What number can we call you on?",
    ]
    assert dict(desk.calls[0].arguments)["day"] == "2026-12-09"


@pytest.mark.parametrize("said", ["no", "no five five five oh one nine nine", "not really", "the phone is wrong"])
def test_what_changes_nothing_is_an_answer_or_none(talk: Talks, said: str) -> None:
    asked = talk(*SAID[:4], said)[-1].text
    assert asked in (AGAIN, "Five five five, zero one nine nine. Is that right?")


def test_nothing_is_done_without_a_yes(talk: Talks) -> None:
    desk = Desk()
    for said in ("no", "i don't know", "what", "hang on", "never mind"):
        talk(*SAID, said, desk=desk)
    assert desk.calls == []


@pytest.mark.parametrize(
    "said",
    [
        "another day please",
        "can i ask something please",
        "the time please",
        "earlier would be good",
        "yes but later",
        "okay but who is this",
        "yes if it's not too late",
    ],
)
def test_a_yes_with_anything_else_does_nothing(talk: Talks, said: str) -> None:
    desk = Desk()
    talk(*SAID, said, desk=desk)
    assert desk.calls == []


def test_another_run_of_a_flow_is_another_call_of_its_tool(talk: Talks) -> None:
    desk = Desk([BOOKED, BOOKED])
    ill = (BOOK, "i'm sick", *SAID[2:], "yes")
    talk(*ill, *ill, desk=desk)
    first, second = desk.calls
    assert first.arguments == second.arguments
    assert first.key != second.key


@pytest.mark.parametrize("said", ["by", "never mind"])
def test_words_that_are_not_sure_end_nothing(responder: Responder, said: str) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    conversation.answer(BOOK)
    reply = conversation.answer(said, sure=False)
    assert not reply.hang_up
    assert reply.text == "Is it a check-up, or are you ill?"


def test_a_value_that_is_never_right_is_given_up(talk: Talks) -> None:
    replies = talk(*SAID[:5], "no", SAID[4], "no", SAID[4], "no")
    assert replies[-1].text.startswith("I'm afraid I can't get that right on the telephone.")


def test_a_yes_that_is_not_sure_does_nothing(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for said in SAID:
        conversation.answer(said)
    assert conversation.answer("yes", sure=False).text.startswith("Please say yes or no. So that's")
    assert conversation.due.call is None
    assert conversation.answer("yes").tool is not None


def test_what_the_tool_refuses_goes_back_and_asks_for_that_again(talk: Talks) -> None:
    desk = Desk([TAKEN, BOOKED])
    replies = talk(*SAID, "yes", "at four", "yes", desk=desk)
    assert replies[6].text == "One moment, please. I'm afraid that time is taken. And at what time?"
    assert replies[7].text == "So that's Tuesday, December eighth at four in the afternoon. Shall I book it?"
    first, second = desk.calls
    assert (dict(first.arguments)["time"], dict(second.arguments)["time"]) == ("15:00", "16:00")
    assert first.key != second.key


def test_what_only_goes_elsewhere_when_the_tool_refuses_does_so_without_an_apology(talk: Talks) -> None:
    replies = talk(*SAID, "yes", desk=Desk([ToolResult(Outcome.REFUSED, why="full")]))
    assert replies[-1].text == "One moment, please. Which day would you like to come?"


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.LATE, Outcome.LIMITED, Outcome.INVALID])
def test_a_tool_that_fails_is_said_and_there_is_a_way_out(talk: Talks, outcome: Outcome) -> None:
    replies = talk(*SAID, "yes", desk=Desk([ToolResult(outcome, why="secret")]))
    assert "I can't reach our calendar." in replies[-1].text
    assert replies[-1].text.endswith("Please tell me your name and what it's about.")
    assert "secret" not in replies[-1].text


def test_what_may_have_been_done_is_no_failure_and_goes_the_same_way(talk: Talks) -> None:
    replies = talk(*SAID, "yes", desk=Desk([ToolResult(Outcome.UNKNOWN, why="secret")]))
    assert "I couldn't confirm that it was done. Please check with us before you count on it." in replies[-1].text
    assert "I can't reach our calendar." not in replies[-1].text
    assert replies[-1].text.endswith("Please tell me your name and what it's about.")


def test_a_dialplan_says_what_it_wants_of_what_may_have_been_done(talk: Talks) -> None:
    replies = talk("this is a complaint", "the door was shut", "yes", desk=Desk([ToolResult(Outcome.UNKNOWN)]))
    assert replies[-1].text.startswith("One moment, please. Please ask tomorrow whether we have it.")


def test_a_refusal_that_the_dialplan_does_not_know_is_a_failure(talk: Talks) -> None:
    replies = talk(*SAID, "yes", desk=Desk([ToolResult(Outcome.REFUSED, why="flooded")]))
    assert "I can't reach our calendar." in replies[-1].text


def test_a_failure_of_which_the_dialplan_says_nothing_is_said_all_the_same(talk: Talks) -> None:
    replies = talk("this is a complaint", "the door was shut", "yes", desk=Desk([ToolResult(Outcome.FAILED)]))
    assert "I'm sorry, that doesn't work right now." in replies[-1].text


def test_a_step_whose_condition_is_not_so_is_passed_over(talk: Talks) -> None:
    ill = talk(BOOK, "i'm sick", *SAID[2:], "yes", desk=Desk([BOOKED]))
    assert ill[1].text == "Then drink a lot of water. Which day would you like to come?"
    assert not ill[-1].hang_up
    assert "Get well soon. That's all done." in ill[-1].text


def test_a_question_in_between_is_answered_and_the_open_one_asked_again(talk: Talks) -> None:
    replies = talk(BOOK, "a check up", "where can i park", "next tuesday")
    assert replies[2].text == "You can park behind the house. Which day would you like to come?"
    assert (replies[2].route, replies[2].name) == (Route.FACT, "parking")
    assert replies[3].text == "And at what time?"


def test_what_is_no_answer_is_asked_for_again_and_then_a_message_is_offered(talk: Talks) -> None:
    replies = talk(BOOK, "a check up", "purple", "purple", "purple")
    assert replies[2].text == replies[3].text == "Which day, please? For example, next Tuesday."
    assert replies[4].text.startswith("I'm afraid I can't get that right on the telephone.")
    assert replies[4].text.endswith("Shall I take a message instead?")


@pytest.mark.parametrize("said", ["never mind", "cancel", "stop"])
def test_the_caller_leaves_it(talk: Talks, said: str) -> None:
    replies = talk(BOOK, "a check up", said, "when are you open")
    assert replies[2].text.startswith("All right, no appointment.")
    assert replies[3].text == "We open at nine."


def test_the_universal_commands_hold_in_a_flow(talk: Talks) -> None:
    replies = talk(BOOK, "a check up", "what did you say", "one moment", "operator")
    assert replies[2].text == "Which day would you like to come?"
    assert replies[3].text == "Take your time."
    assert replies[4].route is Route.MESSAGE


def test_what_a_slot_does_not_take_is_said(talk: Talks) -> None:
    replies = talk(BOOK, "a check up", "next tuesday", "at nine in the evening", "at nine in the morning")
    assert replies[3].text == "I'm afraid that isn't possible. And at what time?"
    assert replies[4].text == "What number can we call you on?"


def test_what_was_read_back_wrong_is_asked_for_again(talk: Talks) -> None:
    replies = talk(*SAID[:5], "no", "five five five oh one seven seven", "yes")
    assert replies[5].text == f"Sorry, let's try that once more. {AGAIN}"
    assert replies[6].text == "Five five five, zero one seven seven. Is that right?"
    assert replies[7].text.endswith("Shall I book it?")


def test_keys_are_a_number_a_yes_a_choice_and_a_person(responder: Responder) -> None:
    desk = Desk([BOOKED])
    call = TextCall(responder.conversation("5550100"), desk)
    call.says(BOOK)
    assert (chosen := call.presses("1")) is not None
    assert chosen.text == "Which day would you like to come?"
    call.says("next tuesday at three")
    assert [call.presses(key) for key in "5550199"] == [None] * 7
    assert (whole := call.presses("#")) is not None
    assert whole.text == "Five five five, zero one nine nine. Is that right?"
    call.presses("1")
    call.presses("1")
    assert dict(desk.calls[0].arguments)["phone"] == "5550199"
    again = TextCall(responder.conversation("5550100"), desk)
    again.says(BOOK)
    assert (person := again.presses("0")) is not None
    assert person.route is Route.MESSAGE


def test_what_a_slot_expects_is_told_to_the_ears(talk: Talks) -> None:
    reason, day, hour, phone, *_ = talk(*SAID[:4])
    assert phone.expects.awaited is Awaited.DIGITS
    assert phone.expects.grammar
    assert hour.expects.question == "And at what time?"
    assert day.expects.question == "Which day would you like to come?"
    assert reason.expects.question == "Is it a check-up, or are you ill?"


def test_a_silent_caller_is_asked_again(responder: Responder) -> None:
    call = TextCall(responder.conversation("5550100"))
    call.says(BOOK)
    assert call.says_nothing().text == "Is it a check-up, or are you ill?"


def taken_up(responder: Responder, conversation: Conversation) -> Conversation:
    return responder.conversation("5550100", conversation.checkpoint())


def test_a_flow_goes_on_with_another_agent_and_nothing_is_done_twice(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for said in (*SAID, "yes"):
        conversation = taken_up(responder, conversation)
        reply = conversation.answer(said)
    call = reply.tool
    assert call is not None
    assert conversation.due.call == call
    conversation.settled()
    assert conversation.due.call is None
    after = taken_up(responder, conversation)
    resumed = after.resumed()
    assert resumed.tool == call
    result = after.result(call, BOOKED)
    assert result is not None
    assert "You're booked for Tuesday at three." in result.text
    assert after.result(call, BOOKED) is None


def test_a_caller_who_speaks_while_a_tool_runs_is_told_so(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    for said in (*SAID, "yes"):
        conversation.answer(said)
    call = conversation.due.call
    assert call is not None
    conversation.settled()
    assert conversation.answer("are you there").text == "I'm still on it."
    assert conversation.answer("cancel").text == "I'm still on it."
    assert conversation.silence(1).text == "I'm still on it."
    assert conversation.due.call is None
    assert conversation.digit("0") is None
    assert conversation.silence(3).text == "I'm still on it."
    assert conversation.result(ToolCall("other", (), "key"), BOOKED) is None
    assert conversation.result(call, BOOKED) is not None


def test_a_flow_that_is_another_one_by_now_is_left(responder: Responder, tmp_path: Path) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    conversation.answer("this is a complaint")
    changed = tmp_path / "plan.yaml"
    changed.write_text(PLAN.read_text().replace("I'll write that down.", "I'll note that."))
    other = Responder(load(changed), FakeEmbedder())
    after = other.conversation("5550100", conversation.checkpoint())
    assert after.answer("when are you open").text == "We open at nine."


def test_keys_are_pressed_once_with_the_reply_that_brings_them(tmp_path: Path) -> None:
    text = PLAN.read_text()
    assert text.count("flows:\n") == 1
    door = "flows:\n  - name: door\n    steps:\n      - {say: Come in.}\n      - {press: '9#'}\n      - {press: '1'}\n"
    intent = (
        "intents:\n  - name: door\n    answer: Sure.\n    flow: door\n"
        "    examples: [open the door, let me in, i am outside, please open, i am at the door]\n"
    )
    plan = tmp_path / "door.yaml"
    plan.write_text(text.replace("flows:\n", door).replace("intents:\n", intent))
    conversation = Responder(load(plan), FakeEmbedder(), lambda: WEDNESDAY).conversation("5550100")
    conversation.greet()
    assert conversation.answer("open the door").text.startswith("Sure. Come in.")
    assert conversation.due.press == "9#1"
    conversation.settled()
    assert conversation.due.press == ""
