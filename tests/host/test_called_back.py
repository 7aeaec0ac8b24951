"""Who is called back hears the bot: after their first word, after a second, or not where a machine answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.listen.far_end import Far
from agent.live import BotLine
from agent.turn.state import State
from telephony.messages import SpeechBegan, SpeechEnded, Transfer
from telephony.orders import NotReached, Place, Unreached
from tests.host.conftest import Desk, eventually
from tests.host.office import PLAN

TO_THE_DESK = Path(__file__).parent / "calling_back_desk.yaml"
MACHINE = "hi you have reached ann please leave a message after the tone"
SAYS = "Hello, this is Hill Clinic. I'm an automated assistant. You asked us to call you back."


def said(bot: Desk) -> list[str]:
    return [event.text for event in bot.of(BotLine) if event.final]


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_whoever_says_nothing_is_spoken_to_after_a_second(bot: Desk) -> None:
    await bot.attached()
    began = bot.line.now
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    await bot.until(lambda: bot.line.closed(1))
    assert bot.line.now - began >= 16_000
    assert await eventually(lambda: said(bot)) == [f"{SAYS} How can I help?"]
    (news,) = bot.orders
    assert news.order == "a"
    await bot.says("what are your hours")
    await bot.until(lambda: bot.line.closed(2))
    await eventually(lambda: said(bot)[1:] == ["We are open from nine to five."])


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_a_hello_is_waited_for_and_not_answered(bot: Desk) -> None:
    await bot.attached()
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    await eventually(lambda: bot.desk.sessions)
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await asyncio.sleep(1.3)
    assert bot.line.generations() == []
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await bot.until(lambda: bot.line.closed(1))
    assert await eventually(lambda: said(bot)) == [f"{SAYS} How can I help?"]


@pytest.mark.parametrize("bot", [TO_THE_DESK], indirect=True)
async def test_they_are_put_through_where_the_dialplan_says_so(bot: Desk) -> None:
    await bot.attached()
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    await bot.until(lambda: bool(bot.line.told(Transfer)))
    assert said(bot) == [f"{SAYS} I'll put you through. One moment, please."]
    (order,) = bot.line.told(Transfer)
    assert isinstance(order, Transfer)
    assert order.to == "200"
    await eventually(lambda: bot.through == ["a"])


async def comes_to(bot: Desk, state: State) -> None:
    await eventually(lambda: bot.desk.sessions["call-1"].turn.state is state)


async def is_picked_up(bot: Desk, *said: tuple[str, State]) -> None:
    """Whom the bot calls has been there, said all that, which led to these states, and hung up."""
    await bot.attached()
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    await eventually(lambda: bot.desk.sessions)
    await eventually(lambda: bot.recognisers.opened)
    for words, state in said:
        bot.line.tell(SpeechBegan("call-1", bot.line.now))
        await asyncio.sleep(0.05)
        bot.recogniser.at = bot.line.now
        bot.recogniser.partial(words)
        await comes_to(bot, state)
        bot.line.frame()
        bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    bot.line.hang_up()
    await eventually(lambda: not bot.desk.sessions)


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_a_machine_that_answers_is_told_of(bot: Desk) -> None:
    await is_picked_up(bot, (MACHINE, State.AWAY))
    assert bot.machines == [("a", Far.MACHINE)]


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_who_picks_up_behind_the_machine_is_a_person(bot: Desk) -> None:
    await is_picked_up(bot, (MACHINE, State.AWAY), ("hello", State.LISTENING))
    assert bot.machines == []


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_who_is_busy_is_no_call(bot: Desk) -> None:
    await bot.attached()
    bot.line.unreached.append(Unreached.BUSY)
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    assert await eventually(lambda: bot.orders) == [NotReached("a", 0, Unreached.BUSY)]
    assert not bot.desk.sessions
