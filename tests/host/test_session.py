"""One call through desk, session, speaker and sockets, with fake engines: what the line is asked to do."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import msgspec
import pytest

from agent.live import BotLine, CallEnded, CallerLine, CallStarted, MessageTaken, Timed, Waterfall
from agent.turn.state import State
from telephony.message import Message
from telephony.messages import (
    Checkpoint,
    Drop,
    Ended,
    EndedBy,
    Finished,
    HangUp,
    Pause,
    Restore,
    SpeechBegan,
    SpeechEnded,
    Why,
)
from tests.host.conftest import Desk, eventually

HOURS = "what are your opening hours"


def hours(bot: Desk) -> str:
    return next(intent.answer for intent in bot.responder.plan.intents if intent.name == "opening_hours")


async def test_a_call_is_greeted_from_stock_and_a_question_answered(bot: Desk) -> None:
    await bot.ring()
    assert bot.line.stock_of(1) == [bot.id_of(bot.responder.plan.greeting)]
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    assert bot.id_of(hours(bot)) in bot.line.stock_of(2)
    lines = [event for event in bot.of(CallerLine) if event.final]
    assert [line.text for line in lines] == [HOURS]


async def test_every_sound_that_a_line_is_asked_for_was_loaded_before(bot: Desk) -> None:
    await bot.ring()
    missing = [text for text in bot.responder.plan.stock_texts() if bot.id_of(text) not in bot.line.stock]
    assert missing == []


async def test_the_reply_comes_within_600_ms_of_the_last_voiced_sample(bot: Desk) -> None:
    await bot.ring()
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    found = await eventually(lambda: bot.of(Waterfall))
    assert 440 < found[0].audible < 600
    names = [stage.name for stage in found[0].stages]
    assert {"voice", "recogniser", "patience", "draft"} <= set(names)
    assert found[0].drafted


async def test_a_caller_who_goes_on_right_after_the_commit_takes_the_reply_back(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True
    await bot.says(HOURS)
    await bot.until(lambda: bool(bot.line.stock_of(2)))
    bot.line.tell(SpeechBegan("call-1", bot.line.now - 1_600))  # a voice is known 50-100 ms after it began
    await bot.until(lambda: Drop("call-1", 2) in bot.line.told(Drop))
    bot.recognisers.script.append("and where are you")
    bot.line.frame()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await bot.until(lambda: bot.line.closed(3))
    final = [event.text for event in bot.of(CallerLine) if event.final]
    assert final == [HOURS, f"{HOURS} and where are you"]


async def test_history_is_what_was_heard(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    await bot.speaks_over("no wait stop please", 2)
    cut = await eventually(lambda: [event for event in bot.of(BotLine) if event.interrupted])
    heard = cut[0].text
    assert heard
    assert bot.responder.plan.intents[0].answer.startswith(heard)
    assert len(heard) < len(hours(bot))


async def test_an_uh_huh_does_not_stop_the_bot(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    await asyncio.sleep(0.8)  # a voice that begins with the bot's would be the caller's who had only paused
    await bot.says("yeah")
    await bot.until(lambda: bool(bot.line.told(Restore)))
    assert bot.line.told(Drop) == []


async def test_a_long_listening_noise_makes_the_bot_pause_and_go_on(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    await asyncio.sleep(0.8)
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await bot.until(lambda: bool(bot.line.told(Pause)))
    bot.recognisers.script.append("okay right")
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await bot.until(lambda: bool(bot.line.told(Restore)))
    assert bot.line.told(Pause) == [Pause("call-1", 2)]
    assert bot.line.told(Drop) == []


async def test_the_farewell_is_followed_by_the_hang_up_and_the_session_ends(bot: Desk) -> None:
    await bot.ring()
    await bot.says("goodbye")
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.told(HangUp)[0] == HangUp("call-1", after=2)
    await bot.until(lambda: bot.id_of(bot.responder.plan.goodbye) in bot.line.stock_of(2))
    await eventually(lambda: not bot.desk.sessions)
    assert bot.recogniser.closed
    assert bot.of(CallEnded)
    await eventually(lambda: bot.model.forgotten == ["call-1"])


async def test_rendered_speech_is_sent_in_small_pieces_under_the_credit(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True  # nothing is reported as played
    await bot.says("i would like to leave a message")
    await bot.until(lambda: bool(bot.line.stock_of(2)))
    pieces = [say for say in bot.line.says if say.generation == 2 and say.pcm]
    assert all(len(say.pcm) <= 6_400 for say in pieces)
    assert sum(len(say.pcm) for say in pieces) <= 32_000


@pytest.mark.parametrize("broken", ["embedder", "library"])
async def test_a_failure_in_the_reply_is_an_apology_within_a_second(bot: Desk, broken: str) -> None:
    await bot.ring()
    if broken == "embedder":
        bot.embedder.fails = True
    else:
        bot.responder.router.decide = None  # type: ignore[assignment,method-assign] # a fault that nobody foresaw
    begun = bot.line.now
    await bot.says("do you sell unicycles in purple")
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.apology)]
    assert bot.line.now - begun < 16_000 + 8_000


async def test_a_recogniser_that_fails_asks_for_the_words_again(bot: Desk) -> None:
    await bot.ring()
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await asyncio.sleep(0.1)
    bot.recogniser.fails_next = True
    bot.line.frame()
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.apology)]


async def test_speech_without_words_is_asked_about(bot: Desk) -> None:
    await bot.ring()
    await bot.says("")
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.no_match.unheard)]


async def test_a_hanging_model_is_covered_by_a_filler_and_then_the_stock_answer(bot: Desk) -> None:
    await bot.ring()
    bot.model.hangs_after = 0
    await bot.says("how are you today")
    await bot.until(lambda: bool(bot.line.stock_of(2)))
    begun = [say for say in bot.line.says if say.generation == 2]
    assert begun[0].stock  # something is audible although the model says nothing
    await bot.until(lambda: bot.line.closed(2))


async def test_a_killed_agents_call_is_taken_up_where_it_was(bot: Desk) -> None:
    await bot.ring()
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    kept = [message for message in bot.line.told(Checkpoint) if isinstance(message, Checkpoint)][-1]
    await asyncio.sleep(0.1)
    bot.line.ongoing["call-1"] = msgspec.structs.replace(bot.line.ongoing["call-1"], checkpoint=kept.state)
    bot.line.says.clear()
    bot.desk._link.close()  # type: ignore[union-attr] # as if the process had died; the desk attaches anew
    await bot.until(lambda: bot.line.closed(1))
    assert bot.line.epoch == 2
    assert bot.line.stock_of(1)[0] == bot.id_of(bot.responder.plan.phrases.resumed)
    assert {say.epoch for say in bot.line.says} == {2}


async def test_a_message_is_saved_with_its_sound_and_for_its_owner_only(bot: Desk) -> None:
    await bot.ring()
    for generation, words in enumerate(
        ("i would like to leave a message", "my name is ann and my bicycle is broken", "yes"), start=2
    ):
        await asyncio.sleep(0.05)
        for _ in range(10):
            bot.line.frame()
        await bot.says(words)
        await bot.until(lambda generation=generation: bot.line.closed(generation))
    taken = await eventually(lambda: bot.of(MessageTaken))
    files = sorted(bot.messages_dir.iterdir())
    assert [path.suffix for path in files] == [".json", ".wav"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    record = json.loads(files[0].read_text())
    assert str(files[0]) == taken[0].path
    assert record["call_back"] == "+15550100"
    assert record["complete"] is True
    assert record["seconds"] > 0
    assert "text" not in record


async def test_a_caller_who_hangs_up_while_dictating_has_left_a_message(bot: Desk) -> None:
    await bot.ring()
    for generation, words in enumerate(
        ("i would like to leave a message", "my name is ann and my bicycle is broken"), 2
    ):
        await asyncio.sleep(0.05)
        for _ in range(10):
            bot.line.frame()
        await bot.says(words)
        await bot.until(lambda generation=generation: bot.line.closed(generation))
    assert not bot.of(MessageTaken)
    bot.line.hang_up("call-1")
    await eventually(lambda: bot.of(MessageTaken))
    files = sorted(bot.messages_dir.iterdir())
    record = json.loads(files[0].read_text())
    assert record["complete"] is False
    assert record["seconds"] > 0


async def test_a_line_that_dies_ends_its_sessions_and_its_successor_is_attached(bot: Desk) -> None:
    await bot.ring()
    bot.line.close()
    await eventually(lambda: not (bot.desk.sessions or bot.desk.attached))
    bot.line.ongoing.clear()
    bot.line.start()
    await bot.attached()


async def test_news_of_a_call_that_is_over_is_ignored(bot: Desk) -> None:
    await bot.attached()
    stray: Message = SpeechBegan("no-such-call", 0)
    bot.line.tell(stray)
    await bot.ring()
    assert list(bot.desk.sessions) == ["call-1"]


async def test_a_call_that_is_over_at_once_is_told_to_have_begun_before_it_ended(bot: Desk) -> None:
    await bot.attached()
    for call in ("call-1", "call-2", "call-3"):
        bot.line.ring(call)
        bot.line.hang_up(call)
    await eventually(lambda: len(bot.of(CallEnded)) == 3)
    await eventually(lambda: not bot.desk.sessions)
    for call in ("call-1", "call-2", "call-3"):
        told = [type(event) for event in bot.live if getattr(event, "call", "") == call]
        assert (told[0], told[-1]) == (CallStarted, CallEnded)  # words of the greeting may come between
        assert [told.count(kind) for kind in (CallStarted, CallEnded)] == [1, 1]


async def test_what_the_line_tells_of_a_call_that_is_over_is_no_news(bot: Desk) -> None:
    await bot.ring()
    session = bot.desk.sessions["call-1"]
    session.control(Finished("call-1", EndedBy.CALLER, 200, "", bot.line.now))
    told = len(bot.live)
    session.control(Ended("call-1", bot.line.epoch, 1, 16_000, Why.PLAYED, bot.line.now))
    session.control(Finished("call-1", EndedBy.CALLER, 200, "", bot.line.now))
    assert not bot.live[told:]


@pytest.mark.parametrize("bot", [Path(__file__).parent / "exchange.yaml"], indirect=True)
async def test_a_slow_answer_is_acknowledged_first_and_the_ledger_tells_the_two_apart(bot: Desk) -> None:
    await bot.ring()
    for generation in range(2, 9):  # at most 15% of a call's turns begin so
        await bot.says(HOURS)
        await bot.until(lambda generation=generation: bot.line.closed(generation))
        await asyncio.sleep(0.1)
    for session in bot.desk.sessions.values():
        for _ in range(50):
            session._kit.first_sound.took("rendered", 2_000.0)
    bot.voice.hangs = True
    generation = 9
    await bot.says("what number am i calling from")
    await bot.until(lambda: bool(bot.line.stock_of(generation)))
    first = bot.line.stock_of(generation)[0]
    assert first in {bot.id_of(text) for text in bot.responder.plan.phrases.acknowledgements}
    bot.voice.release.set()
    await bot.until(lambda: bot.line.closed(generation))
    timed = await eventually(lambda: [one.entry for one in bot.of(Timed) if one.entry.generation == generation])
    assert timed[0].first == "ack"
    assert timed[0].marks["answer"] > timed[0].marks["audible"]


async def test_news_of_what_an_agent_before_said_changes_nothing(bot: Desk) -> None:
    """Of what a line was saying it tells the end when another agent takes over, whose generations begin at 1, too."""
    bot.line.slow = True
    await bot.ring()
    session = bot.desk.sessions["call-1"]
    await eventually(lambda: session.turn.state is State.SPEAKING)
    bot.line.tell(Ended("call-1", bot.line.epoch - 1, 1, 0, Why.REPLACED, bot.line.now))
    await asyncio.sleep(0.1)
    assert session.turn.state is State.SPEAKING
    bot.line.tell(Ended("call-1", bot.line.epoch, 1, 0, Why.REPLACED, bot.line.now))
    await eventually(lambda: session.turn.state is State.LISTENING)
