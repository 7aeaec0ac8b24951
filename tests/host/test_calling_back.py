"""Callbacks that the bot makes: when one is ordered, what becomes of it, and what whoever answers hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from agent.dialplan.load import load
from agent.host.calling_back import CallingBack
from agent.live import BotLine
from agent.tools.callbacks import FILE, Callback, Callbacks
from telephony.message import Message
from telephony.messages import OngoingCall, SpeechBegan, SpeechEnded, Transfer
from telephony.orders import NotReached, Place, Unreached
from tests.host.conftest import Desk, eventually

PLAN = Path(__file__).parent / "calling_back.yaml"
TO_THE_DESK = Path(__file__).parent / "calling_back_desk.yaml"
SAYS = "Hello, this is Hill Clinic. I'm an automated assistant. You asked us to call you back."
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, and open


@dataclass
class FakeDesk:
    """A line that is told what to place."""

    attached: bool = True
    busy: int = 0
    placed: list[Message] = field(default_factory=list)

    def control(self, message: Message) -> None:
        self.placed.append(message)


@dataclass
class Office:
    """Somebody wants a call as soon as possible, and the clock is set by hand."""

    callbacks: Callbacks
    desk: FakeDesk
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        plan = load(PLAN)
        self.calling = CallingBack(
            self.callbacks, lambda: {"clinic": plan}, lambda: [FakeDesk(busy=9), self.desk], lambda: self.now
        )

    async def asked(self, phone: str = "5550123", at: datetime | None = None, dialplan: str = "clinic") -> None:
        when = at.isoformat() if at is not None else ""
        one = Callback(0, "Hill Clinic", phone, "Jo", "", when, self.now.isoformat(), dialplan=dialplan)
        await self.callbacks.add(one, key=f"{phone}{when}")

    async def placed(self) -> list[str]:
        """Whom a look has called."""
        before = len(self.desk.placed)
        await self.calling.look()
        return [message.to for message in self.desk.placed[before:] if isinstance(message, Place)]

    @property
    def order(self) -> str:
        message = self.desk.placed[-1]
        assert isinstance(message, Place)
        return message.order

    async def state(self) -> str:
        return (await self.callbacks.all())[0].state

    async def missed(self, why: Unreached, state: str) -> None:
        self.calling.news(NotReached(self.order, 0, why))
        await self.becomes(state)

    async def becomes(self, state: str) -> None:
        for _ in range(500):
            if await self.state() == state:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"not {state}: {await self.state()}")


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    one = Office(Callbacks(tmp_path / FILE), FakeDesk())
    yield one
    await one.callbacks.close()


async def test_whoever_waits_is_called_once_by_the_idlest_line(office: Office) -> None:
    await office.asked()
    assert await office.placed() == ["5550123"]
    assert office.desk.placed == [Place(office.order, "5550123", "carrier", "5550100", "clinic", 30.0)]
    assert await office.state() == "calling"
    assert await office.placed() == []
    answered = OngoingCall("c", 0, "carrier", "5550123", "5550100", "clinic", "", 0, order=office.order)
    for _ in range(2):  # by the line's news, and to an agent that attaches
        office.calling.news(answered)
    await office.becomes("done")
    office.now += timedelta(hours=1)
    assert await office.placed() == []


async def test_not_before_it_is_time_nor_while_it_is_closed(office: Office) -> None:
    await office.asked(at=MONDAY + timedelta(hours=6, minutes=59))
    for hours, calls in ((0, []), (6, []), (7, []), (7 * 24, ["5550123"])):  # 16:59; open until 17:00, on mondays
        office.now = MONDAY + timedelta(hours=hours)
        assert await office.placed() == calls


async def test_it_is_tried_again_and_given_up(office: Office) -> None:
    await office.asked()
    assert await office.placed() == ["5550123"]
    await office.missed(Unreached.BUSY, "tried once: busy")
    office.now += timedelta(minutes=9)
    assert await office.placed() == []
    office.now += timedelta(minutes=1)
    assert await office.placed() == ["5550123"]
    await office.missed(Unreached.NO_ANSWER, "given up: no answer")
    office.now += timedelta(hours=1)
    assert await office.placed() == []
    assert [one.phone for one in await office.callbacks.open()] == ["5550123"]  # somebody else may


async def test_what_the_line_has_no_room_for_was_no_try(office: Office) -> None:
    await office.asked()
    for _ in range(5):
        assert await office.placed() == ["5550123"]
        await office.missed(Unreached.NO_ROOM, "waiting")
        office.now += timedelta(minutes=1)


async def test_one_at_a_time(office: Office) -> None:
    await office.asked("5550123")
    await office.asked("5550124")
    assert await office.placed() == ["5550123"]
    assert await office.placed() == []
    await office.missed(Unreached.UNKNOWN, "given up: unknown")
    assert await office.placed() == ["5550124"]


async def test_an_agent_that_was_gone_while_it_rang_calls_again_later(office: Office) -> None:
    await office.asked()
    await office.placed()
    office.now += timedelta(seconds=89)  # another agent: it may ring still
    assert await office.placed() == []
    office.now += timedelta(seconds=1)
    assert await office.placed() == []
    assert await office.state() == "tried once: failed"
    office.now += timedelta(minutes=10)
    assert await office.placed() == ["5550123"]


async def test_a_week_late_nobody_is_called(office: Office) -> None:
    await office.asked()
    office.now += timedelta(days=7)
    assert await office.placed() == []
    assert await office.state() == "given up: called off"


async def test_what_no_dialplan_calls_is_only_written_down(office: Office) -> None:
    await office.asked(dialplan="other")
    await office.asked("5550124", dialplan="")
    assert await office.placed() == []
    office.desk.attached = False
    await office.asked("5550125")
    office.calling = CallingBack(office.callbacks, dict, lambda: [office.desk], lambda: office.now)
    assert await office.placed() == []


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


@pytest.mark.parametrize("bot", [PLAN], indirect=True)
async def test_who_is_busy_is_no_call(bot: Desk) -> None:
    await bot.attached()
    bot.line.unreached.append(Unreached.BUSY)
    bot.desk.control(Place("a", "5550123", "carrier", "5550100", "default"))
    assert await eventually(lambda: bot.orders) == [NotReached("a", 0, Unreached.BUSY)]
    assert not bot.desk.sessions
