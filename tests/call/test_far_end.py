"""No person at the far end of a real call: music in which nobody says a word, a person behind it, and a fax."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from agent.bench.bot import Bot
from telephony.audio import SAMPLE_RATE, Samples, ms, samples
from telephony.errors import CallFailed
from telephony.testing.caller import Call, Ending, Span, UserAgent, audible_spans
from telephony.testing.sound_file import load as load_sound
from tests.call.conftest import human, logged

pytestmark = pytest.mark.call

PLAN = Path(__file__).parent / "turns.yaml"
MUSIC = Path("/usr/share/asterisk/moh/reno_project-system.wav")
MUSIC_S = 8.0
NOTICED_S = 6.0
BACK = "I'm still here."


def music() -> Samples:
    assert MUSIC.exists(), f"{MUSIC} is missing: apt-get install asterisk-moh-opsound-wav"
    return load_sound(MUSIC)[: samples(MUSIC_S)]


def calling_fax() -> Samples:
    """Two rounds of CNG: half a second of 1100 Hz, three of quiet."""
    time = np.arange(samples(3.5)) / SAMPLE_RATE
    burst = np.where(time < 0.5, np.sin(2 * np.pi * 1_100 * time), 0.0)
    return np.tile(np.rint(4_000 * burst).astype(np.int16), 2)


async def put_on_hold(ua: UserAgent, target: str) -> tuple[Call, Span]:
    """A call with music in it, and a person behind it; and where both were."""
    call = await ua.call(target, caller="5550100")
    await call.bot_speaks(10.0)
    await call.bot_quiet()
    held = await call.play(np.concatenate([music(), human("check-number-dial-again")]))
    await call.bot_speaks(5.0)
    await call.bot_quiet()
    await call.hang_up()
    return call, held


async def faxed(ua: UserAgent, target: str) -> Ending:
    """A fax, which does not wait for the greeting."""
    call = await ua.call(target, caller="5550101")
    with pytest.raises(CallFailed, match="ended while the caller spoke"):
        await call.play(calling_fax())
    return await call.ended(5.0)


async def test_the_bot_is_silent_under_music_answers_who_is_back_and_hangs_up_on_a_fax(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_AGENT_LOG_TRANSCRIPTS", "true")
    async with Bot(tmp_path / "bot", dialplan=PLAN) as bot, UserAgent() as ua:
        (call, held), ending = await asyncio.gather(put_on_hold(ua, bot.targets[0]), faxed(ua, bot.targets[0]))
        name = logged(bot, "call")[0]["call"]
        said = [entry["text"] for entry in logged(bot, "bot said") if entry["call"] == name]

    spoken = audible_spans(call.recording.bot, bridge_ms=300)
    under = [span for span in spoken if held.start + samples(NOTICED_S) <= span.start < held.end]
    assert under == [], [ms(span.start - held.start) for span in under]
    assert [text.startswith(BACK) for text in said] == [False, True], said  # behind the greeting
    assert 0 < ms(next(span for span in spoken if span.start >= held.end).start - held.end) < 3_000
    assert ending.by == "peer"
