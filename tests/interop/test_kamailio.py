"""Kamailio in front of two lines: calls are spread, full and dead lines are passed over, strangers get no answer."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from telephony.messages import Finished
from telephony.testing.caller import CallFailed, UserAgent

from . import ports
from .kamailio import Kamailio
from .line import LineProcess
from .scripted import ScriptedAgent
from .stage import NUMBER, both_hear


@pytest.fixture
def kamailio(system: Path) -> Iterator[Kamailio]:
    with Kamailio(system, ports.find()) as running:
        yield running


@pytest.fixture
async def lines(kamailio: Kamailio, run_dir: Path) -> AsyncIterator[list[ScriptedAgent]]:
    async with contextlib.AsyncExitStack() as stack:
        agents = []
        for number, (sip, rtp) in enumerate(kamailio.lines):
            await stack.enter_async_context(LineProcess(run_dir, sip, rtp, line=number))
            agents.append(stack.enter_context(ScriptedAgent(run_dir, number)))
        yield agents


async def test_six_calls_fill_two_lines_and_the_seventh_is_told_when_to_come_back(
    kamailio: Kamailio, lines: list[ScriptedAgent]
) -> None:
    async with UserAgent() as phone:
        target = f"sip:{NUMBER}@127.0.0.1:{kamailio.port}"
        calls = [await phone.call(target, f"555020{number}", answer_within=10) for number in range(6)]
        for agent in lines:
            await agent.started(3)
        ongoing = lines[0].starts[0].call
        assert ongoing.called == NUMBER
        call = calls[int(ongoing.caller[-1])]
        await both_hear(call, lines[0], ongoing)
        with pytest.raises(CallFailed, match="503"):
            await phone.call(target, "5550206", answer_within=10)
        assert "Retry-After: 5" in next(each for each in reversed(phone.trace) if "SIP/2.0 503" in each)
        await call.hang_up()
        await lines[0].expect(Finished)
        await phone.call(target, "5550207", answer_within=10)
        assert (await lines[0].started(4)).caller == "5550207"


async def test_a_dead_line_is_passed_over(kamailio: Kamailio, run_dir: Path) -> None:
    sip, rtp = kamailio.lines[1]
    async with LineProcess(run_dir, sip, rtp, line=1), UserAgent() as phone:
        with ScriptedAgent(run_dir, 1) as agent:
            for nth in (1, 2):
                await phone.call(f"sip:{NUMBER}@127.0.0.1:{kamailio.port}", answer_within=10)
                await agent.started(nth)


async def test_a_stranger_gets_no_answer(kamailio: Kamailio, lines: list[ScriptedAgent]) -> None:
    async with UserAgent(bind="127.0.0.66") as stranger:
        with pytest.raises(CallFailed) as failure:
            await stranger.call(f"sip:{NUMBER}@127.0.0.1:{kamailio.port}", reply_within=3.0)
    assert failure.value.status == 0
    assert not any(agent.starts for agent in lines)


def test_the_configuration_is_accepted(system: Path) -> None:
    with contextlib.closing(Kamailio(system, ports.find())) as unstarted:
        assert "config file ok" in unstarted.check()
