"""The bot puts callers through at a real Asterisk, or gets them back; nobody is left on a leg."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from telephony.messages import EndedBy, Finished, OngoingCall, TransferFailed, Transferred, TransferRinging
from telephony.testing.caller import Call, UserAgent
from telephony.transfers import Failure, How

from .asterisk import Asterisk
from .stage import CLEAR, NUMBER, Stage, latest, stage
from .test_registration import registered, registering
from .tones import BOT_HZ, CALLER_HZ, share, tone
from .until import until

BRIEFING, BRIEFING_HZ = "tone-briefing", 1_800.0
TARGET_HZ = 600.0


async def with_the_bot(on_stage: Stage, number: str = NUMBER) -> tuple[Call, OngoingCall]:
    """A caller who hears the bot: a REFER within 20 ms of the answer comes before Asterisk's bridge, and gets 400."""
    call, ongoing = await on_stage.answered(number)
    await call.bot_speaks(3)
    return call, ongoing


async def echoes(call: Call) -> None:
    """The target is on the line: it sends back what the caller says, and nothing of the bot's is heard."""
    talking = asyncio.create_task(call.play(tone(CALLER_HZ, 2.5)))
    await asyncio.sleep(1.5)
    heard = latest(call, 1.0)
    assert share(heard, CALLER_HZ) > CLEAR, "the caller does not hear the target"
    await talking


async def nobody_is_left(on_stage: Stage) -> None:
    """Once the caller has hung up."""
    asterisk = on_stage.asterisk
    await until(lambda: not asterisk.channels(), lambda: f"channels are left: {asterisk.channels()}")
    await on_stage.line.wait(lambda report: not report.calls, "let go of the call")
    assert on_stage.line.report.callback_errors == 0


async def put_through(on_stage: Stage, call: Call, ongoing: OngoingCall) -> None:
    """The caller talks to the target, and the bot is out of it."""
    transferred = await on_stage.agent.expect(Transferred)
    assert (transferred.call, transferred.status) == (ongoing.call, 200)
    assert (await on_stage.agent.expect(Finished)).by is EndedBy.TRANSFERRED
    assert not call.over
    await echoes(call)
    await on_stage.line.wait(lambda report: not report.calls, "let go of the call")
    names = on_stage.asterisk.channels()
    assert not [name for name in names if "offhook" in name], f"the bot's leg is left: {names}"


async def given_back(on_stage: Stage, call: Call, ongoing: OngoingCall, reason: Failure, status: int) -> None:
    """The caller is with the bot: both hear each other, one after the other (to the echo canceller two tones that last
    are one)."""
    failed = await on_stage.agent.expect(TransferFailed)
    assert (failed.call, failed.reason, failed.status, failed.gone) == (ongoing.call, reason, status, False)
    asterisk = on_stage.asterisk
    await until(lambda: len(asterisk.channels()) == 2, lambda: f"not the caller and the bot: {asterisk.channels()}")
    await asyncio.sleep(0.3)
    assert share(latest(call, 0.5), BOT_HZ) > CLEAR, "the caller does not hear the bot"
    on_stage.agent.hush(ongoing.call)
    talking = asyncio.create_task(call.play(tone(CALLER_HZ, 2.0)))
    await asyncio.sleep(0.8)
    assert share(await on_stage.agent.heard(ongoing.call, 0.5), CALLER_HZ) > CLEAR, "the bot does not hear the caller"
    await talking


async def test_consult_with_one_who_answers(on_stage: Stage) -> None:
    mark = on_stage.asterisk.mark()
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "300")
    await put_through(on_stage, call, ongoing)
    header = rf"(?:[^\n]+\n)*?X-Offhook-Call: {re.escape(ongoing.call)}"
    await on_stage.asterisk.saw(rf"\nINVITE sip:300@{header}", after=mark)
    await on_stage.asterisk.saw(rf"\nREFER sip:{header}", after=mark)
    await on_stage.asterisk.saw(r"\nRefer-To: <sip:[^\n]*Replaces=", after=mark)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_the_caller_hears_the_bot_while_the_target_rings(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "301")
    await on_stage.agent.expect(TransferRinging)
    await asyncio.sleep(1.2)
    assert share(latest(call, 0.8), BOT_HZ) > CLEAR, "the caller does not hear the bot"
    await put_through(on_stage, call, ongoing)
    await call.hang_up()
    await nobody_is_left(on_stage)


