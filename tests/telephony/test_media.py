"""What the network does to the media: it stays away, comes from elsewhere, and the offer is repeated or crossed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from telephony.messages import EndedBy, Finished, Held, MediaBack, MediaLost, SpeechBegan, SpeechEnded, Started
from tests.media.speech import PROMPT, prompt_8k
from tests.telephony.line_process import LineProcess, TestAgent, tone, until
from tests.telephony.wire import Peer, Rtp, ulaw

QUICK = {"media_lost_s": 0.5, "media_dead_s": 1.5}


async def test_lost_media_is_told_and_comes_back(tmp_path: Path) -> None:
    with LineProcess(tmp_path, limits=QUICK) as line, TestAgent(line) as agent:
        async with Peer(line.port) as peer:
            await peer.call()
            await peer.rtp.speak(peer.media, np.zeros(4000, np.int16))
            lost = await agent.expect(MediaLost)
            assert 0.4 < lost.at / 16_000 - 0.5 < 1.2
            await peer.rtp.speak(peer.media, np.zeros(4000, np.int16))
            await agent.expect(MediaBack)
            await peer.bye()


async def test_dead_media_is_probed_and_ends_the_call(tmp_path: Path) -> None:
    with LineProcess(tmp_path, limits=QUICK) as line, TestAgent(line) as agent:
        async with Peer(line.port) as peer:
            await peer.call()
            await peer.expect("^OPTIONS")
            await peer.expect("^BYE")
            assert (await agent.expect(Finished)).by is EndedBy.NO_MEDIA
        async with Peer(line.port) as gone:
            await gone.call()
            started = await agent.expect(Started, count=2)
            gone.transport.close()
            await until(lambda: started.call.call not in line.report.calls, 12.0)
            assert (await agent.expect(Finished, count=2)).by is EndedBy.NO_MEDIA


async def test_hold_suspends_the_watch(tmp_path: Path) -> None:
    with LineProcess(tmp_path, limits=QUICK) as line, TestAgent(line) as agent:
        async with Peer(line.port) as peer:
            await peer.call()
            peer.send(peer.request("INVITE", peer.sdp(direction="inactive")))
            await peer.expect("^SIP/2.0 200")
            peer.ack()
            await agent.expect(Held)
            await asyncio.sleep(2.5)
            assert not [message for message in agent.messages if isinstance(message, MediaLost | Finished)]
            await peer.bye()


async def test_longest_call(tmp_path: Path) -> None:
    with LineProcess(tmp_path, limits={"max_call_s": 1}) as line, TestAgent(line) as agent:
        async with Peer(line.port) as peer:
            await peer.call()
            await peer.expect("^BYE")
            assert (await agent.expect(Finished)).by is EndedBy.TOO_LONG


async def test_rtp_from_a_third_address_is_not_heard(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    """While the peer sends, a third address neither is heard nor gets the bot's sound."""
    await peer.call()
    third = Rtp()
    quiet = asyncio.create_task(peer.rtp.speak(peer.media, np.zeros(8000 * 2, np.int16)))
    await asyncio.sleep(0.3)
    loud = np.frombuffer(tone(1.5), "<i2")[::2]
    await third.speak(peer.media, loud)
    await quiet
    pcm = np.concatenate([np.frombuffer(heard.pcm, "<i2") for heard in agent.heard])
    assert np.abs(pcm).max() < 500
    assert not third.packets
    third.close()


async def test_media_may_move_when_the_peer_falls_silent(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    """NAT rebinding: after ten packets in a row from one new address the stack follows it."""
    await peer.call()
    await peer.rtp.speak(peer.media, np.zeros(2400, np.int16))
    moved = Rtp()
    moved.ssrc, moved.sequence, moved.timestamp = peer.rtp.ssrc, peer.rtp.sequence, peer.rtp.timestamp
    await moved.speak(peer.media, np.frombuffer(tone(1.0), "<i2")[::2])
    assert moved.packets
    pcm = np.concatenate([np.frombuffer(heard.pcm, "<i2") for heard in agent.heard])
    assert np.count_nonzero(np.abs(pcm) > 1000) > 0.6 * 16_000
    moved.close()


async def test_crossed_reinvites(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    """A second re-INVITE before the first is acknowledged is refused with 491 or 500, and the call lives on."""
    await peer.call()
    peer.send(peer.request("INVITE", peer.sdp()))
    peer.send(peer.request("INVITE", peer.sdp(direction="sendonly")))
    await peer.expect("^SIP/2.0 (491|500)")
    peer.cseq -= 1
    peer.ack()
    await asyncio.sleep(0.3)
    await until(lambda: len(agent.heard) > 10)


async def test_session_refresh(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    final = await peer.call(headers="Supported: timer\r\nSession-Expires: 90;refresher=uac\r\nMin-SE: 90\r\n")
    assert "Session-Expires: 90;refresher=uac" in final
    peer.send(peer.request("UPDATE", headers="Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n"))
    await peer.expect("^SIP/2.0 200")


async def test_rubbish_rtp(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    await peer.call()
    for payload in (b"", b"\x80", b"\x80\x00" + b"\0" * 9, b"\xff" * 1400, bytes(12)):
        peer.rtp.sock.sendto(payload, peer.media)
    for kind in (0, 3, 18, 96, 127):
        peer.rtp.send(peer.media, ulaw(np.zeros(160, np.int16)), payload_type=kind)
    await until(lambda: len(agent.heard) > 20)


async def test_speech_is_marked(line: LineProcess, agent: TestAgent, peer: Peer) -> None:
    """A human prompt between two silences: its beginning and its last end are found."""
    speech = prompt_8k(PROMPT)
    silence = np.zeros(8000, np.int16)
    await peer.call()
    await peer.rtp.speak(peer.media, np.concatenate([silence, speech, silence]))
    loud = np.flatnonzero(np.abs(speech) > 600)
    began = await agent.expect(SpeechBegan)
    ended = [message for message in agent.messages if isinstance(message, SpeechEnded)][-1]
    pcm = np.concatenate([np.frombuffer(heard.pcm, "<i2") for heard in agent.heard])
    where = np.flatnonzero(np.abs(pcm) > 600)
    assert abs(began.at - where[0]) < 0.1 * 16_000
    assert abs(ended.at - where[-1]) < 0.12 * 16_000
    assert loud.size
    assert ended.known_at - ended.at <= 0.08 * 16_000


@pytest.mark.parametrize("direction", ["sendrecv"])
async def test_clock_keeps_time(line: LineProcess, agent: TestAgent, peer: Peer, direction: str) -> None:
    """The call clock and the wall clock agree within one percent over three seconds."""
    await peer.call(sdp=peer.sdp(direction=direction))
    await until(lambda: bool(agent.heard))
    began, first = time.monotonic(), agent.heard[-1].at
    await asyncio.sleep(3.0)
    passed, last = time.monotonic() - began, agent.heard[-1].at
    assert abs((last - first) / 16_000 - passed) < 0.06
