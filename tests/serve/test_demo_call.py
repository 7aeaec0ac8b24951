"""What the demo call says, and what it takes for a right answer, although the recogniser that checks it errs on every
fifth word.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from agent.config import DEFAULT_DIALPLAN, WORKSHOP
from agent.dialplan.load import load
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.reply.utterance import Utterance
from agent.serve.demo_call import fits, judge_free, share_heard
from agent.serve.demo_script import questions, script

PARKING = "Yes, there's free parking behind the shop. The entrance is on Mill Lane."
ADDRESS = "We're at twelve Hill Street, right across from the public library."


def test_an_answer_with_some_words_misheard_is_right_and_another_answer_is_not() -> None:
    misheard = "yeah there's free parking behind the shop the entrances are no lame"
    assert fits(PARKING, misheard, [PARKING, ADDRESS])
    assert not fits(ADDRESS, misheard, [PARKING, ADDRESS])
    assert not fits(PARKING, "", [ADDRESS])
    assert not fits(PARKING, "sorry i didn't catch that could you say it again", [ADDRESS])


@pytest.fixture(scope="module")
def responder() -> Responder:
    return Responder(load(DEFAULT_DIALPLAN), MiniLm.load(ModelStore().path("minilm-l6")))


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=2)])  # until the caller says it
@pytest.mark.parametrize("day", range(7))
def test_the_default_dialplan_answers_as_the_script_has_it_and_books_nothing(
    responder: Responder, day: int, later: timedelta
) -> None:
    begun = datetime(2026, 12, 21, 23, 59) + timedelta(days=day)  # there are holidays in that week
    asked = script(DEFAULT_DIALPLAN, responder.plan, begun.date())
    call = TextCall(responder.conversation("5550100", now=begun + later))
    for question in asked:
        reply = call.says(" ".join(Utterance(question.said).raw))
        assert share_heard(question.answer, reply.text) > 0.95, (question.said, reply.text)
        assert reply.tool is None
        assert reply.hang_up == (question is asked[-1])


def test_any_other_dialplan_is_asked_its_first_questions() -> None:
    plan = load(WORKSHOP)
    assert script(WORKSHOP, plan, date(2026, 11, 30)) == questions(plan)


def test_the_caller_asks_in_other_words_and_says_goodbye() -> None:
    plan = load(WORKSHOP)
    asked = questions(plan)
    assert len(asked) == 5
    assert [question.free for question in asked] == [True, False, False, False, False]
    assert [question.cut for question in asked] == [False, False, True, False, False]
    assert len(asked[2].answer) >= max(len(asked[1].answer), len(asked[3].answer))
    assert asked[-1].answer == plan.goodbye
    assert all(question.said[0].isupper() for question in asked)


def test_small_talk_is_judged_by_not_being_a_refusal() -> None:
    plan = load(WORKSHOP)
    refusals = (plan.apology, plan.no_match.unheard)
    stock = "I'm doing well, thank you. What can I do for you?"
    for own in ("i'm doing great thanks for asking", "i'm doing well thanks for asking how can i help you today"):
        good, whose = judge_free(own, stock, refusals)
        assert good
        assert "model" in whose
    assert judge_free("i'm doing well thank you what can i do for you", stock, refusals) == (True, "the stock answer")
    assert not judge_free("", stock, refusals)[0]
    assert not judge_free("sorry i didn't catch that could you say it again", stock, refusals)[0]
    assert not judge_free("sorry something went wrong on my side could you say that again", stock, refusals)[0]
