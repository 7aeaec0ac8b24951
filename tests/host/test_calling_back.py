"""Callbacks that the bot makes: when one is ordered, what becomes of it, and what whoever answers hears."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from agent.dialplan.load import load
from agent.errors import ToolFailed
from agent.host.calling_back import CallingBack
from agent.listen.far_end import Far
from agent.live import BotLine
from agent.tools.callback import Callback
from agent.tools.callbacks import FILE, Callbacks
from agent.turn.state import State
from telephony.config import Trunk
from telephony.message import Message
from telephony.messages import OngoingCall, SpeechBegan, SpeechEnded, Transfer
from telephony.orders import NotReached, Place, Unreached
from tests.host.conftest import Desk, eventually

PLAN = Path(__file__).parent / "calling_back.yaml"
TO_THE_DESK = Path(__file__).parent / "calling_back_desk.yaml"
MACHINE = "hi you have reached ann please leave a message after the tone"
SAYS = "Hello, this is Hill Clinic. I'm an automated assistant. You asked us to call you back."
TRUNKS = (Trunk.model_validate({"name": "carrier", "dial_at": "192.0.2.1", "outbound": {"to": ["0", "5"]}}),)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, and open


@dataclass
class FakeDesk:
    """A line that is told what to place."""

    attached: bool = True
    busy: int = 0
    calls: tuple[OngoingCall, ...] = ()
    placed: list[Message] = field(default_factory=list)

    def control(self, message: Message) -> None:
        self.placed.append(message)


@dataclass
class Office:
    """Somebody wants a call as soon as possible, and the clock is set by hand."""

    callbacks: Callbacks
    desk: FakeDesk
    path: Path
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        self.plans = {"clinic": load(PLAN)}
        self.other = FakeDesk(busy=9)
        self.starts(TRUNKS)

    def starts(self, trunks: tuple[Trunk, ...]) -> None:
        """An agent by this configuration."""
        self.calling = CallingBack(
            self.callbacks, lambda: self.plans, lambda: [self.other, self.desk], trunks, lambda: self.now
        )

    async def asked(
        self, phone: str = "5550123", at: datetime | None = None, dialplan: str = "clinic", about: str = ""
    ) -> None:
        when = at.isoformat() if at is not None else ""
        one = Callback(0, "Hill Clinic", phone, "Jo", about, when, self.now.isoformat(), dialplan=dialplan)
        await self.callbacks.add(one, key=f"{phone}{when}{about}{self.now}")

    def settings(self, **changed: object) -> None:
        """The dialplan is read again, with other callbacks."""
        plan = self.plans["clinic"]
        assert plan.callbacks is not None
        self.plans = {"clinic": plan.model_copy(update={"callbacks": plan.callbacks.model_copy(update=changed)})}

    def call(self, order: str = "", phone: str = "5550123") -> OngoingCall:
        return OngoingCall("c", 0, "carrier", phone, "5550100", "clinic", "", 0, order=order)

    async def answered(self, state: str = "done") -> None:
        self.calling.news(self.call(self.order))
        await self.becomes(state)

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

    async def missed(self, why: Unreached, state: str, *, rang: bool = False) -> None:
        self.calling.news(NotReached(self.order, 0, why, rang))
        await self.becomes(state)

    async def becomes(self, *states: str) -> None:
        """Those who wait, in order; of the later ones only if they are told."""
        for _ in range(2_000):
            found = [one.state for one in await self.callbacks.all()]
            if found[: len(states)] == [*states]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"not {states}: {found}")


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    one = Office(Callbacks(tmp_path / FILE), FakeDesk(), tmp_path / FILE)
    yield one
    await one.callbacks.close()


async def test_whoever_waits_is_called_once_by_the_idlest_line(office: Office) -> None:
    await office.asked()
    assert await office.placed() == ["5550123"]
    assert office.desk.placed == [Place(office.order, "5550123", "carrier", "5550100", "clinic", 30.0)]
    assert await office.state() == "calling"
    assert await office.placed() == []
    for _ in range(2):  # by the line's news, and to an agent that attaches
        await office.answered()
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


async def test_what_no_line_has_room_for_was_no_try(office: Office) -> None:
    office.other.attached = False
    await office.asked()
    for _ in range(5):
        assert await office.placed() == ["5550123"]
        await office.missed(Unreached.NO_ROOM, "waiting")
        office.now += timedelta(minutes=1)


@pytest.mark.parametrize("why", [Unreached.LIMIT, Unreached.NO_ROOM])
async def test_what_one_line_has_no_room_for_another_has(office: Office, why: Unreached) -> None:
    await office.asked()
    await office.placed()
    office.calling.news(NotReached(office.order, 0, why))
    assert office.other.placed == office.desk.placed
    assert await office.state() == "calling"
    await office.missed(why, "waiting")  # of both
    assert await office.placed() == []


async def test_whom_it_has_rung_at_was_tried_though_a_caller_came_between(office: Office) -> None:
    await office.asked()
    await office.placed()
    await office.missed(Unreached.GAVE_WAY, "tried once: gave way", rang=True)
    office.now += timedelta(minutes=9)
    assert await office.placed() == []
    office.now += timedelta(minutes=1)
    await office.placed()
    await office.missed(Unreached.GAVE_WAY, "given up: gave way", rang=True)


async def test_an_answer_settles_whatever_the_number_waits_for_by_now(office: Office) -> None:
    await office.asked("03012345678")
    await office.asked("+493012345678", about="a cake")
    later = MONDAY + timedelta(hours=2)
    await office.asked("004930 12345678", at=later)
    assert await office.placed() == ["03012345678"]
    await office.answered()
    assert [one.state for one in await office.callbacks.all()] == ["done", "done", "waiting"]
    assert await office.placed() == []
    office.now = later
    assert await office.placed() == ["004930 12345678"]


async def test_nobody_who_talks_to_the_bot_is_called(office: Office) -> None:
    await office.asked("5550123")
    office.other.calls = (office.call(phone="5550123"),)
    assert await office.placed() == []
    await office.asked("5550124")
    assert await office.placed() == ["5550124"]


async def test_a_number_is_called_so_often_a_day_and_no_more(office: Office) -> None:
    office.settings(a_day=2)
    for about in ("a", "b"):
        await office.asked("03055501234", about=about)
        assert await office.placed() == ["03055501234"]
        await office.answered()
        office.now += timedelta(minutes=1)
    await office.asked("+493055501234", about="c")
    assert await office.placed() == []
    assert (await office.callbacks.open())[0].state == "waiting; called 2 times within a day"
    office.plans = {"clinic": office.plans["clinic"].model_copy(update={"hours": None})}
    office.now += timedelta(days=1)
    assert await office.placed() == ["+493055501234"]


async def test_who_declines_is_not_called_again(office: Office) -> None:
    await office.asked()
    await office.placed()
    await office.missed(Unreached.DECLINED, "given up: declined")


async def test_who_is_never_to_be_called_is_not(office: Office) -> None:
    await office.asked("03055501234")
    await office.callbacks.never("+49 30 55501234")
    assert await office.placed() == []
    assert await office.state() == "waiting; never to be called"


async def test_an_answer_that_cannot_be_written_down_is_kept_until_it_can(office: Office) -> None:
    await office.asked()
    await office.placed()
    with closing(sqlite3.connect(office.path, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        office.calling.news(office.call(office.order))
        office.now += timedelta(minutes=10)
        with pytest.raises(ToolFailed):
            await office.placed()
    assert await office.placed() == []
    assert await office.state() == "done"


async def test_a_late_answer_counts_and_an_order_that_has_a_session_is_not_lost(office: Office) -> None:
    await office.asked()
    await office.placed()
    order, office.other.calls = office.order, (office.call(office.order),)
    office.now += timedelta(minutes=10)
    assert await office.placed() == []
    assert await office.state() == "calling"
    office.other.calls = ()
    assert await office.placed() == []
    assert await office.state() == "tried once: failed"
    office.calling.news(office.call(order))
    await office.becomes("done")


async def test_a_trunk_that_is_not_set_up_is_no_try_and_is_told_once(office: Office) -> None:
    office.starts(())
    await office.asked()
    with capture_logs() as logs:
        for _ in range(3):
            assert await office.placed() == []
    assert [one["log_level"] for one in logs] == ["error"]
    assert await office.state() == 'waiting; the trunk "carrier" is not set up'
    office.starts(TRUNKS)
    assert await office.placed() == ["5550123"]
    await office.missed(Unreached.NOT_SET_UP, "waiting")  # a line knows better
    office.now += timedelta(minutes=10)
    assert await office.placed() == ["5550123"]


async def test_whom_the_desk_does_not_take_waits_for_a_person(office: Office) -> None:
    office.settings(then="front_desk")
    await office.asked()
    await office.placed()
    await office.answered("answered, nobody at the desk")
    office.now += timedelta(hours=1)
    assert await office.placed() == []
    office.calling.put_through(office.order)
    await office.becomes("done")


async def test_a_try_counts_for_whatever_the_number_waits_for_by_now(office: Office) -> None:
    await office.asked("03012345678")
    await office.asked("+493012345678", about="a cake")
    later = MONDAY + timedelta(hours=2)
    await office.asked("004930 12345678", at=later)
    for state in ("tried once: busy", "given up: busy"):
        assert await office.placed() == ["03012345678"]
        await office.missed(Unreached.BUSY, state)
        office.now += timedelta(minutes=9)
        assert await office.placed() == []
        office.now += timedelta(minutes=1)
    assert await office.placed() == []
    assert [one.state for one in await office.callbacks.all()] == ["given up: busy", "given up: busy", "waiting"]


async def test_who_declines_is_not_called_for_anything_else_either(office: Office) -> None:
    await office.asked(about="a")
    await office.asked(about="b")
    await office.placed()
    await office.missed(Unreached.DECLINED, "given up: declined")
    assert await office.placed() == []


async def test_what_keeps_it_from_calling_is_told_once_and_it_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.host.calling_back.LOOK_S", 0.01)
    await office.asked()
    with closing(sqlite3.connect(office.path)) as another, another:
        another.execute("UPDATE callbacks SET asked = 'soon'")
    with capture_logs() as logs:
        running = asyncio.create_task(office.calling.run())
        await asyncio.sleep(0.2)
        assert not running.done()
        assert [one["reason"] for one in logs if one["log_level"] == "error"] == [
            f"{office.path} can't be used: callback 1 can't be read; `offhook callbacks --done 1` takes it off"
        ]
        assert await office.callbacks.done(1, office.now)
        await office.asked("5550124")
        await eventually(lambda: office.desk.placed)
        running.cancel()


async def test_a_fault_ends_neither_it_nor_the_agent(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.host.calling_back.LOOK_S", 0.01)
    await office.asked()
    plans, office.plans = office.plans, {"clinic": office.plans["clinic"].model_copy(update={"timezone": "nowhere"})}
    with capture_logs() as logs:
        running = asyncio.create_task(office.calling.run())
        await eventually(lambda: logs)
        assert not running.done()
        office.plans = plans
        await eventually(lambda: office.desk.placed)
        running.cancel()
    assert [one["log_level"] for one in logs] == ["error", "info"]


async def test_one_at_a_time(office: Office) -> None:
    await office.asked("5550123")
    await office.asked("5550124")
    assert await office.placed() == ["5550123"]
    assert await office.placed() == []
    await office.missed(Unreached.UNKNOWN, "given up: unknown")
    assert await office.placed() == ["5550124"]


async def test_who_has_an_answering_machine_is_tried_again_and_given_up(office: Office) -> None:
    await office.asked("03012345678")
    await office.asked("+493012345678", about="a cake")
    for state in ("tried once: answering machine", "given up: answering machine"):
        assert await office.placed() == ["03012345678"]
        await office.answered()
        assert [one.state for one in await office.callbacks.all()] == ["done", "done"]
        office.calling.no_person(office.order, Far.MACHINE)
        await office.becomes(state)
        assert [one.state for one in await office.callbacks.open()] == [state, state]
        assert await office.placed() == []
        office.now += timedelta(minutes=10)
    assert await office.placed() == []


async def test_a_machine_is_nobody_at_the_desk_either(office: Office) -> None:
    office.settings(then="front_desk")
    await office.asked()
    await office.placed()
    await office.answered("answered, nobody at the desk")
    office.calling.no_person(office.order, Far.MACHINE)
    await office.becomes("tried once: answering machine")
    office.now += timedelta(minutes=10)
    assert await office.placed() == ["5550123"]


async def test_a_fax_is_not_called_again(office: Office) -> None:
    await office.asked()
    await office.placed()
    await office.answered()
    office.calling.no_person(office.order, Far.FAX)
    await office.becomes("given up: fax")


async def test_a_machine_settles_nothing_that_was_settled_otherwise(office: Office) -> None:
    await office.asked("03012345678")
    await office.placed()
    await office.answered()
    office.now += timedelta(hours=1)
    await office.asked("03012345678", about="a cake")
    await office.placed()
    office.calling.news(office.call(office.order))
    office.calling.no_person(office.order, Far.MACHINE)
    await office.becomes("done", "tried once: answering machine")


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


async def test_a_week_counts_from_when_it_was_open(office: Office) -> None:
    await office.asked(at=MONDAY + timedelta(hours=7, minutes=30))  # closed, until a week later
    office.now += timedelta(days=7, hours=6, minutes=59)
    assert await office.placed() == ["5550123"]


async def test_what_no_dialplan_calls_is_only_written_down_and_says_so(office: Office) -> None:
    await office.asked(dialplan="other")
    await office.asked("5550124", dialplan="")
    await office.asked("5550125")
    office.plans = {"clinic": office.plans["clinic"].model_copy(update={"callbacks": None})}
    assert await office.placed() == []
    assert [one.state for one in await office.callbacks.open()] == [
        "waiting; its dialplan is gone",
        "waiting for a person",
        'waiting; its dialplan has no "callbacks"',
    ]


async def test_without_a_line_nobody_is_called(office: Office) -> None:
    await office.asked()
    office.desk.attached = office.other.attached = False
    assert await office.placed() == []
    assert await office.state() == "waiting"


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
