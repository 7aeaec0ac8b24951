"""The bot's own account of a call, held against what the caller's recording shows."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest

from agent.bench.bot import Bot
from agent.ledger.store import paths, read
from agent.serve.status import ask
from telephony.audio import SAMPLE_RATE, Samples
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from tests.call.conftest import human

pytestmark = pytest.mark.call

ASKED = ("check-number-dial-again", "conf-now-recording", "cannot-complete-as-dialed")


def sentence(name: str) -> Samples:
    """With silence before it, so that the measure's noise floor is not the speech itself."""
    return np.pad(human(name), (SAMPLE_RATE // 2, 0))


async def test_the_ledger_agrees_with_the_recording(bot: Bot) -> None:
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        talk = Conversation(call, [Turn(name, sentence(name)) for name in ASKED * 2])
        await talk.hold()
        await call.hang_up()
        heard = talk.heard(call.recording)[1:]
    await asyncio.sleep(0.5)
    status = json.loads(ask(bot.directory / "data" / "run"))
    kept = read(bot.directory / "data").entries

    assert [entry.turn for entry in kept] == list(range(1, len(ASKED) * 2 + 1))
    assert status["turns"] == len(kept)
    assert status["starved"] == sum(entry.starved for entry in kept) == 0
    assert status["agent"]["loop_lag_p99_ms"] > 0
    delays = [turn.to_first_audio for turn in heard]
    assert all(delay is not None for delay in delays), delays
    apart = [entry.audible - (delay or 0.0) for entry, delay in zip(kept, delays, strict=True)]
    # Without the line's delays it would read 25 to 50 ms less.
    assert abs(float(np.median(apart))) <= 20.0, apart
    assert max(abs(one) for one in apart) <= 50.0, apart
    for entry in kept:
        assert entry.why == "played"
        assert {"known", "commit", "sound", "audible"} <= entry.marks.keys()
        assert entry.ended_ms > 0

    text = paths(bot.directory / "data")[1].read_text()
    assert not any(word in text for word in ("number", "conference", "completed", "5550100"))
