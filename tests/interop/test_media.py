"""What peers do in the middle of a call: hold, take the sound elsewhere, refresh, vanish."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from telephony.audio import SAMPLE_RATE
from telephony.messages import Digit, EndedBy, Finished, Held, MediaLost

from .asterisk import Asterisk
from .stage import NUMBER, Stage, stage
from .tones import BOT_HZ, share

DIRECT_PHONE = "5550110"


async def test_hold_and_unhold_by_the_far_phone(asterisk: Asterisk, run_dir: Path) -> None:
    """Longer on hold than the media watch would bear: it is suspended."""
    async with stage(asterisk, run_dir, limits={"media_lost_s": 1.0, "media_dead_s": 2.0}) as everything:
        call, ongoing = await everything.answered()
        await call.hold("inactive")
        assert (await everything.agent.expect(Held)).on
        await asyncio.sleep(4.0)
        assert not everything.agent.of(MediaLost)
        assert not call.over
        await call.unhold()
        await everything.agent.expect(Held, where=lambda held: not held.on)
        await everything.both_hear(call, ongoing)


async def test_hold_twice(on_stage: Stage) -> None:
    call, ongoing = await on_stage.answered()
    for nth in (1, 3):  # Asterisk passes on only the last of what comes within a few ms
        await call.hold()
        await on_stage.agent.expect(Held, nth=nth)
        await call.unhold()
        await on_stage.agent.expect(Held, nth=nth + 1)
    assert [held.on for held in on_stage.agent.of(Held)] == [True, False, True, False]
    await on_stage.both_hear(call, ongoing)


async def test_direct_media_2_ms_after_the_answer_is_survived(on_stage: Stage) -> None:
    """The re-INVITE moves the sound to the phone's own address; the greeting goes on, keys arrive end to end."""
    mark = on_stage.asterisk.mark()
    call, ongoing = await on_stage.answered(f"var*direct*{NUMBER}", caller=DIRECT_PHONE)
    await on_stage.both_hear(call, ongoing)
    moved = rf"INVITE sip:offhook@[^\n]*\r?\n(?:[^\n]+\n)*?\r?\n(?:[^\n]+\n)*?m=audio {call.stream.port} "
    await on_stage.asterisk.saw(moved, after=mark)
    await call.dtmf("7")
    assert (await on_stage.agent.expect(Digit)).digit == "7"
    heard = call.recording.bot
    start = int(np.argmax(np.abs(heard) > 1000))
    seconds = [heard[at : at + SAMPLE_RATE] for at in range(start, len(heard) - SAMPLE_RATE, SAMPLE_RATE)]
    assert all(share(each, BOT_HZ) > 0.6 for each in seconds), "the greeting was torn by the re-INVITE"


async def test_a_session_refresh_at_45_s_is_answered(on_stage: Stage) -> None:
    """timers=always, 90 s, the shortest there is: Asterisk refreshes by UPDATE at half of it."""
    mark = on_stage.asterisk.mark()
    call, _ = await on_stage.answered(f"var*timers*{NUMBER}")
    await on_stage.asterisk.saw(r"Session-Expires: 90;refresher=", after=mark)
    await on_stage.asterisk.saw(r"\nUPDATE sip:", after=mark, within_s=50.0)
    await on_stage.asterisk.saw(r"SIP/2\.0 200 OK\r?\n(?:[^\n]+\n)*?CSeq: \d+ UPDATE", after=mark)
    await asyncio.sleep(1.0)
    assert not call.over


async def test_a_peer_that_vanishes_ends_the_call(asterisk: Asterisk, run_dir: Path) -> None:
    """Asterisk is killed: no BYE, no RTP. The watch finds out, and the next call is answered."""
    async with stage(asterisk, run_dir, limits={"media_lost_s": 1.0, "media_dead_s": 3.0}) as everything:
        call, ongoing = await everything.answered()
        await everything.both_hear(call, ongoing)
        asterisk.stop()
        try:
            await everything.agent.expect(MediaLost)
            finished = await everything.agent.expect(Finished, 45.0)
            assert (finished.call, finished.by) == (ongoing.call, EndedBy.NO_MEDIA)
            call.abandon()
        finally:
            asterisk.start()
        await everything.line.wait(lambda report: not report.calls, "let go of the call")
        await asterisk.reachable("offhook")
        call, ongoing = await everything.answered()
        await everything.both_hear(call, ongoing)
