"""A flow over a real call: an appointment that is asked for, changed and booked by voice."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.bench.bot import Bot
from agent.bench.ears import CallerVoice
from agent.models.store import ModelStore
from telephony.audio import Samples
from telephony.testing.caller import Call, UserAgent
from tests.call.conftest import logged

pytestmark = pytest.mark.call

PLAN = Path(__file__).parent / "flow.yaml"
# A day that has the name of today may be this one or the next, and would be read back; at midnight tomorrow is today.
NEAR = {f"{date.today() + timedelta(ahead):%A}" for ahead in (0, 1)}
CLOSED, OPEN = (
    next(day for day in days if day not in NEAR) for days in (("Monday", "Thursday"), ("Tuesday", "Friday"))
)
SAID = (
    "Hello there.",  # the first words that a recogniser ever hears come late
    "I would like to make an appointment.",
    f"On {CLOSED}, please.",
    "At three o'clock in the afternoon.",
    "Yes please.",  # on that day they are closed
    f"Then on {OPEN}.",
    "Yes please.",
)


MOST = 2  # times more that a caller says yes who is asked again: their "please" may be heard as "wait"


async def booked(call: Call, sounds: list[Samples], bot: Bot) -> None:
    await call.bot_speaks(20.0)
    await call.bot_quiet()
    for sound in sounds:
        await said(call, sound)
    for _ in range(MOST):
        await asyncio.sleep(1.0)  # of what was booked the caller is told behind "One moment"
        await call.bot_quiet()
        if not logged(bot, "bot said")[-1]["text"].endswith("Shall I book it?"):
            break
        await said(call, sounds[-1])
    await call.hang_up()


async def said(call: Call, sound: Samples) -> None:
    await call.play(sound)
    await call.bot_speaks(20.0)
    await call.bot_quiet()


async def test_an_appointment_is_booked_by_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_AGENT_LOG_TRANSCRIPTS", "true")
    voice = CallerVoice.load(ModelStore())
    sounds = [await voice.say(text) for text in SAID]
    async with Bot(tmp_path / "bot", dialplan=PLAN) as bot, UserAgent() as ua:
        await booked(await ua.call(bot.targets[0], caller="5550100"), sounds, bot)
        told = " ".join(entry["text"] for entry in logged(bot, "bot said"))
        heard = [entry["text"] for entry in logged(bot, "caller said")]
    assert "I'm sorry, we're closed then." in told, heard
    assert f"You're booked for {OPEN}" in told, (heard, told)
    with sqlite3.connect(tmp_path / "bot" / "data" / "appointments.db") as book:
        names = [row[0] for row in book.execute("select name from sqlite_master where type = 'table'")]
        counts = [book.execute(f"select count(*) from {name}").fetchone()[0] for name in names if "appoint" in name]
    assert counts == [1]
