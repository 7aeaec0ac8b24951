"""Whole calls between two of our user agents: signalling, sound and what is measured."""

import asyncio
import threading

import numpy as np
import pytest

from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent, audible_spans, time_to_first_audio
from telephony.testing.codec import AVAILABLE
from telephony.testing.echo_peer import TonePeer, tone
from telephony.testing.relay import Fate, Impairment, Relay
from telephony.testing.sip import Request


@pytest.mark.parametrize(("transport", "codec"), [("udp", "PCMU"), ("tcp", "PCMA"), ("udp", "G722")])
async def test_a_conversation_is_measured_as_it_was(transport: str, codec: str) -> None:
    """The peer replies 300 ms after the last sound reached it, which it knows to 10 ms and can say every 20 ms."""
    if codec not in AVAILABLE:
        pytest.fail("G722 is a dependency of the tests: pip install G722")
    peer = TonePeer(greet_after_ms=100)
    async with (
        UserAgent(transport=transport, answer=peer, codecs=(codec,)) as bot,  # type: ignore[arg-type]
        UserAgent(transport=transport) as ua,  # type: ignore[arg-type]
    ):
        call = await ua.call(f"sip:100@127.0.0.1:{bot.port}", caller="5550100", codecs=(codec,))
        assert call.codec == codec
        greeting = await call.bot_speaks(3)
        await call.bot_quiet(400)
        spoken = await call.play(tone(440, 613))
        assert (spoken.end - spoken.start) == pytest.approx(613 * 16, abs=2)
        assert call.now >= spoken.end
        await call.bot_speaks(3)
        await call.bot_quiet(400)
        await call.hang_up()
        spans = audible_spans(call.recording.bot)
        assert len(spans) == 2
        assert abs(spans[0].start - greeting) < 160
        assert 100 <= spans[0].start / 16 <= 200
        assert 499 <= spans[0].ms <= 560  # late packets stretch it, nothing shortens it
        reply = time_to_first_audio(call.recording, spoken)
        assert reply is not None
        assert 300 <= reply <= 400  # never below the truth; above it as far as the machine is loaded
        assert call.counters.lost == call.counters.malformed == 0


async def test_keys_both_ways_and_by_info() -> None:
    async def presses(call) -> None:  # type: ignore[no-untyped-def]
        await call.dtmf("19#")
        await call.ended(10)

    async with UserAgent(answer=presses) as bot, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        far = bot.calls[0]
        await call.dtmf("0*D")
        await call.dtmf("77", method="info")
        await asyncio.sleep(0.2)
        assert far.digits == "0*D77"
        assert call.digits == "19#"
        with pytest.raises(ValueError, match="DTMF"):
            await call.dtmf("1x")
        await call.hang_up()
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}", events=False)
        await call.dtmf("5")  # falls back to INFO
        assert bot.calls[0].digits == "5"
        await call.hang_up()


async def test_hold_stops_the_peer_and_unhold_brings_it_back() -> None:
    async def hum(call) -> None:  # type: ignore[no-untyped-def]
        await call.play(tone(300, 4000))

    async with UserAgent(answer=hum) as bot, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        await call.bot_speaks(2)
        await call.hold()
        assert bot.calls[0].held_by_peer
        await asyncio.sleep(0.1)
        received = call.counters.received
        await asyncio.sleep(0.3)
        assert call.counters.received == received
        await call.unhold()
        await call.bot_speaks(2)
        assert not bot.calls[0].held_by_peer
        await call.hang_up()


async def test_a_phone_that_falls_silent_and_comes_back() -> None:
    async def listens(call) -> None:  # type: ignore[no-untyped-def]
        await call.ended(30)

    async with UserAgent(answer=listens) as bot, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        far = bot.calls[0]
        call.mute()
        await asyncio.sleep(0.1)
        received = far.counters.received
        await asyncio.sleep(0.2)
        assert far.counters.received == received
        call.unmute()
        await asyncio.sleep(0.2)
        assert far.counters.received > received
        call.abandon()
        await asyncio.sleep(0.1)
        assert not far.over  # no BYE went out
        await far.hang_up()  # and ours is answered 481


async def test_the_end_of_a_call_reaches_everybody_who_waits() -> None:
    async with UserAgent(answer=TonePeer(replies=0, hang_up=True)) as bot, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        with pytest.raises(CallFailed, match="the call ended while the caller spoke"):
            await call.play(tone(440, 5000))
        assert (await call.ended(1)).by == "peer"
        with pytest.raises(CallFailed, match="ended before the bot spoke"):
            await call.bot_speaks(1)
        await call.bot_quiet(700)
        await call.hang_up()
        assert call.recording.caller.size > 16_000 // 2


