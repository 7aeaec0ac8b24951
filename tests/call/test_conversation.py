"""A call from end to end: human speech in, the right answer out, and both heard as they were meant."""

from __future__ import annotations

import asyncio

import pytest

from agent.bench.bot import Bot
from agent.bench.ears import Transcriber
from agent.serve.demo_call import share_heard
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Turn
from tests.call.conftest import human, logged, word_errors

pytestmark = pytest.mark.call

GREETING = "Welcome to the Elm Street Exchange. What can I do for you?"
ASKED = {
    "check-number-dial-again": (
        "please check the number and dial again",
        "The number list hangs in the entrance hall, next to the green door.",
    ),
    "conf-now-recording": (
        "the conference is now being recorded",
        "Recordings of conferences are kept for thirty days in the archive.",
    ),
    "cannot-complete-as-dialed": (
        "your call cannot be completed as dialed",
        "I am sorry about your call. A technician with a ladder will come tomorrow morning.",
    ),
}


async def test_human_speech_is_understood_answered_and_heard(bot: Bot, ears: Transcriber) -> None:
    async with UserAgent() as ua:
        call = await ua.call(bot.targets[0], caller="5550100")
        talk = Conversation(call, [Turn(name, human(name)) for name in ASKED])
        await talk.hold()
        await call.hang_up()
        recording = call.recording
    await asyncio.sleep(0.5)

    understood = [entry["text"] for entry in logged(bot, "caller said")]
    assert len(understood) == len(ASKED), understood
    errors = sum(word_errors(words, text) for (words, _), text in zip(ASKED.values(), understood, strict=True))
    # Of 20 words. What the small model hears depends on where a packet falls into a word: of these sentences it
    # mistook two words at most, at eight offsets each.
    assert errors <= 4, understood

    said = [entry["text"] for entry in logged(bot, "bot said")]
    assert said == [GREETING, *(answer for _, answer in ASKED.values())]

    heard = talk.heard(recording)
    assert [turn.problem for turn in heard] == [""] * 4
    for turn, text in zip(heard, said, strict=True):
        transcript = await asyncio.to_thread(ears.transcribe, recording.bot[turn.window.start : turn.window.end])
        assert share_heard(text, transcript) >= 0.6, (text, transcript)

    delays = [turn.to_first_audio for turn in heard]
    assert all(delay is not None for delay in delays)
    assert delays[0] is not None
    assert delays[0] <= 500
    assert all(delay is not None and 0 < delay <= 1200 for delay in delays[1:]), delays


async def test_no_words_are_written_unless_asked_for(bot: Bot) -> None:
    data = bot.directory / "data"
    kept = [path.relative_to(data) for path in data.rglob("*") if path.is_file()]
    of_callers = [path for path in kept if path.name != "offhook.lock" and path.parts[0] != "dialplans"]
    assert of_callers == [], kept
