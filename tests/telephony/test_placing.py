"""Calls that the line places, on the wire: the peer is the trunk, and the person who is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from telephony.errors import CallFailed
from telephony.messages import Digit, EndedBy, Finished, HangUp, Say, Started, Stock
from telephony.orders import NotReached, Place, Unreached
from telephony.testing.call import Call
from telephony.testing.sip import Request
from telephony.testing.user_agent import UserAgent
from tests.telephony.line_process import LineProcess, TestAgent, tone, until

LOUD = 500


@dataclass
class Person:
    """Somebody with a telephone, behind a trunk."""

    rings: Callable[[], Awaitable[None]] | None = None
    does: Callable[[Call], Awaitable[None]] | None = None
    invites: list[Request] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    async def ring(self, request: Request) -> None:
        self.invites.append(request)
        if self.rings is not None:
            await self.rings()

    async def answer(self, call: Call) -> None:
        self.calls.append(call)
        if self.does is not None:
            await self.does(call)
        await call.ended(20)


@dataclass
class Scene:
    """A line that may call numbers that begin with 5550, but not with 55509, ten times an hour."""

    line: LineProcess
    agent: TestAgent
    trunk: UserAgent

    def place(self, order: str = "a", to: str = "5550123", **other: object) -> None:
        message = Place(order, to, **({"trunk": "pbx", "caller": "100", "dialplan": "default"} | other))  # type: ignore[arg-type]
        self.agent.control.send(message)

    async def not_reached(self, count: int = 1) -> tuple[str, int, Unreached]:
        message = await self.agent.expect(NotReached, count=count)
        return message.order, message.status, message.reason

    async def nobody_is_left(self) -> None:
        await until(lambda: not self.trunk.calls and not self.line.report.calls)


@asynccontextmanager
async def scene(
    run_dir: Path,
    person: Person,
    an_hour: int = 10,
    numbers: Mapping[str, str] | None = None,
    drain_s: float = 1.0,
    **limits: int,
) -> AsyncIterator[Scene]:
    async with UserAgent(answer=person.answer, ring=person.ring) as trunk:
        outbound = {"to": ("5550",), "never": ("55509",), "an_hour": an_hour}
        here = f"127.0.0.1:{trunk.port}"
        trunks = [{"name": "pbx", "peers": ["127.0.0.0/8"], "dial_at": here, "outbound": outbound}]
        with (
            LineProcess(run_dir, drain_s, trunks=trunks, limits=limits, numbers=numbers or {}) as line,
            TestAgent(line) as agent,
        ):
            agent.audio.send(Stock("hello", tone(30.0)))
            yield Scene(line, agent, trunk)
            assert line.report.callback_errors == 0, line.logged()


async def rings_on() -> None:
    await asyncio.sleep(60)


async def is_busy() -> None:
    raise CallFailed(486, "as scripted")


async def test_somebody_answers_and_it_is_a_call_like_any_other(tmp_path: Path) -> None:
    async def speaks(call: Call) -> None:
        await call.play(np.frombuffer(tone(1.0), "<i2"))
        await call.dtmf("5")

    person = Person(does=speaks)
    async with scene(tmp_path, person) as on:
        on.place()
        started = (await on.agent.expect(Started)).call
        assert (started.order, started.trunk, started.dialplan) == ("a", "pbx", "default")
        assert (started.caller, started.called, started.codec) == ("5550123", "100", "PCMU/8000")
        on.agent.audio.send(Say(started.call, on.agent.epoch, 1, 0, stock="hello", last=True))
        (invite,) = person.invites
        assert invite.uri == f"sip:5550123@127.0.0.1:{on.trunk.port}"
        assert invite.headers.get("From").startswith("<sip:100@127.0.0.1")
        assert invite.headers.get("X-Offhook-Call") == started.call
        await until(lambda: bool(person.calls))  # their ACK may come behind our news
        (call,) = person.calls
        await call.bot_speaks(3)
        await until(lambda: any(_loud(heard.pcm) for heard in list(on.agent.heard)))
        assert (await on.agent.expect(Digit)).digit == "5"
        on.agent.control.send(HangUp(started.call))
        finished = await on.agent.expect(Finished)
        assert (finished.call, finished.by) == (started.call, EndedBy.BOT)
        await on.nobody_is_left()
        assert not [each for each in on.agent.messages if isinstance(each, NotReached)]


def _loud(pcm: bytes) -> bool:
    return bool(np.abs(np.frombuffer(pcm, "<i2")).max() > LOUD)


async def test_whoever_refuses_is_told_apart(tmp_path: Path) -> None:
    statuses = {
        486: Unreached.BUSY,
        480: Unreached.NO_ANSWER,
        603: Unreached.DECLINED,
        404: Unreached.UNKNOWN,
        503: Unreached.FAILED,
    }
    left = list(statuses)

    async def refuse() -> None:
        raise CallFailed(left.pop(0), "as scripted")

    async with scene(tmp_path, Person(rings=refuse)) as on:
        for count, (status, reason) in enumerate(statuses.items(), 1):
            on.place(str(status))
            assert await on.not_reached(count=count) == (str(status), status, reason)
        await on.nobody_is_left()
        assert not [each for each in on.agent.messages if isinstance(each, Started | Finished)]


async def test_the_bot_does_not_call_itself(tmp_path: Path) -> None:
    person = Person()
    async with scene(tmp_path, person, numbers={"5550199": "default", "*": "default"}) as on:
        on.place(to="5550199")
        assert await on.not_reached() == ("a", 0, Unreached.NOT_ALLOWED)
        assert not person.invites


async def test_nobody_answers_in_time(tmp_path: Path) -> None:
    async with scene(tmp_path, Person(rings=rings_on)) as on:
        on.place(ring_s=1.0)
        assert await on.not_reached() == ("a", 487, Unreached.NO_ANSWER)
        assert (await on.agent.expect(NotReached)).rang
        assert any("CANCEL sip" in each for each in on.trunk.trace)
        await on.nobody_is_left()


async def test_what_no_configuration_allows_is_never_dialled(tmp_path: Path) -> None:
    person = Person()
    async with scene(tmp_path, person) as on:
        forbidden = ("4420", "55509001", "sip:5550123@elsewhere.example", "anna", "")
        for order in forbidden:
            on.place(order, order)
        on.place("trunk", trunk="loopback")
        *came, nowhere = [await on.not_reached(count=count) for count in range(1, len(forbidden) + 2)]
        assert came == [(order, 0, Unreached.NOT_ALLOWED) for order in forbidden]
        assert nowhere == ("trunk", 0, Unreached.NOT_SET_UP)
        assert not person.invites


async def test_no_more_in_an_hour_than_allowed(tmp_path: Path) -> None:
    async with scene(tmp_path, Person(rings=is_busy), an_hour=1) as on:
        on.place()
        assert await on.not_reached() == ("a", 486, Unreached.BUSY)
        on.place("b")
        assert await on.not_reached(count=2) == ("b", 0, Unreached.LIMIT)


async def test_callers_come_first(tmp_path: Path) -> None:
    """Of two conversations one is a caller's: another call is placed only beside none, and rings only until both are
    wanted."""
    async with scene(tmp_path, Person(rings=rings_on), conversations=2) as on:
        on.place()
        await until(lambda: len(on.line.report.calls) == 1)
        caller = await on.trunk.call(f"sip:100@127.0.0.1:{on.line.port}", "5550100")
        assert await on.not_reached() == ("a", 487, Unreached.GAVE_WAY)
        on.place("b")
        assert await on.not_reached(count=2) == ("b", 0, Unreached.NO_ROOM)
        other = await on.trunk.call(f"sip:100@127.0.0.1:{on.line.port}", "5550101")
        for call in (caller, other):
            await call.hang_up()
        await on.nobody_is_left()


async def test_what_rings_is_called_off_with_its_agent(tmp_path: Path) -> None:
    async with scene(tmp_path, Person(rings=rings_on)) as on:
        on.place()
        await until(lambda: len(on.line.report.calls) == 1)
        on.agent.die()
        await until(lambda: any("CANCEL sip" in each for each in on.trunk.trace))
        await on.nobody_is_left()


@pytest.mark.parametrize("drain_s", [0.0, 5.0])
async def test_what_rings_is_called_off_with_its_line(tmp_path: Path, drain_s: float) -> None:
    """Nobody was unreachable for that, also where the line does not wait for its calls."""
    async with scene(tmp_path, Person(rings=rings_on), drain_s=drain_s) as on:
        on.place()
        await until(lambda: len(on.line.report.calls) == 1)
        on.line.process.terminate()
        assert await on.not_reached() == ("a", 487, Unreached.CALLED_OFF)
        assert await asyncio.to_thread(on.line.process.wait, 30.0) == 0
