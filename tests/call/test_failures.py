"""What a caller hears when parts of the bot die: never silence, and the call goes on."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal

import pytest

from agent.bench.bot import Bot
from agent.bench.ears import Transcriber
from telephony.audio import SAMPLE_RATE, ms
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from telephony.testing.measure import audible_spans
from tests.call.conftest import human, logged, status
from tests.host.conftest import eventually

pytestmark = pytest.mark.call


async def test_a_killed_agent_is_covered_within_a_second_and_takes_the_call_up_again(
    bot: Bot, ears: Transcriber
) -> None:
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(5.0)
        await asyncio.sleep(1.0)
        killed = call.now
        os.kill(status(bot)["agent"]["pid"], signal.SIGKILL)
        await asyncio.sleep(2.5)
        back = await eventually(lambda: [said for said in logged(bot, "bot said") if "cut off" in said["text"]], 40.0)
        await call.bot_quiet(900, 30.0)
        talk = Conversation(call, [Turn("again", human("check-number-dial-again"))])
        talk.greeting_within = 0.1
        await talk.hold()
        await call.hang_up()
        bot_side = call.recording.bot

    assert back[0]["text"].startswith("Sorry, we were cut off")
    after = [span for span in audible_spans(bot_side, bridge_ms=50) if span.end > killed]
    assert ms(max(0, after[0].start - killed)) <= 1000
    gaps = [ms(b.start - a.end) for a, b in itertools.pairwise(after) if b.start < killed + 8 * SAMPLE_RATE]
    assert max(gaps, default=0.0) <= 1500, gaps
    standby = await asyncio.to_thread(ears.transcribe, bot_side[killed : killed + 7 * SAMPLE_RATE])
    assert "wrong" in standby
    assert "moment" in standby
    assert logged(bot, "bot said")[-1]["text"].startswith("The number list")


async def test_a_hung_agent_is_covered_within_three_seconds(bot: Bot) -> None:
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(5.0)
        await asyncio.sleep(1.0)
        agent = status(bot)["agent"]["pid"]
        os.kill(agent, signal.SIGSTOP)
        stopped = call.now
        await asyncio.sleep(10.0)
        bot_side = call.recording.bot[: call.now]
        back = await eventually(lambda: [said for said in logged(bot, "bot said") if "cut off" in said["text"]], 40.0)
        await call.hang_up()

    heard = [span for span in audible_spans(bot_side, bridge_ms=50) if span.end > stopped]
    ends, starts = [stopped, *(span.end for span in heard)], [*(span.start for span in heard), len(bot_side)]
    silences = [ms(start - end) for end, start in zip(ends, starts, strict=True)]
    assert max(silences) <= 3000, silences
    assert back
    assert status(bot)["agent"]["pid"] != agent


async def test_a_dead_line_is_replaced_and_answers_again(bot: Bot) -> None:
    os.kill(status(bot)["lines"][0]["pid"], signal.SIGKILL)
    await asyncio.sleep(3.0)
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(5.0)
        await call.hang_up()
    assert status(bot)["restarts"] == 1


@pytest.mark.parametrize("bot", [{"OFFHOOK_AGENT_LANGUAGE_MODEL": "qwen2.5-0.5b"}], indirect=True)
async def test_a_missing_language_model_leaves_a_bot_that_answers(bot: Bot) -> None:
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        talk = Conversation(call, [Turn("dial", human("check-number-dial-again"))])
        await talk.hold()
        await call.hang_up()
    await asyncio.sleep(0.3)
    assert logged(bot, "bot said")[-1]["text"].startswith("The number list")
    assert any("offhook models fetch" in fault for fault in status(bot)["faults"])
