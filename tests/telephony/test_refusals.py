"""What the line answers to calls it does not take, and that it survives what is no call at all."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import time
from pathlib import Path

import pytest

from telephony.messages import Started
from tests.telephony.line_process import PATIENCE_S, LineProcess, TestAgent, until
from tests.telephony.wire import Peer

BAD_DATAGRAMS = (
    b"",
    b"\0" * 4000,
    b"INVITE",
    b"INVITE sip:100@127.0.0.1 SIP/2.0\r\n\r\n",
    b"INVITE sip:100@127.0.0.1 SIP/2.0\r\nVia: nonsense\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n",
    b"SIP/2.0 200 OK\r\n\r\n",
    b"OPTIONS \xff\xfe\xfd SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n\r\n",
    b"INVITE sip:100@127.0.0.1 SIP/2.0\r\n" + b"X-Long: " + b"a" * 3900 + b"\r\n\r\n",
)


async def answered(line: LineProcess, agent: TestAgent) -> None:
    """A good call still works."""
    async with Peer(line.port) as good:
        final = await good.call()
        assert final.startswith("SIP/2.0 200"), final
        await until(lambda: any(isinstance(m, Started) for m in agent.messages))
        await good.bye()
    await until(lambda: not line.report.calls)


async def test_unknown_number(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    assert (await peer.call("999")).startswith("SIP/2.0 404")
    await until(lambda: line.report.refused.get("unknown number", 0) >= 1)


async def test_no_common_codec(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    sdp = peer.sdp("18").replace("a=rtpmap:0", "a=rtpmap:18 G729/8000\r\na=rtpmap:0")
    assert (await peer.call(sdp=sdp)).startswith("SIP/2.0 488")


@pytest.mark.parametrize("keep", [10, 40, 90, 130])
async def test_truncated_sdp(line: LineProcess, agent: TestAgent, peer: Peer, keep: int) -> None:
    final = await peer.call(sdp=peer.sdp()[:keep])
    assert re.match(r"SIP/2.0 4\d\d", final), final
    await answered(line, agent)


async def test_malformed_datagrams(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    for datagram in BAD_DATAGRAMS:
        peer.send(datagram)
    good = peer.request("INVITE", peer.sdp()).encode()
    chance = random.Random(3)
    for _ in range(300):
        broken = bytearray(good[: chance.randrange(20, len(good))])
        for _ in range(chance.randrange(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        broken[:1] = b"X"  # a method that does not exist: nothing of this may open a call
        peer.send(bytes(broken))
        await asyncio.sleep(0.001)
    await answered(line, agent)


async def test_the_fourth_call_is_told_to_come_again(line: LineProcess, agent: TestAgent) -> None:
    peers = [Peer(line.port) for _ in range(4)]
    for each in peers:
        await each.__aenter__()
    for each in peers[:3]:
        assert (await each.call()).startswith("SIP/2.0 200")
    final = await peers[3].call()
    assert final.startswith("SIP/2.0 503")
    assert "Retry-After: 5" in final
    for each in peers[:3]:
        await each.bye()
    for each in peers:
        await each.__aexit__()
    await answered(line, agent)


async def test_no_agent_yet(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as fresh:
        async with Peer(fresh.port) as peer:
            final = await peer.call()
            assert final.startswith("SIP/2.0 503")
            assert "Retry-After: 5" in final


async def test_strangers_get_no_slot_and_do_not_delay_others(tmp_path: Path) -> None:
    trunk = {"name": "pbx", "peers": ["127.0.0.1/32"]}
    with LineProcess(tmp_path, trunks=[trunk]) as line, TestAgent(line) as agent:
        async with Peer(line.port, bind="127.0.0.3") as stranger:
            assert (await stranger.call()).startswith("SIP/2.0 403")
            stranger.remote_tag = ""
            stranger.send(stranger.request("OPTIONS"))
            with pytest.raises(AssertionError, match="seen: \\[\\]"):
                await stranger.expect(".", within=0.3)
            sent = 0
            slowest = 0.0
            began = time.monotonic()
            for round_number in range(5):
                for _ in range(50):
                    stranger.call_id = f"{sent}@stranger"
                    stranger.remote_tag = ""
                    stranger.send(stranger.request("INVITE", stranger.sdp()))
                    sent += 1
                    await asyncio.sleep(max(0.0, began + sent / 100 - time.monotonic()))
                async with Peer(line.port) as good:
                    asked = time.monotonic()
                    assert (await good.call()).startswith("SIP/2.0 200")
                    slowest = max(slowest, time.monotonic() - asked)
                    await agent.expect(Started, count=round_number + 1)
                    await good.bye()
            assert slowest < 1.0
            await until(
                lambda: line.report.refused.get("stranger", 0) == sent + 2,
                what=lambda: f"{line.report} {sent} {slowest}",
            )


async def test_port_in_use(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with LineProcess(tmp_path, sip={"port": port}) as line:
            assert line.process.wait(PATIENCE_S) == 2
            assert f"port {port}" in line.report.error
            assert "in use" in line.report.error
            assert not line.report.ready


async def test_strangers_cannot_flood_the_tcp_port(tmp_path: Path) -> None:
    """67 quick connections end the stack by an assertion: strangers' never come through."""
    trunk = {"name": "pbx", "peers": ["127.0.0.1/32"]}
    with LineProcess(tmp_path, trunks=[trunk]) as line, TestAgent(line) as agent:
        for _ in range(100):
            with socket.socket() as stranger:
                stranger.settimeout(0.01)
                stranger.bind(("127.0.0.3", 0))
                with pytest.raises(TimeoutError):
                    stranger.connect(("127.0.0.1", line.port))
        with socket.create_connection(("127.0.0.1", line.port), timeout=1.0):
            await answered(line, agent)


async def test_a_rush_of_trusted_calls(line: LineProcess, agent: TestAgent) -> None:
    """More calls a second than the stack's socket table holds: the rest is told to come again, nothing breaks."""
    statuses = []
    for _ in range(60):
        async with Peer(line.port) as each:
            statuses.append((await each.call()).split(" ")[1])
            if statuses[-1] == "200":
                await each.bye()
    assert set(statuses) == {"200", "503"}
    await until(lambda: line.report.refused.get("rush", 0) > 0)
    await asyncio.sleep(1.0)
    await answered(line, agent)
