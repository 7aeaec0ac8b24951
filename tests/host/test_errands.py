"""What comes of replies over a line: tools run once and only when the caller has not taken it back, and callers are put
through and taken back.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.live import BotLine, CallEnded, CallerLine
from agent.tools.fakes import ScriptedTool, Step
from telephony.messages import CancelTransfer, Checkpoint, Drop, SpeechBegan, SpeechEnded, Transfer
from telephony.testing.fake_line import Outcome
from telephony.transfers import Failure, How
from tests.host.conftest import Desk, eventually

PLAN = Path(__file__).parent / "errands.yaml"
BOOK, DESK = "i would like an appointment", "front desk please"

pytestmark = pytest.mark.parametrize("bot", [PLAN], indirect=True)


async def heard(bot: Desk, text: str) -> None:
    """Wait until the caller has heard a reply with the text in it."""
    await eventually(lambda: [event for event in bot.of(BotLine) if event.final and text in event.text])


async def confirming(bot: Desk) -> None:
    """The caller was asked whether to book."""
    await bot.ring()
    for words, reply in ((BOOK, "Which day"), ("tomorrow", "Shall I book it?")):
        await bot.says(words)
        await heard(bot, reply)


def booking(bot: Desk, *script: Step) -> ScriptedTool:
    tool = bot.tools["book"]
    tool.follow(*script)
    return tool


async def test_a_tool_runs_after_the_yes_and_what_it_gave_is_said(bot: Desk) -> None:
    tool = booking(bot, {"room": "12"})
    await confirming(bot)
    await bot.says("yes please")
    await heard(bot, "You're booked, room one two.")
    assert len(tool.runs) == 1
    texts = [event.text for event in bot.of(BotLine) if event.final]
    assert texts.index("One moment, please.") < next(at for at, text in enumerate(texts) if "room one two" in text)


async def test_a_yes_that_is_taken_back_at_once_runs_nothing(bot: Desk) -> None:
    tool = booking(bot, {"room": "12"})
    await confirming(bot)
    bot.line.slow = True
    generation = max(say.generation for say in bot.line.says) + 1
    await bot.says("yes")
    await bot.until(lambda: bool(bot.line.stock_of(generation)))
    bot.line.tell(SpeechBegan("call-1", bot.line.now - 1_600))
    await bot.until(lambda: Drop("call-1", generation) in bot.line.told(Drop))
    bot.recognisers.script.append("no make it friday")
    bot.line.frame()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await bot.until(lambda: any(say.generation == generation + 1 for say in bot.line.says))
    assert [event.text for event in bot.of(CallerLine) if event.final][-2:] == ["yes", "yes no make it friday"]
    assert tool.runs == []


async def test_a_caller_who_speaks_while_the_tool_runs_is_told_so_and_then_what_it_gave(bot: Desk) -> None:
    tool = booking(bot, 1.5, {"room": "12"})
    await confirming(bot)
    await bot.says("yes")
    await heard(bot, "One moment, please.")
    await tool.started.wait()
    await bot.says("are you still there")
    await heard(bot, "I'm still on it.")
    await heard(bot, "You're booked, room one two.")
    assert len(tool.runs) == 1


async def test_a_caller_is_put_through_once_they_were_told(bot: Desk) -> None:
    await bot.ring()
    await bot.says(DESK)
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    assert bot.line.told(Transfer) == [Transfer("call-1", "200", How.CONSULT, 30.0)]
    assert [event for event in bot.of(BotLine) if "I'll put you through" in event.text]


async def test_a_caller_whom_nobody_takes_is_back_with_the_bot(bot: Desk) -> None:
    bot.line.outcomes.append(Outcome(Failure.BUSY, 486))
    await bot.ring()
    await bot.says(DESK)
    await heard(bot, "nobody is free there right now. Is there anything else")
    await bot.says(BOOK)
    await heard(bot, "Which day")


async def test_a_caller_who_wants_to_stay_is_not_put_through(bot: Desk) -> None:
    bot.line.outcomes.append(Outcome(waits=True))
    await bot.ring()
    await bot.says(DESK)
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    await bot.says("never mind")
    await bot.until(lambda: bool(bot.line.told(CancelTransfer)))
    await bot.says(BOOK)
    await heard(bot, "Which day")


async def test_what_is_urgent_is_begun_once_what_rings_is_given_up(bot: Desk) -> None:
    bot.line.outcomes += [Outcome(waits=True), Outcome(Failure.BUSY, 486)]
    await bot.ring()
    await bot.says(DESK)
    await heard(bot, "I'll put you through")
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    await bot.says("this is an emergency")
    await heard(bot, "Help comes first.")
    await heard(bot, "Dial nine one one.")
    assert [order.to for order in bot.line.told(Transfer) if isinstance(order, Transfer)] == ["200", "911"]
    assert len(bot.line.told(CancelTransfer)) == 1


async def test_how_an_earlier_transfer_went_is_no_news_of_the_one_that_is_ordered_now(bot: Desk) -> None:
    bot.line.outcomes += [Outcome(Failure.BUSY, 486, waits=True), Outcome(waits=True)]
    await bot.ring()
    await bot.says(DESK)
    await heard(bot, "I'll put you through")
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    bot.recognisers.script.append("this is an emergency")
    bot.line.frame()
    bot.line.tell(SpeechBegan("call-1", bot.line.now - 4800))
    bot.line.finish_transfer()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await heard(bot, "Help comes first.")
    await bot.until(lambda: len(bot.line.told(Transfer)) == 2)
    bot.line.hang_up()
    await eventually(lambda: bot.of(CallEnded))
    assert not [one.text for one in bot.of(BotLine) if "nobody is free" in one.text or "Dial nine" in one.text]


async def taken_up(bot: Desk) -> None:
    """Another agent has the call, which the line kept as the one before left it."""
    kept = await eventually(lambda: [one for one in bot.line.told(Checkpoint) if isinstance(one, Checkpoint)])
    bot.line.ongoing["call-1"] = msgspec.structs.replace(bot.line.ongoing["call-1"], checkpoint=kept[-1].state)
    bot.live.clear()
    bot.desk._link.close()  # type: ignore[union-attr] # as if the process had died; the desk attaches anew


async def test_an_agent_that_takes_up_a_call_whose_transfer_rings_says_so_and_then_what_came_of_it(bot: Desk) -> None:
    bot.line.outcomes.append(Outcome(Failure.BUSY, 486, waits=True))
    await bot.ring()
    await bot.says(DESK)
    await heard(bot, "I'll put you through")
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    await taken_up(bot)
    await heard(bot, "I'm still trying.")
    bot.line.finish_transfer()
    await heard(bot, "nobody is free there right now.")
    assert len(bot.line.told(Transfer)) == 1


async def test_an_agent_that_takes_up_a_call_whose_transfer_failed_meanwhile_says_so(bot: Desk) -> None:
    before = bot.responder.conversation("5550100")
    before.greet()
    before.answer(DESK)
    before.settled()
    await bot.ring(checkpoint=before.checkpoint())
    await heard(bot, "nobody is free there right now. Is there anything else")
    await bot.says(BOOK)
    await heard(bot, "Which day")


async def test_an_outcome_that_was_spoken_over_at_once_is_told_again(bot: Desk) -> None:
    tool = booking(bot, 0.6, {"room": "12"})
    await confirming(bot)
    await bot.says("yes please")
    await heard(bot, "One moment, please.")
    bot.line.slow = True
    told = max(say.generation for say in bot.line.says) + 1
    await bot.until(lambda: any(say.generation == told for say in bot.line.says))
    await bot.speaks_over("who are you then", told)
    bot.line.slow = False
    bot.recognisers.script.append("who are you then")
    bot.line.frame()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await heard(bot, "You're booked, room one two.")
    assert len(tool.runs) == 1