async def test_timeouts_say_what_was_waited_for() -> None:
    async def mute(call) -> None:  # type: ignore[no-untyped-def]
        await call.ended(10)

    async with UserAgent(answer=mute) as bot, UserAgent() as ua:
        call = await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        with pytest.raises(TimeoutError, match=r"said nothing for 0.2 s"):
            await call.bot_speaks(0.2)
        await call.hang_up()


async def test_refusal_cancel_and_busy_between_agents() -> None:
    async def never(_: Request) -> None:
        await asyncio.sleep(60)

    async def refuses(_: Request) -> None:
        raise CallFailed(480, "Not now")

    async with UserAgent(answer=TonePeer(), ring=never) as bot, UserAgent() as ua:
        with pytest.raises(CallFailed, match="487"):
            await ua.call(f"sip:1@127.0.0.1:{bot.port}", answer_within=0.2)
        with pytest.raises(CallFailed, match="486 Busy Here"):
            await bot.call(f"sip:1@127.0.0.1:{ua.port}")
        assert (await ua.options(f"sip:127.0.0.1:{bot.port}")).status == 200
    async with UserAgent(answer=TonePeer(), ring=refuses) as bot, UserAgent(answer=TonePeer()) as ua:
        with pytest.raises(CallFailed, match="480 Not now"):
            await ua.call(f"sip:1@127.0.0.1:{bot.port}")
        with pytest.raises(CallFailed, match="488 Not Acceptable"):
            await bot.call(f"sip:1@127.0.0.1:{ua.port}", rewrite=lambda _: b"v=0\r\nnonsense")
        with pytest.raises(CallFailed, match=r"488 .*no common codec"):
            await bot.call(f"sip:1@127.0.0.1:{ua.port}", codecs=("G722",))


async def test_who_closes_while_it_rings_tells_the_caller() -> None:
    rings = asyncio.Event()

    async def never(_: Request) -> None:
        rings.set()
        await asyncio.sleep(60)

    async with UserAgent() as ua:
        async with UserAgent(answer=TonePeer(), ring=never) as bot:
            calling = asyncio.create_task(ua.call(f"sip:1@127.0.0.1:{bot.port}"))
            await rings.wait()
        with pytest.raises(CallFailed, match="487"):
            await asyncio.wait_for(calling, 30.0)


async def test_many_calls_leave_no_thread_socket_or_task() -> None:
    import os

    async with UserAgent(answer=TonePeer(greeting_ms=100)) as bot, UserAgent() as ua:
        before = (len(os.listdir("/proc/self/fd")), threading.active_count())
        for _ in range(3):
            calls = await asyncio.gather(*(ua.call(f"sip:1@127.0.0.1:{bot.port}") for _ in range(4)))
            await asyncio.gather(*(call.bot_speaks(3) for call in calls))
            await asyncio.gather(*(call.hang_up() for call in calls))
        await asyncio.sleep(0.1)
        assert ua.calls == bot.calls == []
        assert (len(os.listdir("/proc/self/fd")), threading.active_count()) <= before


def test_the_fate_of_packets_depends_on_the_seed_alone() -> None:
    bad = Impairment(loss=0.1, jitter_ms=30, reorder=0.05, duplicate=0.05)
    one, same, other = Fate(bad, "7"), Fate(bad, "7"), Fate(bad, "8")
    fates = [one.next() for _ in range(5_000)]
    assert fates == [same.next() for _ in range(5_000)]
    assert fates != [other.next() for _ in range(5_000)]
    assert sum(not copies for copies, _ in fates) / 5_000 == pytest.approx(0.1, abs=0.02)
    assert max(copies[0] for copies, _ in fates if copies) <= 0.060
    clean = [Fate(Impairment(), "7").next() for _ in range(100)]
    assert clean == [([0.0], False)] * 100


async def test_an_impaired_call_is_held_and_its_damage_counted() -> None:
    with Relay(Impairment(loss=0.1, jitter_ms=30, duplicate=0.05), seed=3) as relay:
        async with UserAgent(answer=TonePeer(greeting_ms=3000)) as bot, UserAgent() as ua:
            call = await ua.call(f"sip:1@127.0.0.1:{bot.port}", via=relay)
            await call.bot_speaks(3)
            await call.bot_quiet(400)
            here, there = call.counters, bot.calls[0].counters
            for counters in (here, there):
                assert counters.received > 100
                assert counters.lost / (counters.lost + counters.received) == pytest.approx(0.1, abs=0.06)
                assert counters.duplicate > 0
            spans = audible_spans(call.recording.bot)
            assert np.sum([span.ms for span in spans]) == pytest.approx(3000, abs=150)
            await call.hang_up()
