"""What trunks do to calls of ours that nobody writes into a contract."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from telephony.messages import Started, Transfer, TransferFailed
from telephony.orders import NotReached, Place, Unreached
from telephony.testing.caller import UserAgent
from telephony.testing.sip import Request, build
from telephony.transfers import Failure
from tests.telephony.line_process import LineProcess, TestAgent, until
from tests.telephony.scripted_trunk import ScriptedTrunk, description

Script = Callable[[ScriptedTrunk, Request], None]
SLOT_S = 8.0  # a call slot is taken no longer than that by a trunk that has died
ACCOUNT = {"registrar": "sip:sip.example.net", "username": "+4930123456", "password": "…", "line": 1}


@asynccontextmanager
async def placed(
    run_dir: Path, script: Script, ring_s: float = 5.0, **trunk: object
) -> AsyncIterator[tuple[ScriptedTrunk, LineProcess, TestAgent]]:
    """A call of the line's own, to a number at a trunk that does as scripted."""
    async with ScriptedTrunk(script) as scripted:
        table = {"name": "pbx", "peers": ["127.0.0.0/8"], "dial_at": scripted.here, "outbound": {"to": ["5550"]}}
        with LineProcess(run_dir, trunks=[table | trunk]) as line, TestAgent(line) as agent:
            agent.control.send(Place("a", "5550123", "pbx", "100", "default", ring_s))
            yield scripted, line, agent
            assert line.report.callback_errors == 0, line.logged()


def answers(sdp: bytes) -> Script:
    """Whoever is called answers, with this description."""

    def script(trunk: ScriptedTrunk, request: Request) -> None:
        if request.method == "INVITE":
            trunk.answer(request, 180)
            trunk.answer(request, 200, sdp=sdp)
        elif request.method == "BYE":
            trunk.answer(request, 200)

    return script


@pytest.mark.parametrize(
    ("answers", "ring_s", "status"), [(503, 5.0, 503), (403, 5.0, 403), (0, 2.0, 487), (0, 15.0, 408)]
)
async def test_a_trunk_that_is_away_says_nothing_of_the_number(
    tmp_path: Path, answers: int, ring_s: float, status: int
) -> None:
    def script(trunk: ScriptedTrunk, request: Request) -> None:
        if answers and request.method == "INVITE":
            trunk.answer(request, answers)

    async with placed(tmp_path, script, ring_s) as (_, _, agent):
        assert await agent.expect(NotReached, 20.0) == NotReached("a", status, Unreached.UNREACHABLE, rang=False)


G729 = 18


@pytest.mark.parametrize("sdp", [description(0), description(4000, G729)], ids=["no stream", "no codec of ours"])
async def test_whoever_answers_and_hears_nothing_was_not_reached(tmp_path: Path, sdp: bytes) -> None:
    async with placed(tmp_path, answers(sdp)) as (trunk, line, agent):
        assert await agent.expect(NotReached) == NotReached("a", 415, Unreached.FAILED, rang=True)
        await until(lambda: not line.report.slots)
        assert sorted(trunk.methods()) == ["ACK", "BYE", "INVITE"]
        assert not [each for each in agent.messages if isinstance(each, Started)]


async def test_a_target_who_answers_and_hears_nothing_gets_nobody(tmp_path: Path) -> None:
    async with ScriptedTrunk(answers(description(0))) as trunk:
        table = {"name": "pbx", "peers": ["127.0.0.0/8"], "dial_at": trunk.here}
        with LineProcess(tmp_path, trunks=[table]) as line, TestAgent(line) as agent:
            async with UserAgent() as phone:
                caller = await phone.call(f"sip:100@127.0.0.1:{line.port}")
                started = await agent.expect(Started)
                agent.control.send(Transfer(started.call.call, "200"))
                failed = await agent.expect(TransferFailed)
                assert (failed.status, failed.reason, failed.gone) == (415, Failure.FAILED, False)
                assert "REFER" not in caller.asked
                await until(lambda: line.report.slots == 1)
                await caller.hang_up()
            assert line.report.callback_errors == 0, line.logged()


async def test_a_redirection_is_followed_to_nobody_and_told_as_what_it_is(tmp_path: Path) -> None:
    def script(trunk: ScriptedTrunk, request: Request) -> None:
        if request.method == "INVITE":
            trunk.answer(request, 302, ("Contact", f"<sip:0900123@{trunk.here}>"))

    async with placed(tmp_path, script) as (trunk, _, agent):
        assert await agent.expect(NotReached) == NotReached("a", 302, Unreached.FAILED, rang=False)
        await until(lambda: "ACK" in trunk.methods())
        assert trunk.methods() == ["INVITE", "ACK"]


@pytest.mark.parametrize("dead", [True, False], ids=["dead", "never 487"])
async def test_a_trunk_that_never_ends_what_was_cancelled_holds_its_slot_for_seconds(
    tmp_path: Path, dead: bool
) -> None:
    def script(trunk: ScriptedTrunk, request: Request) -> None:
        if request.method == "INVITE":
            trunk.answer(request, 180)
        elif not dead:
            trunk.answer(request, 200)

    async with placed(tmp_path, script, ring_s=1.0) as (_, line, agent):
        assert await agent.expect(NotReached) == NotReached("a", 487, Unreached.NO_ANSWER, rang=True)
        assert line.report.slots == 1
        await until(lambda: not line.report.slots, SLOT_S + 12.0)


@pytest.mark.parametrize("first", ["INVITE", "CANCEL"])
async def test_whoever_answers_as_it_is_cancelled_is_not_left_on_a_dead_line(tmp_path: Path, first: str) -> None:
    def script(trunk: ScriptedTrunk, request: Request) -> None:
        invite = trunk.requests[0]
        if request.method == "INVITE":
            trunk.answer(request, 180)
        elif request.method == "BYE":
            trunk.answer(request, 200)
        elif request.method == "CANCEL" and first == "INVITE":
            trunk.answer(invite, 200, sdp=description(4000))
            trunk.answer(request, 200)
        elif request.method == "CANCEL":
            trunk.answer(request, 200)
            trunk.answer(invite, 200, sdp=description(4000))

    async with placed(tmp_path, script, ring_s=1.0) as (trunk, line, agent):
        assert (await agent.expect(NotReached)).reason is Unreached.NO_ANSWER
        await until(lambda: trunk.methods() == ["INVITE", "CANCEL", "ACK", "BYE"])
        await until(lambda: not line.report.slots)
        assert not [each for each in agent.messages if isinstance(each, Started)]


async def test_a_large_invite_stays_on_udp(tmp_path: Path) -> None:
    """One with a password has more than 1300 bytes at many a carrier, whose firewall may swallow TCP."""
    challenge = f'Digest realm="sip.example.net", nonce="{"ab" * 32}", opaque="{"cd" * 32}", qop="auth", algorithm=MD5'
    listeners: list[socket.socket] = []

    def script(trunk: ScriptedTrunk, request: Request) -> None:
        if request.method != "INVITE":
            return
        if request.headers.get("Authorization"):
            trunk.answer(request, 486)
        else:
            listeners.append(socket.create_server(("127.0.0.1", trunk.port)))
            trunk.answer(request, 401, ("WWW-Authenticate", challenge))

    async with placed(tmp_path, script, registration=ACCOUNT) as (trunk, _, agent):
        assert (await agent.expect(NotReached)).reason is Unreached.BUSY
        assert max(len(build(request)) for request in trunk.requests if request.method == "INVITE") > 1300
    listeners[0].close()
