"""Callers who want to be called back: what is written down, what is refused, and what the command shows."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.dialplan.load import load
from agent.errors import ToolFailed
from agent.tools.call import ToolCall
from agent.tools.callback import Callback, End
from agent.tools.callback_rows import MOST_OPEN
from agent.tools.callbacks import FILE, Callbacks
from agent.tools.outfit import desk_of
from agent.tools.redial import Standing
from agent.tools.result import Outcome, ToolResult
from telephony.config import Trunk
from telephony.orders import Unreached
from tests.dialplan.test_load import GOOD

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a Monday, 9:00 in Berlin
PLAN = (
    GOOD.replace('numbers: ["5550100"]', 'numbers: ["5550111"]')
    + """\
timezone: Europe/Berlin
hours:
  open: {monday: "9:00-17:00", tuesday: "9:00-17:00"}
tools:
  - name: call_me
    callback: true
    changes: true
    input: {phone: phone, day: date, time: time, about: free}
    output: {when: text, reference: digits}
  - name: call_me_soon
    callback: true
    changes: true
    input: {phone: phone}
    output: {when: text}
callbacks: {trunk: carrier}
"""
)
TRUNKS = (
    Trunk.model_validate(
        {"name": "carrier", "dial_at": "192.0.2.1", "country_code": "49", "outbound": {"to": ["+4930", "555"]}}
    ),
)
TUESDAY = {"phone": "5550199", "day": "2026-12-01", "time": "15:30", "about": "a cake"}
SOON = ("call_me_soon", {"phone": "5550100"})


async def runs(
    directory: Path, *calls: tuple[str, dict[str, str]], key: str = "", plan: str = PLAN, now: datetime = NOW
) -> list[ToolResult]:
    """What came of calls, one after the other, each of its own key unless there is one."""
    (directory / "plan.yaml").write_text(plan)
    desk = desk_of(load(directory / "plan.yaml"), directory, lambda: now, name="plan", trunks=TRUNKS)
    try:
        return [
            await desk.run(ToolCall(tool, tuple(arguments.items()), key or str(number)), "call-1", "")
            for number, (tool, arguments) in enumerate(calls)
        ]
    finally:
        await desk.close()


async def waiting(directory: Path) -> list[tuple[str, str, str]]:
    kept = Callbacks(directory / FILE)
    try:
        return [(one.phone, one.at, one.about) for one in await kept.open()]
    finally:
        await kept.close()


async def test_a_callback_is_written_down_for_its_time_where_the_business_is(tmp_path: Path) -> None:
    (result,) = await runs(tmp_path, ("call_me", TUESDAY))
    assert result.outcome is Outcome.DONE
    assert dict(result.values) == {"when": "Tuesday, December first at three thirty p m", "reference": "1"}
    assert await waiting(tmp_path) == [("5550199", "2026-12-01T15:30+01:00", "a cake")]


async def test_without_a_time_it_is_as_soon_as_possible_and_first(tmp_path: Path) -> None:
    _, soon = await runs(tmp_path, ("call_me", TUESDAY), ("call_me_soon", {"phone": "5550100"}))
    assert dict(soon.values) == {"when": "as soon as possible"}
    assert [phone for phone, _, _ in await waiting(tmp_path)] == ["5550100", "5550199"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"day": "2026-11-30", "time": "09:00"}, "past"),
        ({"day": "2026-11-01"}, "past"),
        ({"time": "17:00"}, "closed"),
        ({"day": "2026-12-02"}, "closed"),
        ({"day": "2027-03-02"}, "far"),
    ],
)
async def test_what_cannot_be_promised_is_refused(tmp_path: Path, changed: dict[str, str], why: str) -> None:
    (result,) = await runs(tmp_path, ("call_me", TUESDAY | changed))
    assert (result.outcome, result.why) == (Outcome.REFUSED, why)
    assert await waiting(tmp_path) == []


@pytest.mark.parametrize(
    ("now", "hour", "at"),
    [  # in UTC; the clock shows the hour from two to three twice that night
        ("2026-10-25 00:10", "02:30", "2026-10-25T02:30+02:00"),
        ("2026-10-25 00:40", "02:30", "2026-10-25T02:30+01:00"),
        ("2026-10-25 01:10", "02:30", "2026-10-25T02:30+01:00"),
        ("2026-10-25 01:40", "02:30", ""),
        ("2026-10-24 23:50", "03:00", "2026-10-25T03:00+01:00"),
        ("2027-03-28 00:50", "02:30", "2027-03-28T02:30+01:00"),  # and not at all that night: it is half past three
        ("2027-03-28 01:40", "02:30", ""),
    ],
)
async def test_in_the_night_in_which_the_clock_changes_a_time_is_the_next_that_it_shows(
    tmp_path: Path, now: str, hour: str, at: str
) -> None:
    asked = datetime.fromisoformat(f"{now}+00:00")
    when = {"day": f"{asked + timedelta(hours=1):%Y-%m-%d}", "time": hour}
    around_the_clock = PLAN.replace('{monday: "9:00-17:00", tuesday: "9:00-17:00"}', '{sunday: "0:00-24:00"}')
    (result,) = await runs(tmp_path, ("call_me", TUESDAY | when), plan=around_the_clock, now=asked)
    assert result.why == ("" if at else "past")
    assert [one for _, one, _ in await waiting(tmp_path)] == [at] * bool(at)


async def test_a_number_is_written_down_so_often_and_no_more(tmp_path: Path) -> None:
    results = await runs(tmp_path, *[("call_me_soon", {"phone": "5550100"})] * (MOST_OPEN + 1))
    assert [result.outcome for result in results] == [Outcome.DONE] * MOST_OPEN + [Outcome.REFUSED]
    assert results[-1].why == "enough"


async def test_one_that_is_asked_for_again_by_another_agent_is_the_same(tmp_path: Path) -> None:
    first = await runs(tmp_path, ("call_me", TUESDAY), key="a")
    (tmp_path / "tools.db").unlink()  # what the agent before had done is not known
    assert await runs(tmp_path, ("call_me", TUESDAY), key="a") == first
    assert len(await waiting(tmp_path)) == 1


async def test_a_disk_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (result,) = await runs(tmp_path, ("call_me", TUESDAY))
    assert result.outcome is Outcome.FAILED
    kept = Callbacks(tmp_path / FILE)
    with pytest.raises(ToolFailed, match="can't be used"):
        await kept.open()


def shown(directory: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["callbacks", "--data-dir", str(directory), *options])
    return done.exit_code, done.output


def test_the_command_shows_who_waits_and_takes_off_who_was_called(tmp_path: Path) -> None:
    asyncio.run(runs(tmp_path, ("call_me", TUESDAY), ("call_me_soon", {"phone": "5550100"})))
    code, table = shown(tmp_path)
    assert code == 0
    rows = [line.split() for line in table.splitlines() if "5550" in line]
    assert [row[0] for row in rows] == ["2", "1"]
    assert "2026-12-01 15:30" in table
    code, left = shown(tmp_path, "--done", "2", "--json")
    assert code == 0
    (one,) = json.loads(left)
    assert (one["number"], one["phone"], one["at"]) == (1, "5550199", "2026-12-01T15:30+01:00")
    assert datetime.fromisoformat(one["asked"]) - NOW == timedelta(0)
    assert shown(tmp_path, "--done", "2") == (1, "nobody waits under 2; `offhook callbacks` shows who does\n")


def test_who_looks_at_a_list_of_nobody_leaves_no_file(tmp_path: Path) -> None:
    async def looked() -> list[Callback]:
        callbacks = Callbacks(tmp_path / FILE)
        waiting = await callbacks.open()
        await callbacks.close()
        return waiting

    assert (asyncio.run(looked()), list(tmp_path.iterdir())) == ([], [])


def test_the_command_shows_that_nobody_waits(tmp_path: Path) -> None:
    assert shown(tmp_path) == (0, "nobody waits to be called back\n")
    assert shown(tmp_path, "--json") == (0, "[]\n")
    assert shown(tmp_path, "--done", "1")[0] == 1
    assert not (tmp_path / FILE).exists()


def test_the_command_tells_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database, but long enough to be looked at " * 40)
    code, told = shown(tmp_path)
    assert code == 1
    assert f"{FILE} can't be used" in told


async def called(directory: Path, *ends: Unreached | None) -> None:
    """The bot calls the first who waits, again and again: nobody is reached, or, None, somebody answers."""
    kept = Callbacks(directory / FILE)
    try:
        for at, why in enumerate(ends):
            (number, *_), order = [one.number for one in await kept.open() if not one.given_up], f"order-{at}"
            assert await kept.begin(number, order, NOW, NOW + timedelta(minutes=1))
            assert not await kept.begin(number, "another", NOW, NOW + timedelta(minutes=1))  # by another agent
            if why is None:
                assert await kept.reached(order, NOW)
                assert not await kept.reached(order, NOW)
            else:
                await kept.missed(
                    order, End(why), NOW, lambda one: Standing(one.tries + 1, NOW if one.tries < 1 else None)
                )
    finally:
        await kept.close()


@pytest.mark.parametrize(
    ("ends", "states"),
    [
        ((), ["waiting"]),
        ((Unreached.BUSY,), ["tried once: busy"]),
        ((Unreached.BUSY, Unreached.NO_ANSWER), ["given up: no answer"]),
        ((Unreached.BUSY, None), []),
    ],
)
async def test_what_the_bot_has_tried_is_shown_and_survives_it(
    tmp_path: Path, ends: tuple[Unreached | None, ...], states: list[str]
) -> None:
    await runs(tmp_path, ("call_me_soon", {"phone": "5550100"}))
    await called(tmp_path, *ends)
    code, listed = await asyncio.to_thread(shown, tmp_path, "--json")
    assert code == 0
    assert [(one["phone"], one["tries"], one["state"]) for one in json.loads(listed)] == [
        ("5550100", len(ends), state) for state in states
    ]
    _, table = await asyncio.to_thread(shown, tmp_path)
    assert all(state.split()[0] in table for state in states)
    _, everyone = await asyncio.to_thread(shown, tmp_path, "--all")
    assert ("done" in everyone) is (not states)


async def test_a_try_that_nobody_has_told_the_end_of_may_be_begun_again_and_a_late_answer_of_it_counts(
    tmp_path: Path,
) -> None:
    await runs(tmp_path, SOON)
    kept = Callbacks(tmp_path / FILE)
    try:
        assert await kept.begin(1, "a", NOW, NOW + timedelta(minutes=1))
        assert await kept.begin(1, "b", NOW + timedelta(minutes=1), NOW + timedelta(minutes=2))
        assert await kept.reached("a", NOW)
        assert not await kept.done(1, NOW)
        assert not await kept.begin(1, "c", NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    finally:
        await kept.close()


async def test_one_of_a_file_of_before_is_listed_and_never_called(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        old.executescript(
            "CREATE TABLE callbacks (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, business TEXT "
            "NOT NULL, phone TEXT NOT NULL, name TEXT NOT NULL, about TEXT NOT NULL, at TEXT NOT NULL, asked TEXT NOT "
            "NULL, done TEXT NOT NULL DEFAULT '');"
            "INSERT INTO callbacks VALUES (1, 'k', 'Corner', '5550100', '', '', '', '2026-11-30T09:00:00+01:00', '');"
        )
    kept = Callbacks(tmp_path / FILE)
    try:
        (one,) = await kept.open()
        assert (one.phone, one.state, one.dialplan) == ("5550100", "waiting for a person", "")
        assert not await kept.begin(1, "a", NOW, NOW)
    finally:
        await kept.close()


@pytest.mark.parametrize(
    ("phone", "outcome"),
    [
        ("03012345678", Outcome.DONE),
        ("+493012345678", Outcome.DONE),
        ("0900123456", Outcome.REFUSED),
        ("0015550100", Outcome.REFUSED),
        ("4915112345678", Outcome.REFUSED),
        ("5550111", Outcome.REFUSED),  # its own
    ],
)
async def test_what_the_trunk_does_not_allow_is_not_promised(tmp_path: Path, phone: str, outcome: Outcome) -> None:
    (result,) = await runs(tmp_path, ("call_me_soon", {"phone": phone}))
    assert (result.outcome, result.why) == (outcome, "" if outcome is Outcome.DONE else "barred")


@pytest.mark.parametrize("keys", ["", "callbacks: {trunk: other}\n"])
async def test_anything_is_written_down_where_a_person_calls_or_no_trunk_is_set_up(tmp_path: Path, keys: str) -> None:
    plan = PLAN.replace("callbacks: {trunk: carrier}\n", keys)
    (result,) = await runs(tmp_path, ("call_me_soon", {"phone": "0900123456"}), plan=plan)
    assert result.outcome is Outcome.DONE


async def test_one_number_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    phones = ("03012345678", "00493012345678", "+493012345678", "03012345678")
    results = await runs(tmp_path, *[("call_me_soon", {"phone": phone}) for phone in phones])
    assert [result.why for result in results] == ["", "", "", "enough"]


async def test_who_was_given_up_may_ask_again(tmp_path: Path) -> None:
    await runs(tmp_path, *[SOON] * MOST_OPEN)
    await called(tmp_path, Unreached.BUSY, Unreached.BUSY)  # the first of them, until it is given up
    (result,) = await runs(tmp_path, SOON, key="later")
    assert result.outcome is Outcome.DONE


async def test_the_command_has_one_that_was_given_up_tried_again(tmp_path: Path) -> None:
    await runs(tmp_path, SOON)
    await called(tmp_path, Unreached.BUSY, Unreached.NO_ANSWER)
    code, listed = await asyncio.to_thread(shown, tmp_path, "--again", "1", "--json")
    (one,) = json.loads(listed)
    assert (code, one["state"], one["tries"]) == (0, "waiting", 0)
    code, told = await asyncio.to_thread(shown, tmp_path, "--again", "2")
    assert (code, told) == (
        1,
        "nobody whom the bot calls, and does not call right now, waits under 2; `offhook callbacks` shows who does\n",
    )


async def test_the_command_has_a_number_never_called_and_nothing_is_promised_to_it(tmp_path: Path) -> None:
    assert (await asyncio.to_thread(shown, tmp_path, "--never", "+49 30 1234-5678"))[0] == 0
    (result,) = await runs(tmp_path, ("call_me_soon", {"phone": "03012345678"}))
    assert (result.outcome, result.why) == (Outcome.REFUSED, "barred")
    by_a_person = PLAN.replace("callbacks: {trunk: carrier}\n", "")
    (result,) = await runs(tmp_path, ("call_me_soon", {"phone": "03012345678"}), key="b", plan=by_a_person)
    assert result.outcome is Outcome.DONE
    code, told = await asyncio.to_thread(shown, tmp_path, "--never", "nobody")
    assert (code, told) == (1, "nobody is no telephone number; write its digits\n")


async def test_what_was_asked_for_before_the_bot_called_is_for_a_person(tmp_path: Path) -> None:
    await runs(tmp_path, SOON, plan=PLAN.replace("callbacks: {trunk: carrier}\n", ""))
    kept = Callbacks(tmp_path / FILE)
    try:
        assert [one.state for one in await kept.open()] == ["waiting for a person"]
        assert not await kept.begin(1, "a", NOW, NOW)
        assert not await kept.again(1, NOW)
    finally:
        await kept.close()
