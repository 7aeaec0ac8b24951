"""What callers do in the middle of a flow, a message or a transfer, and that nothing is lost of what they told before.
Understanding is word for word, so nothing depends on a model.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.reply import Reply, Route
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

PLAN = Path(__file__).parent / "data" / "desk.yaml"
CRASH = ("i want to report a crash", "no", "at the mill", "one", "k l seven")
TOLD = (("hurt", "no"), ("place", "at the mill"), ("cars", "one"), ("plate", "k l seven"))


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(PLAN), FakeEmbedder())


@pytest.fixture
def ran() -> list[ToolCall]:
    return []


@pytest.fixture
def call(responder: Responder, ran: list[ToolCall]) -> TextCall:
    """A call whose tools fail."""

    def fails(call: ToolCall) -> ToolResult:
        ran.append(call)
        return ToolResult(Outcome.FAILED)

    return TextCall(responder.conversation("5550100"), fails)


Says = Callable[..., Reply]


@pytest.fixture
def says(call: TextCall) -> Says:
    """The last reply to turns of the caller."""

    def last(*said: str) -> Reply:
        return [call.says(words) for words in said][-1]

    return last


def test_a_value_that_is_asked_for_later_is_taken_from_the_first_words(says: Says) -> None:
    assert says("two cars have crashed", "no", "at the mill").text == "What is your plate?"


def test_words_that_are_taken_as_they_are_give_no_other_value(says: Says) -> None:
    assert says("i want to report a crash", "no", "on two mile road").text == "How many cars?"


def test_a_change_asks_what_follows_from_it_and_is_confirmed(says: Says, ran: list[ToolCall]) -> None:
    assert says(*CRASH).text == "One car, k l seven. Shall I record it?"
    assert says("no two cars").text == "And the other plate?"
    assert says("unknown").text == "Two cars, k l seven and unknown. Shall I record it?"
    assert says("no one car").text == "One car, k l seven. Shall I record it?"
    assert ran == []


@pytest.mark.parametrize(("key", "route"), [("1", Route.TRANSFER), ("2", Route.FLOW)])
def test_keys_answer_a_question_of_yes_or_no(call: TextCall, key: str, route: Route) -> None:
    call.says("i want to report a crash")
    reply = call.presses(key)
    assert reply is not None
    assert reply.route is route


@pytest.mark.parametrize("before", [("i want to report a crash",), CRASH, ("please call me back",)])
def test_what_is_urgent_ends_a_flow_and_a_message(says: Says, before: tuple[str, ...]) -> None:
    reply = says(*before, "he is bleeding")
    assert (reply.name, reply.transfer) == ("rescue", "rescue")
    assert says("he is bleeding").route is Route.TRANSFER  # it rings, and nothing else is asked


def test_what_is_urgent_gives_up_what_rings_and_is_not_begun_twice(says: Says) -> None:
    assert says("sales", "tell me more").text == "I'm still trying."
    reply = says("he is bleeding")
    assert (reply.name, reply.transfer, reply.text.split(".")[0]) == ("rescue", "rescue", "Help comes first")
    again = says("he is bleeding")
    assert (again.route, again.transfer) == (Route.TRANSFER, "")


def test_the_key_of_what_is_urgent_gives_up_what_rings(says: Says, call: TextCall) -> None:
    says("sales")
    assert call.presses("0") is None
    reply = call.presses("9")
    assert reply is not None
    assert reply.transfer == "rescue"
    assert call.presses("9") is None


def test_what_is_urgent_and_only_told_gives_up_what_rings(responder: Responder) -> None:
    conversation = responder.conversation("5550100")
    conversation.greet()
    conversation.answer("sales")
    conversation.settled()
    reply = conversation.answer("there is smoke")
    assert reply.text == "Leave the house and dial nine one one."
    assert (conversation.due.stays, conversation.due.transfer) == (True, None)
    conversation.settled()
    assert conversation.not_through() is None


WHAT_TO_DO = "Nobody answers. Hang up and dial nine one one."


@pytest.mark.parametrize("before", [("he is bleeding",), ("i want to report a crash", "yes")])
def test_who_reaches_nobody_in_an_emergency_is_told_what_to_do_until_they_have_understood(
    says: Says, call: TextCall, before: tuple[str, ...]
) -> None:
    says(*before)
    back = call.is_not_through()
    assert back is not None
    assert (back.text, back.name, back.protected) == (WHAT_TO_DO, "rescue", True)
    assert [call.says_nothing().text, says("purple").text, says("okay").text] == [WHAT_TO_DO] * 3
    assert says("can you say that again").text == WHAT_TO_DO
    assert says("he is bleeding").transfer == "rescue"


def test_who_takes_up_a_call_in_which_nobody_came_says_what_to_do_and_lets_nobody_cut_it(responder: Responder) -> None:
    before = responder.conversation("5550100")
    before.greet()
    before.answer("he is bleeding")
    before.settled()
    resumed = responder.conversation("5550100", before.checkpoint()).resumed()
    assert resumed.text.endswith(WHAT_TO_DO)
    assert resumed.protected


def test_while_the_business_is_closed_what_was_said_before_the_transfer_is_not_lost(tmp_path: Path) -> None:
    shut = "{name: sales, target: sales, closed: Sales is closed now., failed: Nobody in sales answers.}"
    text = PLAN.read_text().replace("{name: sales, target: sales, failed: Nobody in sales answers.}", shut)
    text = text.replace("slots:", 'hours: {open: {monday: "9:00-10:00"}}\nslots:', 1)
    plan = tmp_path / "plan.yaml"
    plan.write_text(text)
    sunday = datetime(2026, 12, 6, 10, 0)
    call = TextCall(Responder(load(plan), FakeEmbedder(), lambda: sunday).conversation("5550100"))
    reply = call.says("sales")
    assert reply.text.startswith("Certainly. Sales is closed now. Please tell me your name")
    assert (reply.name, reply.transfer) == ("sales", "")


def test_what_a_flow_says_in_an_emergency_is_protected_where_its_step_is(responder: Responder, says: Says) -> None:
    assert not says("i want to report a crash").protected
    reply = says("yes")
    assert (reply.transfer, reply.protected) == ("rescue", True)
    assert not says("purple").protected
    before = responder.conversation("5550100")
    before.greet()
    before.answer("i want to report a crash")
    before.answer("yes")
    resumed = responder.conversation("5550100", before.checkpoint()).resumed()
    assert resumed.protected
    assert resumed.text.endswith(reply.text)


def test_a_message_after_a_tool_that_failed_has_what_was_told(says: Says) -> None:
    assert says(*CRASH, "yes").text.endswith("Please tell me your name and what it's about.")
    message = says("it's joe", "yes").message
    assert message is not None
    assert (message.text, message.notes) == ("it's joe", TOLD)


def test_a_message_after_what_was_not_understood_has_what_was_told(says: Says) -> None:
    assert says(*CRASH[:3], "purple", "purple", "purple").text.endswith("Shall I take a message instead?")
    message = says("yes", "it's joe", "yes").message
    assert message is not None
    assert message.notes == TOLD[:2]


def test_a_message_that_is_declined_takes_nothing_to_the_next(says: Says) -> None:
    says(*CRASH[:3], "purple", "purple", "purple", "no", "please call me back")
    message = says("it's joe", "yes").message
    assert message is not None
    assert message.notes == ()


def test_a_message_after_a_transfer_that_failed_says_whom_it_is_for(says: Says, call: TextCall) -> None:
    assert call.is_not_through() is None
    assert says("sales").transfer == "sales"
    back = call.is_not_through()
    assert back is not None
    assert back.text.startswith("Nobody in sales answers. Please tell me your name")
    message = says("it's joe", "yes").message
    assert message is not None
    assert message.notes == (("transfer", "sales"),)


def test_a_single_word_and_please_is_no_yes(says: Says) -> None:
    assert says("sales please").transfer == "sales"
    assert says("never mind", "yes please").route is Route.COMMAND


@pytest.mark.parametrize(
    ("rings", "said"), [(True, "I'm still trying."), (False, "Nobody in sales answers. Please tell me your name")]
)
def test_an_agent_that_comes_later_knows_whether_it_still_rings(responder: Responder, rings: bool, said: str) -> None:
    before = responder.conversation("5550100")
    before.greet()
    before.answer("sales")
    before.settled()
    after = responder.conversation("5550100", before.checkpoint())
    assert said in after.resumed(rings).text
    assert after.due.transfer is None
    back = after.not_through()
    assert (back is not None) is rings


def test_a_transfer_that_the_line_was_not_told_of_is_begun_by_the_agent_that_comes_later(responder: Responder) -> None:
    before = responder.conversation("5550100")
    before.greet()
    before.answer("sales")
    after = responder.conversation("5550100", before.checkpoint())
    assert "I'm still trying." in after.resumed().text
    assert after.due.transfer is not None
