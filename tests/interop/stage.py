"""What one test plays with: Asterisk, a line process, a scripted agent on it, and a phone that dials Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from telephony.audio import SAMPLE_RATE, Samples
from telephony.messages import OngoingCall
from telephony.testing.caller import Call, UserAgent

from .asterisk import Asterisk
from .line import LineProcess
from .scripted import ScriptedAgent
from .tones import BOT_HZ, CALLER_HZ, share, tone

NUMBER = "5550199"  # the bot's
CALLER = "5550123"
CLEAR = 0.8  # share of a tone's power that counts as hearing it


@dataclass(frozen=True)
class Stage:
    """Everything up and reachable."""

    asterisk: Asterisk
    line: LineProcess
    agent: ScriptedAgent
    phone: UserAgent

    async def dial(self, number: str = NUMBER, caller: str = CALLER, codecs: Sequence[str] = ("PCMU",)) -> Call:
        """Call through Asterisk: a number, `variant*number`, or another extension of asterisk_extra."""
        return await self.phone.call(f"sip:{number}@{self.asterisk.address}", caller, codecs, answer_within=10)

    async def answered(self, number: str = NUMBER, **how: Any) -> tuple[Call, OngoingCall]:
        """Call, and wait until the agent knows of it."""
        nth = len(self.agent.starts) + 1
        call = await self.dial(number, **how)
        return call, await self.agent.started(nth)

    async def both_hear(self, call: Call, ongoing: OngoingCall) -> None:
        """The bot's tone reaches the phone, and the phone's tone the agent."""
        await both_hear(call, self.agent, ongoing)


async def both_hear(call: Call, agent: ScriptedAgent, ongoing: OngoingCall) -> None:
    """The tone that `agent` plays reaches the phone, and the phone's reaches the agent."""
    talking = asyncio.create_task(call.play(tone(CALLER_HZ, 2.5)))
    try:
        await asyncio.sleep(0.8)  # past the jitter buffers
        inward = await agent.heard(ongoing.call, 1.0)
        assert share(inward, CALLER_HZ) > CLEAR, "the agent does not hear the caller"
        assert share(latest(call, 1.0), BOT_HZ) > CLEAR, "the caller does not hear the bot"
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


def latest(call: Call, seconds: float) -> Samples:
    """The last `seconds` that the phone heard."""
    return np.array(call.recording.bot[-int(seconds * SAMPLE_RATE) :])


@asynccontextmanager
async def stage(
    asterisk: Asterisk, run_dir: Path, *, greets: bool = True, reachable: bool = True, **line: Any
) -> AsyncIterator[Stage]:
    """A stage on line 0 with `line`'s settings (see LineProcess); what the line logged is printed when it ends."""
    ports = asterisk.ports
    process = LineProcess(run_dir, ports.line0, ports.line0_rtp, **line)
    try:
        async with process, UserAgent() as phone:
            with ScriptedAgent(run_dir, greets=greets) as agent:
                if reachable:
                    await asterisk.reachable("offhook")
                yield Stage(asterisk, process, agent, phone)
    finally:
        print(process.log)
