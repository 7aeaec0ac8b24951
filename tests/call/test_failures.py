"""What a caller hears when parts of the bot die: never silence, and the call goes on."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agent.bench.bot import Bot
from agent.bench.ears import Transcriber
from telephony.audio import SAMPLE_RATE, ms
from telephony.errors import CallFailed
from telephony.testing.call import Call
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from telephony.testing.measure import audible_spans
from tests.call.conftest import HERE, LOGGED, human, logged, status
from tests.host.conftest import eventually

pytestmark = pytest.mark.call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hardy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bot]:
    """A bot that is whole again behind each of the tests that break something of it."""
    directory = tmp_path_factory.mktemp("bot")
    async with Bot(directory, dialplan=HERE / "exchange.yaml", environment=LOGGED) as running:
        yield running


async def resumed(bot: Bot, before: int) -> list[str]:
    """What an agent says first that takes a call up, once it has; `before`: how much the bot had said."""

    def taken_up() -> list[str]:
        said = [entry["text"] for entry in logged(bot, "bot said")[before:]]
        return [text for text in said if "cut off" in text]

    return await eventually(taken_up, 40.0)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_killed_agent_is_covered_within_a_second_and_takes_the_call_up_again(
    hardy: Bot, ears: Transcriber
) -> None:
    bot, before = hardy, len(logged(hardy, "bot said"))
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(20.0)
        await asyncio.sleep(1.0)
        killed = call.now
        os.kill(status(bot)["agent"]["pid"], signal.SIGKILL)
        await asyncio.sleep(2.5)
        back = await resumed(bot, before)
        await call.bot_quiet(900, 30.0)
        talk = Conversation(call, [Turn("again", human("check-number-dial-again"))])
        talk.greeting_within = 0.1
        await talk.hold()
        await call.hang_up()
        bot_side = call.recording.bot

    assert back[0].startswith("Sorry, we were cut off")
    after = [span for span in audible_spans(bot_side, bridge_ms=50) if span.end > killed]
    assert ms(max(0, after[0].start - killed)) <= 1000
    gaps = [ms(b.start - a.end) for a, b in itertools.pairwise(after) if b.start < killed + 8 * SAMPLE_RATE]
    assert max(gaps, default=0.0) <= 1500, gaps
    standby = await asyncio.to_thread(ears.transcribe, bot_side[killed : killed + 7 * SAMPLE_RATE])
    assert "wrong" in standby
    assert "moment" in standby
    assert logged(bot, "bot said")[-1]["text"].startswith("The number list")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_hung_agent_is_covered_within_three_seconds(hardy: Bot) -> None:
    bot, before = hardy, len(logged(hardy, "bot said"))
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        await call.bot_speaks(20.0)
        await asyncio.sleep(1.0)
        agent = status(bot)["agent"]["pid"]
        os.kill(agent, signal.SIGSTOP)
        stopped = call.now
        await asyncio.sleep(10.0)
        bot_side = call.recording.bot[: call.now]
        await resumed(bot, before)
        await call.hang_up()

    heard = [span for span in audible_spans(bot_side, bridge_ms=50) if span.end > stopped]
    ends, starts = [stopped, *(span.end for span in heard)], [*(span.start for span in heard), len(bot_side)]
    silences = [ms(start - end) for end, start in zip(ends, starts, strict=True)]
    assert max(silences) <= 3000, silences
    assert status(bot)["agent"]["pid"] != agent


def answers_again(bot: Bot, before: int) -> bool:
    """Whether a line process answers that is not the one `before`."""
    found = status(bot)
    return found["ready"] and found["lines"][0]["pid"] not in (None, before)


async def answered(ua: UserAgent, target: str) -> Call:
    """A call that is tried again, as the line asks for, while the agent has not yet found the new line."""
    for _ in range(20):
        try:
            return await ua.call(target, caller="5550100")
        except CallFailed as refused:
            if refused.status != 503:
                raise
            await asyncio.sleep(0.5)
    raise AssertionError("nobody answers within ten seconds")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_dead_line_is_replaced_and_answers_again(hardy: Bot) -> None:
    restarts, line = status(hardy)["restarts"], status(hardy)["lines"][0]["pid"]
    os.kill(line, signal.SIGKILL)
    await eventually(lambda: answers_again(hardy, line), 20.0)
    async with UserAgent() as ua:
        call = await answered(ua, hardy.targets[0])
        await call.bot_speaks(20.0)
        await call.hang_up()
    assert status(hardy)["restarts"] == restarts + 1


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
