"""The agent dies or falls silent: the caller hears the standby within a second, until a new agent speaks."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import numpy as np

from telephony.messages import Ended, EndedBy, Finished, Say, Standby, Started, Stock, Why
from tests.telephony.line_process import PATIENCE_S, LineProcess, TestAgent, tone, until
from tests.telephony.wire import PCMU, Peer, Rtp, from_ulaw


def pitch(rtp: Rtp, since: float, until_time: float) -> float:
    """The strongest frequency in Hz heard in a stretch of time, 0 for silence."""
    parts = [from_ulaw(p.payload) for p in list(rtp.packets) if since <= p.time < until_time and p.payload_type == PCMU]
    if not parts:
        return 0.0
    wave = np.concatenate(parts).astype(float)
    if np.abs(wave).max() < 500:
        return 0.0
    return float(np.argmax(np.abs(np.fft.rfft(wave)))) * 8000 / len(wave)


def stock_up(agent: TestAgent) -> None:
    agent.audio.send(Stock("apology", tone(0.6, 600)))
    agent.audio.send(Stock("hold", tone(1.0, 300)))
    agent.audio.send(Stock("again", tone(1.0, 900)))
    agent.control.send(Standby("default", "apology", "hold"))


async def test_killed_agent(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as line, TestAgent(line) as agent:
        stock_up(agent)
        async with Peer(line.port) as peer:
            await peer.call()
            call = (await agent.expect(Started)).call.call
            agent.audio.send(Say(call, agent.epoch, 1, 0, stock="again", last=True))
            await asyncio.sleep(0.4)
            died = time.monotonic()
            agent.die()
            await asyncio.sleep(3.0)
            assert 580 < pitch(peer.rtp, died + 0.15, died + 0.5) < 620
            assert 290 < pitch(peer.rtp, died + 0.8, died + 2.9) < 310  # the hold goes round more than once
            assert line.report.agent == "gone"
            with TestAgent(line) as second:
                assert [known.call for known in second.attached.calls] == [call]
                await asyncio.sleep(0.3)
                now = time.monotonic()
                assert 290 < pitch(peer.rtp, now - 0.2, now) < 310
                second.audio.send(Say(call, agent.epoch, 2, 0, stock="apology", last=True))  # as the dead one would
                second.audio.send(Say(call, second.epoch, 1, 0, stock="again", last=True))
                said = time.monotonic()
                ended = await second.expect(Ended)
                assert (ended.why, ended.samples, ended.epoch) == (Why.PLAYED, 16_000, second.epoch)
                assert 880 < pitch(peer.rtp, said + 0.1, said + 0.9) < 920
                await asyncio.sleep(0.3)
                assert pitch(peer.rtp, time.monotonic() - 0.2, time.monotonic()) == 0.0
            await peer.bye()


async def test_call_that_comes_while_the_agent_is_gone(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as line, TestAgent(line) as agent:
        stock_up(agent)
        await asyncio.sleep(0.1)
        agent.die()
        await until(lambda: line.report.agent == "gone")
        async with Peer(line.port) as peer:
            assert (await peer.call()).startswith("SIP/2.0 200")
            await until(lambda: peer.rtp.first_loud() is not None, 2.5)  # before it would count as silent
            await peer.bye()


async def test_silent_agent_speaks_again(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as line, TestAgent(line, alive=False) as agent:
        stock_up(agent)
        async with Peer(line.port) as peer:
            await peer.call()
            call = (await agent.expect(Started)).call.call
            answered = time.monotonic()
            await until(lambda: peer.rtp.first_loud() is not None)
            assert 2.5 < time.monotonic() - answered < 6.0
            await until(lambda: line.report.agent == "silent")
            agent.audio.send(Say(call, agent.epoch, 1, 0, stock="again", last=True))
            said = time.monotonic()
            assert (await agent.expect(Ended)).why is Why.PLAYED
            assert 880 < pitch(peer.rtp, said + 0.1, said + 0.9) < 920
            await peer.bye()


async def test_sigterm_drains(tmp_path: Path) -> None:
    with LineProcess(tmp_path, drain_s=1.5) as line, TestAgent(line) as agent:
        async with Peer(line.port) as peer, Peer(line.port) as late:
            await peer.call()
            await agent.expect(Started)
            line.process.send_signal(signal.SIGTERM)
            await until(lambda: not line.report.ready)
            final = await late.call()
            assert final.startswith("SIP/2.0 503")
            assert "Retry-After" in final
            await peer.expect("^BYE")
            assert (await agent.expect(Finished)).by is EndedBy.SHUTDOWN
        assert line.process.wait(PATIENCE_S) == 0


async def test_slow_agent_loses_the_oldest_frames(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as line, TestAgent(line, reads_audio=False) as agent:
        async with Peer(line.port) as peer:
            await peer.call()
            call = (await agent.expect(Started)).call.call
            await asyncio.sleep(12.0)
            agent.audio.send(Stock("tone", tone(0.5)))
            agent.audio.send(Say(call, agent.epoch, 1, 0, stock="tone", last=True))
            assert (await agent.expect(Ended)).why is Why.PLAYED
            await until(lambda: line.report.frames_lost_to_agent > 0)
            agent.read_audio()
            await until(lambda: any(heard.lost for heard in agent.heard))
            gap = next(heard for heard in agent.heard if heard.lost)
            before = agent.heard[agent.heard.index(gap) - 1]
            assert gap.at - before.at == 320 * (gap.lost + 1)
            await peer.bye()
