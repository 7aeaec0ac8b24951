"""Callbacks that the bot makes: when one is ordered, and what becomes of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from agent.errors import ToolFailed
from agent.listen.far_end import Far
from agent.tools.callbacks import FILE, Callbacks
from telephony.orders import NotReached, Place, Unreached
from tests.host.conftest import eventually
from tests.host.office import MONDAY, TRUNKS, FakeDesk, Office


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
        await eventually(lambda: [one for one in logs if one["log_level"] == "error"])
        looked = office.read
        await eventually(lambda: office.read > looked + 3)
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
