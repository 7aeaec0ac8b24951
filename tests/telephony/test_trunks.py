"""Trunks on the wire: registrations, who may call, numbers, addresses, TCP, the trace."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import Any

from telephony.messages import Started
from telephony.report import TrunkReport
from tests.telephony.line_process import PATIENCE_S, LineProcess, TestAgent, until
from tests.telephony.registrar import Registrar
from tests.telephony.wire import Peer


def registered(port: int, password: str = "s3cret", **more: Any) -> dict[str, Any]:
    registration = {"registrar": f"sip:127.0.0.1:{port}", "username": "bot", "password": password, "expires": 30}
    return {"name": "pbx", "registration": registration} | more


async def status(line: LineProcess, wanted: str) -> TrunkReport:
    await until(
        lambda: any(trunk.registration == wanted for trunk in line.report.trunks), what=lambda: str(line.report)
    )
    return line.report.trunks[0]


async def test_registration_with_digest_and_its_end(tmp_path: Path) -> None:
    registrar = Registrar("bot", "s3cret")
    port = await registrar.start()
    with LineProcess(tmp_path, trunks=[registered(port)]) as line:
        trunk = await status(line, "registered")
        assert (trunk.name, trunk.status, trunk.reason) == ("pbx", 200, "")
        assert f":{line.port}" in registrar.bindings[0][0]
        with TestAgent(line):
            async with Peer(line.port) as peer:  # calls come from the registrar's address
                assert (await peer.call()).startswith("SIP/2.0 200")
                await peer.bye()
        line.process.terminate()
        await until(lambda: bool(registrar.bindings) and registrar.bindings[-1][1] == 0)
    registrar.close()


async def test_wrong_password_is_said_in_plain_words(tmp_path: Path) -> None:
    registrar = Registrar("bot", "s3cret")
    port = await registrar.start()
    with LineProcess(tmp_path, trunks=[registered(port, "wr0ng-password")]) as line:
        trunk = await status(line, "failed")
        assert trunk.status in {401, 403}
        assert "password" in trunk.reason
        assert "'pbx'" in trunk.reason
        assert "wr0ng-password" not in line.logged()
        assert "check username, password and realm" in line.logged()
    registrar.close()


async def test_a_call_behind_nat_is_answered_with_the_registered_contact(tmp_path: Path) -> None:
    registrar = Registrar("bot", "s3cret", seen_as=("203.0.113.7", 5099))  # RFC 5737: a documentation address
    port = await registrar.start()
    with LineProcess(tmp_path, trunks=[registered(port)]) as line:
        await until(lambda: any("203.0.113.7:5099" in contact for contact, _ in registrar.bindings))
        with TestAgent(line):
            async with Peer(line.port) as peer:  # the dialled number is in the request line, not the user name
                answer = await peer.call()
                await peer.bye()
    contact = re.search(r"^Contact:\s*(.*?)\r$", answer, re.MULTILINE)
    assert contact is not None
    assert "203.0.113.7:5099" in contact[1]
    registrar.close()


async def test_registrar_that_does_not_answer(tmp_path: Path) -> None:
    silent = Registrar("bot", "x")
    port = await silent.start()
    silent.close()
    with LineProcess(tmp_path, trunks=[registered(port)]) as line:
        trunk = await status(line, "failed")
        assert "does not answer" in trunk.reason


async def test_numbers_and_callers(tmp_path: Path) -> None:
    trunk = {
        "name": "carrier", "peers": ["127.0.0.0/8"], "trusted": True, "called_from": "diversion",
        "country_code": "49", "codecs": ["PCMA", "PCMU"],
    }  # fmt: skip
    numbers = {"+493012345": "office", "*": "rest"}
    with LineProcess(tmp_path, trunks=[trunk], numbers=numbers) as line, TestAgent(line) as agent:
        async with Peer(line.port, user="anonymous") as peer:
            headers = (
                'P-Asserted-Identity: "A" <sip:0170 555@carrier>\r\n'.replace(" 555", "555")
                + "Diversion: <sip:03012345@carrier>;reason=unconditional\r\n"
            )
            final = await peer.call("4711", peer.sdp("0 8 101"), headers)
            assert re.search(r"^m=audio \d+ RTP/AVP 8 101", final, re.MULTILINE)
            call = (await agent.expect(Started)).call
            assert (call.caller, call.called, call.dialplan, call.trunk) == (
                "+49170555", "+493012345", "office", "carrier",
            )  # fmt: skip
            await peer.bye()
        async with Peer(line.port) as peer:
            await peer.call("4711", headers="P-Asserted-Identity: <sip:1@x>\r\nPrivacy: id\r\n")
            call = (await agent.expect(Started, count=2)).call
            assert (call.caller, call.called, call.dialplan) == ("", "4711", "rest")
            await peer.bye()


async def test_public_address(tmp_path: Path) -> None:
    sip = {"public_address": "192.0.2.7"}
    with LineProcess(tmp_path, sip=sip) as line, TestAgent(line):
        async with Peer(line.port) as peer:
            final = await peer.call(ack=False)
            assert "c=IN IP4 192.0.2.7" in final
            assert re.search(r"^Contact: <sip:[^>]*@192\.0\.2\.7:", final, re.MULTILINE)
            peer.ack()
            await peer.bye()


async def test_call_over_tcp(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    request = peer.request("INVITE", peer.sdp()).replace("SIP/2.0/UDP", "SIP/2.0/TCP")
    request = re.sub(r"Contact: <([^>]*)>", r"Contact: <\1;transport=tcp>", request)
    writer.write(request.encode()[:200])
    await writer.drain()
    await asyncio.sleep(0.05)  # a message in two segments
    writer.write(request.encode()[200:])
    answer = ""
    deadline = time.monotonic() + PATIENCE_S
    while "SIP/2.0 200" not in answer and time.monotonic() < deadline:
        answer += (await asyncio.wait_for(reader.read(4096), PATIENCE_S)).decode()
    peer.remote_tag = re.findall(r"^To:.*;tag=(\S+)", answer, re.MULTILINE)[-1]
    writer.write(peer.request("ACK", cseq=peer.cseq).replace("SIP/2.0/UDP", "SIP/2.0/TCP").encode())
    await agent.expect(Started)
    writer.write(peer.request("BYE").replace("SIP/2.0/UDP", "SIP/2.0/TCP").encode())
    await until(lambda: not line.report.calls)
    peer.remote_tag = ""
    writer.close()


async def test_trace_of_one_caller_holds_no_secret(tmp_path: Path) -> None:
    registrar = Registrar("bot", "s3cret")
    port = await registrar.start()
    trunks = [registered(port)]
    with LineProcess(tmp_path, trunks=trunks, sip={"trace_call": "5550177"}) as line, TestAgent(line):
        await status(line, "registered")
        for user in ("5550177", "5550188"):
            async with Peer(line.port, user=user) as peer:
                await peer.call(headers='Proxy-Authorization: Digest username="u", response="deadbeef"\r\n')
                await peer.bye()
        await asyncio.sleep(0.1)
        log = line.logged()
        assert log.count('"event": "sip trace"') >= 5
        assert "INVITE sip:100" in log
        assert "5550188" not in log
        assert "deadbeef" not in log
        assert "REGISTER" not in log
    registrar.close()


async def test_dead_peers_give_their_slots_back(tmp_path: Path) -> None:
    with LineProcess(tmp_path, limits={"max_call_s": 1}) as line, TestAgent(line) as agent:
        peers = [Peer(line.port) for _ in range(3)]
        for each in peers:
            await each.__aenter__()
            assert (await each.call()).startswith("SIP/2.0 200")
        await until(lambda: bool(line.report.calls))
        await until(lambda: not line.report.calls)  # ended by us; nobody answers the BYEs
        async with Peer(line.port) as fourth, Peer(line.port) as fifth:
            assert (await fourth.call()).startswith("SIP/2.0 200")
            assert (await fifth.call()).startswith("SIP/2.0 503")
        await agent.expect(Started, count=4)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            async with Peer(line.port) as later:
                if (await later.call()).startswith("SIP/2.0 200"):
                    await later.bye()
                    break
            assert time.monotonic() < deadline
            await asyncio.sleep(0.5)
        for each in peers:
            await each.__aexit__()
