"""A real call over loopback: answered, heard, spoken to, ended."""

from __future__ import annotations

import asyncio
import itertools
import random
import re

import numpy as np
import pytest

from telephony.messages import (
    Attached,
    Began,
    Digit,
    Drop,
    Ended,
    EndedBy,
    Finished,
    HangUp,
    Held,
    Pause,
    Played,
    Restore,
    Say,
    SendDigits,
    Started,
    Stock,
    Why,
)
from tests.telephony.line_process import LineProcess, TestAgent, tone, until
from tests.telephony.wire import EVENT, Peer, from_ulaw


def greets(agent: TestAgent, seconds: float = 1.0, hang_up: bool = False) -> None:
    """Let the agent greet each call with a tone."""
    agent.audio.send(Stock(f"tone-{seconds}", tone(seconds)))

    def greet(started: Started) -> None:
        agent.audio.send(Say(started.call.call, agent.epoch, 1, 0, stock=f"tone-{seconds}", last=True))
        if hang_up:
            agent.control.send(HangUp(started.call.call, after=1))

    agent.on_start = greet


async def test_greeting_is_heard_whole_and_soon(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    greets(agent, hang_up=True)
    await peer.call(ack=False)
    acked = peer.ack()
    speaking = asyncio.create_task(peer.rtp.speak(peer.media, np.zeros(8000 * 2, np.int16)))
    await peer.expect(r"^BYE")
    speaking.cancel()
    first = peer.rtp.first_loud()
    assert first is not None
    assert first - acked <= 0.150
    loud = np.flatnonzero(np.abs(peer.rtp.heard()) > 500)
    assert 0.97 <= (loud[-1] - loud[0]) / 8000 <= 1.01
    ended = await agent.expect(Ended)
    assert ended.why is Why.PLAYED
    assert ended.samples == 16_000
    assert (await agent.expect(Played)).samples == 16_000
    assert (await agent.expect(Began)).at == ended.at - 16_000
    assert (await agent.expect(Finished)).by is EndedBy.BOT
    await until(lambda: not line.report.calls)
    ats = [heard.at for heard in agent.heard]
    assert ats == list(range(0, len(ats) * 320, 320))


async def test_rtp_has_no_gaps_while_nobody_speaks(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    await asyncio.sleep(1.0)
    sequence = [packet.sequence for packet in peer.rtp.packets]
    assert len(sequence) >= 45
    assert all((b - a) & 0xFFFF == 1 for a, b in itertools.pairwise(sequence))
    await peer.bye()
    finished = await agent.expect(Finished)
    assert finished.by is EndedBy.CALLER


async def test_caller_is_heard_on_the_call_clock(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    await peer.rtp.speak(peer.media, np.zeros(4000, np.int16))
    wave = np.frombuffer(tone(0.5), "<i2")[::2]
    await peer.rtp.speak(peer.media, wave)
    await asyncio.sleep(0.2)
    pcm = np.concatenate([np.frombuffer(heard.pcm, "<i2") for heard in agent.heard])
    loud = np.flatnonzero(np.abs(pcm) > 1000)
    assert 0.47 <= (loud[-1] - loud[0]) / 16_000 <= 0.62  # concealment may stretch it
    concealed = sum(heard.concealed for heard in agent.heard[10:40])
    assert concealed <= 2  # of 30: on a busy machine this test itself may send a packet late
    await peer.bye()


async def test_facts_of_the_call(agent: TestAgent, peer: Peer) -> None:
    await peer.call("200")
    call = (await agent.expect(Started)).call
    assert (call.called, call.caller, call.dialplan, call.trunk, call.codec) == (
        "200", "5550100", "other", "loopback", "PCMU/8000",
    )  # fmt: skip
    await peer.bye()


@pytest.mark.parametrize(
    ("payloads", "codec", "answer"),
    [
        ("8 101", "PCMA/8000", "8 101"),
        ("9 101", "G722/16000", "9 101"),
        ("8 0 101", "PCMU/8000", "0 101"),
    ],
)
async def test_codecs_in_our_order(agent: TestAgent, peer: Peer, payloads: str, codec: str, answer: str) -> None:
    final = await peer.call(sdp=peer.sdp(payloads))
    assert re.search(rf"^m=audio \d+ RTP/AVP {answer}\b", final, re.MULTILINE), final
    assert (await agent.expect(Started)).call.codec == codec
    await peer.bye()


@pytest.mark.parametrize("ptime", [10, 30, 40, 60])
async def test_other_packet_times(agent: TestAgent, peer: Peer, ptime: int) -> None:
    greets(agent)
    await peer.call(sdp=peer.sdp(ptime=ptime, extra=f"a=maxptime:{ptime}\r\n"))
    wave = np.frombuffer(tone(0.6), "<i2")[::2]
    await peer.rtp.speak(peer.media, wave, ptime=ptime)
    await asyncio.sleep(0.7)
    pcm = np.concatenate([np.frombuffer(heard.pcm, "<i2") for heard in agent.heard])
    assert np.count_nonzero(np.abs(pcm) > 1000) > 0.6 * 0.8 * 16_000
    loud = np.flatnonzero(np.abs(peer.rtp.heard()) > 500)
    assert 0.95 <= (loud[-1] - loud[0]) / 8000 <= 1.02
    await peer.bye()


async def test_invite_without_sdp(agent: TestAgent, peer: Peer) -> None:
    greets(agent)
    await peer.call(sdp="", ack=False)
    peer.ack(peer.sdp())
    await agent.expect(Started)
    await until(lambda: peer.rtp.first_loud() is not None)
    await peer.bye()


async def test_lost_ack_is_asked_for_again(agent: TestAgent, peer: Peer) -> None:
    await peer.call(ack=False)
    await peer.expect(r"^SIP/2.0 200")
    assert not agent.messages
    peer.ack()
    await agent.expect(Started)
    await peer.bye()


async def test_cancel_before_the_answer_is_seen(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    peer.send(peer.request("INVITE", peer.sdp()))
    peer.send(peer.request("CANCEL", cseq=peer.cseq, branch=peer.branch))
    final = await peer.expect(r"^SIP/2.0 (200|487)")
    if "INVITE" in re.findall(r"^CSeq: .*$", final, re.MULTILINE)[0]:  # answered already: the CANCEL comes too late
        peer.remote_tag = re.findall(r"^To:.*;tag=(\S+)", final, re.MULTILINE)[0]
        peer.ack()
        await peer.bye()
    await until(lambda: not line.report.calls)


async def test_digits_come_once_whatever_way(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    await asyncio.sleep(0.2)  # the stream begins with our ACK: what comes before it is nobody's
    for event, digit in ((1, "1"), (2, "2"), (2, "2"), (11, "#")):
        for duration, end in ((160, 0), (320, 0), (480, 0), (800, 0x80), (800, 0x80), (800, 0x80)):
            payload = bytes([event, end | 10]) + duration.to_bytes(2, "big")
            peer.rtp.send(peer.media, payload, EVENT, samples=0, marker=duration == 160)
            await asyncio.sleep(0.01)
        peer.rtp.timestamp += 1600
        await asyncio.sleep(0.05)
        assert digit
    info = "Signal=5\r\nDuration=160\r\n"
    peer.send(peer.request("INFO", info, "Content-Type: application/dtmf-relay\r\n"))
    await peer.expect("^SIP/2.0 200")
    await agent.expect(Digit, count=5)
    await asyncio.sleep(0.2)
    assert "".join(m.digit for m in agent.messages if isinstance(m, Digit)) == "122#5"
    await peer.bye()


async def test_digits_out(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    started = await agent.expect(Started)
    agent.control.send(SendDigits(started.call.call, "4#"))
    await until(lambda: {p.payload[0] for p in peer.rtp.packets if p.payload_type == EVENT} == {4, 11})
    await peer.bye()


async def test_hold_and_back(agent: TestAgent, peer: Peer) -> None:
    greets(agent, seconds=3.0)
    await peer.call()
    await until(lambda: peer.rtp.first_loud() is not None)
    peer.send(peer.request("INVITE", peer.sdp(direction="sendonly")))
    answer = await peer.expect("^SIP/2.0 200")
    assert "a=recvonly" in answer
    peer.ack()
    assert (await agent.expect(Held)).on
    await asyncio.sleep(0.5)
    quiet_from = len(peer.rtp.packets)
    await asyncio.sleep(0.5)
    assert len(peer.rtp.packets) - quiet_from <= 1
    peer.send(peer.request("INVITE", peer.sdp()))
    answer = await peer.expect("^SIP/2.0 200")
    assert "a=sendrecv" in answer
    peer.learn_media(answer)
    peer.ack()
    assert not (await agent.expect(Held, count=2)).on
    ended = await agent.expect(Ended)
    assert ended.samples == 48_000
    loud = np.count_nonzero(np.abs(peer.rtp.heard()) > 500) / 8000
    assert loud > 2.7
    clock = [heard.at for heard in agent.heard]
    assert clock == list(range(0, len(clock) * 320, 320))
    await peer.bye()


async def test_direct_media_reinvite_at_once(agent: TestAgent, peer: Peer) -> None:
    greets(agent)
    await peer.call()
    await asyncio.sleep(0.002)
    other = Peer(peer.to[1])
    peer.send(peer.request("INVITE", peer.sdp(port=other.rtp.port)))
    peer.learn_media(await peer.expect("^SIP/2.0 200"))
    peer.ack()
    ended = await agent.expect(Ended)
    assert ended.why is Why.PLAYED
    await asyncio.sleep(0.2)
    loud = np.count_nonzero(np.abs(np.concatenate([peer.rtp.heard(), other.rtp.heard()])) > 500) / 8000
    assert loud > 0.85  # a sine is under 500 for 4% of the time
    other.rtp.close()
    await peer.bye()


async def test_transfer_of_the_bot_is_refused(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    peer.send(peer.request("REFER", headers=f"Refer-To: <sip:900@127.0.0.1:{peer.port}>\r\n"))
    await peer.expect("^SIP/2.0 603")
    await peer.bye()


async def test_options_are_answered(agent: TestAgent, peer: Peer) -> None:
    peer.send(peer.request("OPTIONS"))
    await peer.expect("^SIP/2.0 200")


async def test_pause_restore_drop(agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    call = (await agent.expect(Started)).call.call
    pcm = tone(0.2)
    for piece in range(10):
        agent.audio.send(Say(call, agent.epoch, 1, piece, pcm=pcm, last=piece == 9))
    await agent.expect(Played, count=2)
    agent.control.send(Pause(call, 1))
    await asyncio.sleep(0.1)
    mark = len(peer.rtp.packets)
    await asyncio.sleep(0.3)
    assert all(np.abs(from_ulaw(packet.payload)).max() < 100 for packet in peer.rtp.packets[mark:])
    agent.control.send(Restore(call, 1))
    await agent.expect(Played, count=4)
    agent.control.send(Drop(call, 1))
    ended = await agent.expect(Ended)
    assert ended.why is Why.DROPPED
    played = [message for message in agent.messages if isinstance(message, Played)]
    assert sum(message.samples for message in played) == ended.samples
    assert [message.piece for message in played] == list(range(10))
    agent.audio.send(Say(call, agent.epoch, 1, 10, pcm=pcm, last=True))
    agent.audio.send(Say(call, agent.epoch + 7, 2, 0, pcm=pcm, last=True))
    await asyncio.sleep(0.1)
    mark = len(peer.rtp.packets)
    await asyncio.sleep(0.2)
    assert all(np.abs(from_ulaw(packet.payload)).max() < 100 for packet in peer.rtp.packets[mark:])
    await peer.bye()


async def test_a_new_agent_takes_the_call_up(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    started = await agent.expect(Started)
    with TestAgent(line) as second:
        assert isinstance(second.attached, Attached)
        assert [call.call for call in second.attached.calls] == [started.call.call]
        assert second.epoch == agent.epoch + 1
        await until(lambda: len(second.heard) > 5)
    await peer.bye()


async def test_calls_that_come_and_go_at_once(line: LineProcess, agent: TestAgent) -> None:
    """Slots change hands within one poll of the stack: no call ends or speaks for another."""
    greets(agent, seconds=0.1)
    chance = random.Random(5)

    async def caller() -> None:
        for _ in range(12):
            async with Peer(line.port) as each:
                assert (await each.call()).startswith("SIP/2.0 200")
                await asyncio.sleep(0.1 + chance.random() * 0.15)
                await each.bye()

    await asyncio.gather(caller(), caller(), caller())
    await agent.expect(Finished, count=36)
    started = [message.call.call for message in agent.messages if isinstance(message, Started)]
    finished = [message for message in agent.messages if isinstance(message, Finished)]
    assert sorted(started) == sorted(message.call for message in finished)
    assert {message.by for message in finished} == {EndedBy.CALLER}
