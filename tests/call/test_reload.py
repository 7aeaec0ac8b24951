"""A dialplan that changes while calls run: each call keeps the version that it began with, and a bad file changes
nothing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from agent.bench.bot import Bot
from telephony.testing.caller import Call, UserAgent
from telephony.testing.conversation import Conversation, Turn
from tests.call.conftest import HERE, human, logged, status
from tests.host.conftest import eventually

pytestmark = pytest.mark.call

OLD = "The number list hangs in the entrance hall, next to the green door."
NEW = "The number list lies on the desk now, under the red lamp."
PLAN = (HERE / "exchange.yaml").read_text(encoding="utf-8")
CHANGED = PLAN.replace(OLD, NEW)
NOT_TAKEN = "dialplan not taken, the version before goes on"


def write(plan: Path, text: str) -> None:
    plan.write_text(text, encoding="utf-8")


def read(plan: Path) -> str:
    return plan.read_text(encoding="utf-8")


async def offhook(bot: Bot, *command: str) -> tuple[int, str, str]:
    """A command about the bot: exit code, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", *command, "--data-dir", str(bot.directory / "data"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60.0)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def asks_about_the_number(bot: Bot, call: Call, greeted: int) -> str:
    """What the call is told when it has been greeted, as what the bot says for the `greeted`-th time; the call ends."""
    await call.bot_quiet(600)
    await eventually(lambda: len(logged(bot, "bot said")) == greeted)
    talk = Conversation(call, [Turn("dial", human("check-number-dial-again"))], greeting_within=0.1)
    await talk.hold()
    await call.hang_up()
    said = await eventually(lambda: logged(bot, "bot said")[greeted:])
    return str(said[0]["text"])


async def test_a_call_keeps_its_version_and_a_bad_file_keeps_the_last_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_AGENT_LOG_TRANSCRIPTS", "true")
    plan = tmp_path / "exchange.yaml"
    write(plan, PLAN)
    async with Bot(tmp_path / "bot", dialplan=plan) as bot, UserAgent() as ua:
        before = await ua.call(bot.targets[0], caller="5550100")
        await before.bot_speaks(20.0)
        write(plan, CHANGED)
        code, out, err = await offhook(bot, "reload")
        assert (code, err) == (0, "")
        assert out.startswith("exchange: good, answers new calls since ")

        write(plan, CHANGED.replace("about: recorded", "abuot: recorded"))
        old, (code, _, err) = await asyncio.gather(asks_about_the_number(bot, before, 1), offhook(bot, "reload"))
        assert old == OLD
        assert code == 1
        where = f"{plan}:{1 + PLAN.splitlines().index('    about: recorded conferences')}:5: "
        assert where in err
        assert any(where in error for error in status(bot)["dialplan_errors"])
        assert any(where in entry["error"] for entry in logged(bot, NOT_TAKEN))

        after = await ua.call(bot.targets[0], caller="5550100")
        await after.bot_speaks(20.0)
        write(plan, CHANGED)
        assert await asks_about_the_number(bot, after, 3) == NEW
        assert not status(bot)["dialplan_errors"]  # that the file is good again is seen without the command, too


def answers_again(bot: Bot, before: int) -> bool:
    """Whether an agent process answers that is not the one `before`."""
    found = status(bot)
    return found["ready"] and found["agent"]["pid"] != before


async def test_an_agent_that_starts_while_the_file_is_bad_answers_by_the_last_good_version(tmp_path: Path) -> None:
    plan = tmp_path / "exchange.yaml"
    write(plan, PLAN)
    async with Bot(tmp_path / "bot", dialplan=plan) as bot, UserAgent() as ua:
        agent = status(bot)["agent"]["pid"]
        write(plan, PLAN.replace("about: recorded", "abuot: recorded"))
        os.kill(agent, signal.SIGKILL)
        await eventually(lambda: answers_again(bot, agent), 40.0)
        await eventually(lambda: status(bot)["dialplan_errors"])
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(20.0)
        await call.hang_up()

        code, out, _ = await offhook(bot, "dialplan", "rollback", str(plan))
        assert code == 0
        assert "version 1 is back" in out
        assert read(plan) == PLAN
        await eventually(lambda: not status(bot)["dialplan_errors"])
        assert (await offhook(bot, "dialplan", "rollback", str(plan)))[0] == 1
