"""What the bot does not do: transfers on a peer's word, strangers, a fourth conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.messages import Started
from telephony.testing.caller import CallFailed, UserAgent

from .asterisk import Asterisk
from .line import LineProcess
from .scripted import ScriptedAgent
from .stage import NUMBER, Stage, stage


async def test_refer_towards_the_bot_is_declined(on_stage: Stage) -> None:
    """A peer that could make the bot place calls could make it place expensive ones."""
    asterisk = on_stage.asterisk
    mark = asterisk.mark()
    asterisk.originate(f"PJSIP/{NUMBER}@offhook", "transfer")
    ongoing = await on_stage.agent.started()
    await asterisk.saw(r"\nREFER sip:", after=mark)
    await asterisk.saw(r"SIP/2\.0 603 [^\n]*\r?\n(?:[^\n]+\n)*?CSeq: \d+ REFER", after=mark)
    await asterisk.saw("transfer ended FAILURE", after=mark)
    received = asterisk.since(mark).split("<--- Received SIP request")[1:]
    assert not [each for each in received if "\nINVITE sip:" in each], "the bot placed a call"
    await on_stage.agent.heard(ongoing.call, 0.5)  # and is still on the line
    on_stage.agent.hang_up(ongoing.call)


async def test_a_stranger_is_refused_before_anything_else(asterisk: Asterisk, run_dir: Path) -> None:
    trunk = {"name": "elsewhere", "peers": ["192.0.2.0/24"]}
    async with stage(asterisk, run_dir, trunks=(trunk,), reachable=False) as everything:
        mark = asterisk.mark()
        with pytest.raises(CallFailed):
            await everything.dial(f"to*{everything.line.sip_port}*{NUMBER}")
        await asterisk.saw(r"SIP/2\.0 403 ", after=mark)
        await everything.line.wait(lambda report: report.refused.get("stranger", 0) >= 1, "count the stranger")
        assert not everything.agent.of(Started)


async def test_an_unknown_number_is_not_found(asterisk: Asterisk, run_dir: Path) -> None:
    async with stage(asterisk, run_dir, numbers={"5550100": "frontdesk"}) as everything:
        mark = asterisk.mark()
        with pytest.raises(CallFailed):
            await everything.dial("5550101")
        await asterisk.saw(r"SIP/2\.0 404 ", after=mark)
        _, ongoing = await everything.answered("5550100")
        assert ongoing.dialplan == "frontdesk"


async def test_the_fourth_call_is_told_when_to_come_back(on_stage: Stage) -> None:
    mark = on_stage.asterisk.mark()
    calls = [await on_stage.answered() for _ in range(3)]
    with pytest.raises(CallFailed):
        await on_stage.dial()
    await on_stage.asterisk.saw(r"SIP/2\.0 503 [^\n]*\r?\n(?:[^\n]+\n)*?Retry-After: [1-9]", after=mark)
    await on_stage.line.wait(lambda report: report.refused.get("busy") == 1, "count the refusal")
    assert [call.over for call, _ in calls] == [False, False, False]
    await calls[0][0].hang_up()
    await on_stage.line.wait(lambda report: len(report.calls) == 2, "free the slot")
    call, ongoing = await on_stage.answered()
    await on_stage.both_hear(call, ongoing)


async def test_a_full_line_passes_the_call_to_the_next_one(on_stage: Stage, run_dir: Path) -> None:
    """OFFHOOK_LINES of deploy/asterisk/extensions.conf: 503 is CONGESTION, and the second line is asked."""
    asterisk = on_stage.asterisk
    second = LineProcess(run_dir, asterisk.ports.line1, asterisk.ports.line1_rtp, line=1)
    async with second, UserAgent() as phone:
        with ScriptedAgent(run_dir, line=1) as other:
            await asterisk.reachable("offhook-1")
            for _ in range(3):
                await on_stage.answered()
            await phone.call(f"sip:{NUMBER}@{asterisk.address}", "5550124", answer_within=10)
            ongoing = await other.started()
            assert (ongoing.line, ongoing.called, ongoing.caller) == (1, NUMBER, "5550124")
    assert len(on_stage.agent.starts) == 3
