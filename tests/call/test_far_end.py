"""Nobody who asks anything at the far end of a real call: music in which nobody says a word, a person behind it, a fax,
and a caller who says nothing. All call at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from agent.bench.bot import Bot
from telephony.audio import SAMPLE_RATE, Samples, ms, samples
from telephony.errors import CallFailed
from telephony.testing.caller import Call, Ending, Span, UserAgent, audible_spans
from telephony.testing.sound_file import load as load_sound
from tests.call.conftest import HERE, LOGGED, human, logged

pytestmark = pytest.mark.call

MUSIC = Path("/usr/share/asterisk/moh/reno_project-system.wav")
MUSIC_S = 8.0
NOTICED_S = 6.0
BACK = "I'm still here."


@dataclass(frozen=True)
class Rung:
    """The calls, which are over."""

    music: tuple[Call, Span]  # and where it and the person behind it were
    told: Sequence[str]  # what the bot said to them
    fax: Ending
    silent: tuple[Call, Ending]


def music() -> Samples:
    assert MUSIC.exists(), f"{MUSIC} is missing: apt-get install asterisk-moh-opsound-wav"
    return load_sound(MUSIC)[: samples(MUSIC_S)]


def calling_fax() -> Samples:
    """Two rounds of CNG: half a second of 1100 Hz, three of quiet."""
    time = np.arange(samples(3.5)) / SAMPLE_RATE
    burst = np.where(time < 0.5, np.sin(2 * np.pi * 1_100 * time), 0.0)
    return np.tile(np.rint(4_000 * burst).astype(np.int16), 2)


async def put_on_hold(call: Call) -> Span:
    """Music, and a person behind it; where both were."""
    await call.bot_speaks(20.0)
    await call.bot_quiet()
    held = await call.play(np.concatenate([music(), human("check-number-dial-again")]))
    await call.bot_speaks(20.0)
    await call.bot_quiet()
    await call.hang_up()
    return held


async def faxed(call: Call) -> Ending:
    """A fax, which does not wait for the greeting."""
    with pytest.raises(CallFailed, match="ended while the caller spoke"):
        await call.play(calling_fax())
    return await call.ended(5.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> Rung:
    directory = tmp_path_factory.mktemp("bot")
    async with Bot(directory, dialplan=HERE / "turns.yaml", environment=LOGGED) as bot, UserAgent() as ua:
        calls = [await ua.call(bot.targets[0], caller=f"555010{number}") for number in range(3)]
        held, fax, silent = await asyncio.gather(put_on_hold(calls[0]), faxed(calls[1]), calls[2].ended(60.0))
        name = logged(bot, "call")[0]["call"]
        told = [entry["text"] for entry in logged(bot, "bot said") if entry["call"] == name]
    return Rung((calls[0], held), told, fax, (calls[2], silent))


def test_the_bot_is_silent_under_music_and_answers_who_is_back(rung: Rung) -> None:
    call, held = rung.music
    spoken = audible_spans(call.recording.bot, bridge_ms=300)
    under = [span for span in spoken if held.start + samples(NOTICED_S) <= span.start < held.end]
    assert under == [], [ms(span.start - held.start) for span in under]
    assert [text.startswith(BACK) for text in rung.told] == [False, True], rung.told  # behind the greeting
    assert 0 < ms(next(span for span in spoken if span.start >= held.end).start - held.end) < 3_000


def test_the_bot_hangs_up_on_a_fax(rung: Rung) -> None:
    assert rung.fax.by == "peer"


def test_a_caller_who_says_nothing_is_asked_and_then_bidden_farewell(rung: Rung) -> None:
    call, ending = rung.silent
    spoken = audible_spans(call.recording.bot, bridge_ms=1_500)
    assert len(spoken) >= 4, spoken  # greeting, two wordings of the question, farewell
    gaps = [ms(after.start - before.end) for before, after in pairwise(spoken)]
    assert all(5_000 < gap < 9_000 for gap in gaps), gaps
    assert ending.by == "peer"