@pytest.mark.parametrize(("to", "reason", "status"), [("302", Failure.BUSY, 486), ("399", Failure.UNKNOWN, 404)])
async def test_consult_with_one_who_cannot(on_stage: Stage, to: str, reason: Failure, status: int) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, to)
    await given_back(on_stage, call, ongoing, reason, status)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_consult_with_one_who_does_not_answer_and_then_with_another(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "305", ring_s=1.5)
    await given_back(on_stage, call, ongoing, Failure.NO_ANSWER, 0)
    on_stage.agent.transfer(ongoing.call, "300")
    await put_through(on_stage, call, ongoing)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_blind_to_one_who_answers(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "300", How.BLIND)
    await put_through(on_stage, call, ongoing)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_blind_to_a_missing_extension(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "399", How.BLIND)
    await given_back(on_stage, call, ongoing, Failure.UNKNOWN, 404)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_blind_to_a_busy_phone_loses_the_caller(on_stage: Stage) -> None:
    """Asterisk plays them its busy tone, and keeps the bot's leg: the line finds out that nobody is on it."""
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "302", How.BLIND)
    failed = await on_stage.agent.expect(TransferFailed)
    assert (failed.reason, failed.status, failed.gone) == (Failure.BUSY, 486, True)
    assert (await on_stage.agent.expect(Finished)).by is EndedBy.FAILED
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_the_caller_changes_their_mind(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "305")
    await on_stage.agent.expect(TransferRinging)
    on_stage.agent.cancel_transfer(ongoing.call)
    await given_back(on_stage, call, ongoing, Failure.CANCELLED, 0)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_the_caller_hangs_up_while_the_target_rings(on_stage: Stage) -> None:
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "305")
    await on_stage.agent.expect(TransferRinging)
    await call.hang_up()
    failed = await on_stage.agent.expect(TransferFailed)
    assert (failed.reason, failed.gone) == (Failure.CALLER_GONE, True)
    await nobody_is_left(on_stage)


async def test_warm_to_one_who_takes_it(on_stage: Stage) -> None:
    on_stage.agent.load(BRIEFING, tone(BRIEFING_HZ, 0.6))
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "303", How.WARM, briefing=(BRIEFING,))
    await put_through(on_stage, call, ongoing)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_warm_to_one_who_declines(on_stage: Stage) -> None:
    on_stage.agent.load(BRIEFING, tone(BRIEFING_HZ, 0.6))
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "304", How.WARM, briefing=(BRIEFING,))
    await given_back(on_stage, call, ongoing, Failure.DECLINED, 0)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_warm_the_target_hears_the_briefing_and_then_the_caller(on_stage: Stage) -> None:
    """The target is a phone: what it hears is measured."""
    heard: dict[str, float] = {}

    async def takes_it(target: Call) -> None:
        await asyncio.sleep(1.2)
        heard["briefing"] = share(latest(target, 0.8), BRIEFING_HZ)
        await target.dtmf("1")
        await asyncio.sleep(1.5)
        heard["caller"] = share(latest(target, 0.6), CALLER_HZ)
        await target.play(tone(TARGET_HZ, 2.0))
        await target.ended(10)

    on_stage.agent.load(BRIEFING, tone(BRIEFING_HZ, 5.0))
    async with UserAgent(answer=takes_it) as phone:
        call, ongoing = await with_the_bot(on_stage)
        on_stage.agent.transfer(ongoing.call, f"dial*{phone.port}", How.WARM, briefing=(BRIEFING,))
        await on_stage.agent.expect(Transferred)
        talking = asyncio.create_task(call.play(tone(CALLER_HZ, 3.0)))
        await until(lambda: "caller" in heard, lambda: f"the target heard {heard}")
        assert heard["briefing"] > CLEAR, "the target did not hear the briefing"
        assert heard["caller"] > CLEAR, "the target does not hear the caller"
        await asyncio.sleep(1.0)
        assert share(latest(call, 0.6), TARGET_HZ) > CLEAR, "the caller does not hear the target"
        await talking
        await call.hang_up()
        await nobody_is_left(on_stage)


async def test_a_menu_gets_its_keys_before_the_caller_comes(on_stage: Stage) -> None:
    mark = on_stage.asterisk.mark()
    call, ongoing = await with_the_bot(on_stage)
    on_stage.agent.transfer(ongoing.call, "306", then_send="1,299")
    await put_through(on_stage, call, ongoing)
    await on_stage.asterisk.saw(r"keys read: 1299\b", after=mark)
    await call.hang_up()
    await nobody_is_left(on_stage)


async def test_the_calls_id_goes_on_to_the_phone_that_takes_the_caller(on_stage: Stage) -> None:
    """Its desktop finds the transcript by it."""

    async def takes_it(target: Call) -> None:
        await target.ended(10)

    async with UserAgent(answer=takes_it) as phone:
        call, ongoing = await with_the_bot(on_stage)
        on_stage.agent.transfer(ongoing.call, f"dial*{phone.port}")
        assert (await on_stage.agent.expect(Transferred)).call == ongoing.call
        (invite,) = [each for each in phone.trace if "INVITE sip:target@" in each and "\nCSeq: " in each][:1]
        assert f"X-Offhook-Call: {ongoing.call}" in invite
        await call.hang_up()
        await nobody_is_left(on_stage)


@pytest.mark.parametrize("how", [How.CONSULT, How.BLIND])
async def test_a_bot_that_registers_logs_in_for_its_own_calls_too(asterisk: Asterisk, run_dir: Path, how: How) -> None:
    async with stage(asterisk, run_dir, trunks=(registering(asterisk),)) as everything:
        await registered(everything)
        call, ongoing = await with_the_bot(everything, f"reg*{NUMBER}")
        everything.agent.transfer(ongoing.call, "300", how)
        await put_through(everything, call, ongoing)
        await call.hang_up()
        await nobody_is_left(everything)
