"""Calls of ours at a trunk that is reached over TCP."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from telephony.errors import CallFailed
from telephony.messages import EndedBy, Finished, HangUp, Say, Started, Stock, Transfer, Transferred
from telephony.orders import NotReached, Place, Unreached
from telephony.testing.caller import Call, UserAgent
from telephony.testing.referee import Referee
from telephony.testing.sip import Request
from telephony.transfers import How
from tests.telephony.line_process import LineProcess, TestAgent, tone, until
from tests.telephony.test_placing import rings_on

ELSEWHERE = "192.0.2.1/32"


@asynccontextmanager
async def scene(
    run_dir: Path, peers: str = "127.0.0.0/8", rings: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[tuple[UserAgent, list[Call], LineProcess, TestAgent]]:
    calls: list[Call] = []

    async def ring(request: Request) -> None:
        if rings is not None:
            await rings()

    async def answer(call: Call) -> None:
        calls.append(call)
        await call.ended(20)

    async with UserAgent(transport="tcp", answer=answer, ring=ring, referee=Referee()) as trunk:
        home = f"127.0.0.1:{trunk.port};transport=tcp"
        trunks = [{"name": "pbx", "peers": [peers], "dial_at": home, "outbound": {"to": ["5550"]}}]
        with LineProcess(run_dir, trunks=trunks, numbers={"100": "default"}) as line, TestAgent(line) as agent:
            agent.audio.send(Stock("hello", tone(30.0)))
            yield trunk, calls, line, agent
            await until(lambda: not line.report.slots and not trunk.calls, what=lambda: f"left: {trunk.calls}")
            assert line.report.callback_errors == 0, line.logged()


def place(agent: TestAgent, ring_s: float = 5.0) -> None:
    agent.control.send(Place("a", "5550123", "pbx", "100", "default", ring_s))


async def spoken_to(agent: TestAgent, calls: list[Call]) -> tuple[str, Call]:
    """Somebody has answered what was placed, and hears the bot."""
    name = (await agent.expect(Started)).call.call
    agent.audio.send(Say(name, agent.epoch, 1, 0, stock="hello", last=True))
    await until(lambda: bool(calls))
    await calls[0].bot_speaks()
    return name, calls[0]


async def test_somebody_answers_and_the_bot_hangs_up(tmp_path: Path) -> None:
    async with scene(tmp_path) as (_, calls, _, agent):
        place(agent)
        name, call = await spoken_to(agent, calls)
        agent.control.send(HangUp(name))
        assert (await agent.expect(Finished)).by is EndedBy.BOT
        assert (await call.ended()).by == "peer"


@pytest.mark.parametrize("peers", ["127.0.0.0/8", ELSEWHERE])
async def test_who_was_called_hangs_up_by_a_connection_of_their_own(tmp_path: Path, peers: str) -> None:
    """The stack's has ended after 33 s; also a trunk that may not call us comes through the wall for that."""
    async with scene(tmp_path, peers) as (_, calls, line, agent):
        place(agent)
        _, call = await spoken_to(agent, calls)
        assert call.dialog.target == f"sip:offhook@127.0.0.1:{line.port};transport=TCP"
        await call.hang_up()
        assert (await agent.expect(Finished)).by is EndedBy.CALLER


async def test_nobody_answers_in_time(tmp_path: Path) -> None:
    async with scene(tmp_path, rings=rings_on) as (_, _, _, agent):
        place(agent, ring_s=1.0)
        assert await agent.expect(NotReached) == NotReached("a", 487, Unreached.NO_ANSWER, rang=True)


async def test_who_is_busy(tmp_path: Path) -> None:
    async def is_busy() -> None:
        raise CallFailed(486, "as scripted")

    async with scene(tmp_path, rings=is_busy) as (_, _, _, agent):
        place(agent)
        assert (await agent.expect(NotReached)).reason is Unreached.BUSY


async def test_a_trunk_that_is_away(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        away = f"127.0.0.1:{taken.getsockname()[1]};transport=tcp"
    trunks = [{"name": "pbx", "peers": ["127.0.0.0/8"], "dial_at": away, "outbound": {"to": ["5550"]}}]
    with LineProcess(tmp_path, trunks=trunks) as line, TestAgent(line) as agent:
        place(agent)
        assert await agent.expect(NotReached) == NotReached("a", 503, Unreached.UNREACHABLE, rang=False)
        assert line.report.slots == 0
        assert line.report.callback_errors == 0, line.logged()


@pytest.mark.parametrize("how", [How.CONSULT, How.BLIND])
async def test_a_caller_is_put_through(tmp_path: Path, how: How) -> None:
    async with scene(tmp_path) as (trunk, _, line, agent):
        caller = await trunk.call(f"sip:100@127.0.0.1:{line.port};transport=tcp", "5550100")
        name = (await agent.expect(Started)).call.call
        agent.control.send(Transfer(name, "200", how))
        assert (await agent.expect(Transferred)).status == 200
        assert (await agent.expect(Finished)).by is EndedBy.TRANSFERRED
        assert (await caller.ended()).by == "peer"
        (refer,) = trunk.referee.referred
        assert refer.headers.get("Refer-To").startswith(f"<sip:200@127.0.0.1:{trunk.port};transport=tcp?")
