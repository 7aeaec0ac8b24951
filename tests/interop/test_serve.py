"""The whole bot behind Asterisk: `offhook serve`, real engines, a caller who dials Asterisk and asks questions."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.bench.bot import Bot
from agent.config import WORKSHOP
from agent.serve.demo_call import Order, run
from telephony.audio import SAMPLE_RATE, ms
from telephony.testing.caller import UserAgent, audible_spans

from .asterisk import Asterisk
from .asterisk_files import PASSWORD, USERNAME
from .ports import RTP_BLOCK
from .stage import NUMBER

CONFIGURATION = """
[sip]
bind = "127.0.0.1"
rtp_ports = [{rtp_first}, {rtp_last}]

[[trunk]]
name = "pbx"
peers = ["127.0.0.1/32"]
trusted = true
[trunk.registration]
registrar = "sip:{registrar}"
username = "{username}"
password = {{ env = "PBX_PASSWORD" }}

[[trunk]]
name = "mistyped"
[trunk.registration]
registrar = "sip:{registrar}"
username = "{username}"
password = "not-the-password"
"""


@pytest.fixture
async def bot(asterisk: Asterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """Registered with Asterisk, as deploy/asterisk/README.md has it; and a second trunk with a wrong password."""
    monkeypatch.setenv("PBX_PASSWORD", PASSWORD)
    first = asterisk.ports.line0_rtp
    config = tmp_path / "offhook.toml"
    config.write_text(
        CONFIGURATION.format(
            rtp_first=first, rtp_last=first + RTP_BLOCK - 1, registrar=asterisk.address, username=USERNAME
        )
    )
    async with Bot(tmp_path / "bot", config=config, dialplan=WORKSHOP) as running:
        try:
            await asterisk.reachable("offhook-reg")
            yield running
        finally:
            print(running.log.read_text(errors="replace")[-6000:])


async def offhook(*arguments: str) -> str:
    """What `offhook ARGUMENTS` prints. Fails with its complaint."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def status(bot: Bot) -> dict[str, Any]:
    """`offhook status --json`."""
    body: dict[str, Any] = json.loads(await offhook("status", "--json", "--data-dir", str(bot.directory / "data")))
    return body


async def test_a_caller_behind_asterisk_gets_the_right_answers(
    bot: Bot, asterisk: Asterisk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Greeting and answers, transcribed back from what reached the phone; then the trunks' state for the admin."""
    right = await run(Order(target=f"sip:reg*{NUMBER}@{asterisk.address}", dialplan=str(WORKSHOP)))
    assert right, capsys.readouterr().out
    assert (await status(bot))["answered"] == 1
    text = await offhook("status", "--data-dir", str(bot.directory / "data"))
    assert "trunk pbx: registration registered" in text
    assert "trunk mistyped: registration failed 401" in text
    assert "check username, password and realm of trunk 'mistyped'" in " ".join(text.split())
    assert "not-the-password" not in text + bot.log.read_text()


async def test_a_killed_agent_is_not_silence_and_not_the_end_of_the_call(bot: Bot, asterisk: Asterisk) -> None:
    """rtp_timeout=5 of deploy/asterisk is not reached: the line goes on by itself, then the new agent takes over."""
    async with UserAgent() as phone:
        call = await phone.call(f"sip:reg*{NUMBER}@{asterisk.address}", "5550123")
        await call.bot_speaks(5)
        await call.bot_quiet(timeout=20)
        os.kill((await status(bot))["agent"]["pid"], signal.SIGKILL)
        killed = call.now
        await asyncio.sleep(8)
        assert not call.over
        heard = audible_spans(call.recording.bot[killed:])
        assert heard, "silence since the agent died"
        assert ms(heard[0].start) < 1000, f"silence for {ms(heard[0].start):.0f} ms after the agent died"
        assert heard[-1].end > 5 * SAMPLE_RATE, "the line fell silent again"
        await until_attached(bot)


async def until_attached(bot: Bot) -> None:
    """Wait for the new agent."""
    deadline = time.monotonic() + 20
    while (now := await status(bot))["lines"][0]["agent"] != "attached" or not now["restarts"]:
        assert time.monotonic() < deadline, f"no agent came back: {now}"
        await asyncio.sleep(0.5)
