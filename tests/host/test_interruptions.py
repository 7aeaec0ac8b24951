"""A caller who speaks over the bot: what the dialplan says of it, and what is taken back before it is done."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from agent.live import BotLine, CallerLine, MessageTaken
from telephony.messages import Checkpoint, Digit, Drop, HangUp, Pause, Restore, SpeechBegan, SpeechEnded
from tests.host.conftest import Desk, eventually

of_the_clinic = pytest.mark.parametrize("bot", [Path(__file__).parent / "notice.yaml"], indirect=True)
HOURS = "when are you open"
SETTLED = 0.6  # s after a reply's begin


async def greeted(bot: Desk) -> None:
    """The notice is being heard, and the recogniser listens."""
    bot.line.slow = True
    await bot.ring()
    await eventually(lambda: bot.recognisers.opened)


@of_the_clinic
async def test_what_must_be_heard_goes_on_under_a_voice_and_the_words_over_it_are_answered_then(bot: Desk) -> None:
    await greeted(bot)
    await bot.says(HOURS)
    await asyncio.sleep(0.3)
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await asyncio.sleep(0.4)  # longer than an undecided voice takes to silence the bot
    assert [message for kind in (Pause, Drop, Restore) for message in bot.line.told(kind)] == []
    assert {say.protected for say in bot.line.says} == {True}
    bot.line.finish_playing("call-1", 1)
    bot.line.speak()
    await bot.until(lambda: bot.line.closed(2))
    assert [line.text for line in bot.of(CallerLine) if line.final] == [HOURS]
    assert {say.protected for say in bot.line.says if say.generation == 2} == {False}


@of_the_clinic
async def test_a_key_over_what_must_be_heard_is_answered_after_it(bot: Desk) -> None:
    await greeted(bot)
    bot.line.tell(Digit("call-1", "1", bot.line.now))
    await asyncio.sleep(0.3)
    assert bot.line.generations() == [1]
    bot.line.finish_playing("call-1", 1)
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.intents[0].answer)]


@of_the_clinic
async def test_a_key_pressed_while_what_must_be_heard_is_being_prepared_does_not_replace_it(bot: Desk) -> None:
    await greeted(bot)
    bot.line.finish_playing("call-1", 1)
    bot.embedder.free.clear()
    await bot.says("how do you protect all my data")
    await eventually(lambda: any(line.final for line in bot.of(CallerLine)))  # the turn is over, its reply not known
    bot.line.tell(Digit("call-1", "1", bot.line.now))
    await asyncio.sleep(0.1)
    bot.embedder.free.set()
    await bot.until(lambda: bot.line.closed(2))
    intents = bot.responder.plan.intents
    assert bot.line.stock_of(2) == [bot.id_of(intents[1].answer)]
    assert {say.protected for say in bot.line.says if say.generation == 2} == {True}
    bot.line.finish_playing("call-1", 2)
    await bot.until(lambda: bot.line.closed(3))
    assert bot.line.stock_of(3) == [bot.id_of(intents[0].answer)]


@of_the_clinic
async def test_what_must_be_heard_and_was_cut_by_a_crash_is_said_again(bot: Desk) -> None:
    await greeted(bot)
    kept = await eventually(lambda: [one for one in bot.line.told(Checkpoint) if isinstance(one, Checkpoint)])
    bot.line.ongoing["call-1"] = msgspec.structs.replace(bot.line.ongoing["call-1"], checkpoint=kept[-1].state)
    bot.line.says.clear()
    bot.desk._link.close()  # type: ignore[union-attr] # as if the process had died; the desk attaches anew
    await bot.until(lambda: bot.line.closed(1))
    plan = bot.responder.plan
    assert bot.line.stock_of(1) == [bot.id_of(plan.phrases.resumed), bot.id_of(plan.greeting)]
    assert {(say.epoch, say.protected) for say in bot.line.says} == {(2, True)}


@of_the_clinic
async def test_a_phrase_of_the_dialplan_stops_the_bot_and_another_does_not(bot: Desk) -> None:
    await greeted(bot)
    bot.line.finish_playing("call-1", 1)
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    await asyncio.sleep(0.8)  # a voice that begins with the bot's would be the caller's who had only paused
    await bot.says("carry on")
    await bot.until(lambda: bool(bot.line.told(Restore)))
    assert bot.line.told(Drop) == []
    await bot.speaks_over("halt", 2)


async def test_a_listening_noise_that_no_phrase_book_has_does_not_stop_the_bot(bot: Desk) -> None:
    await bot.ring()
    bot.line.slow = True
    await bot.says(HOURS)
    await bot.until(lambda: bot.line.closed(2))
    await asyncio.sleep(0.8)
    await bot.says("that makes sense")
    await bot.until(lambda: bool(bot.line.told(Restore)))
    assert bot.line.told(Drop) == []
    await bot.speaks_over("that makes sense but when", 2)


async def test_a_noise_that_is_heard_as_goodbye_ends_no_call_and_a_goodbye_does(bot: Desk) -> None:
    await bot.ring()
    bot.recognisers.script.append("goodbye")
    await asyncio.to_thread(bot.line.speak, 0.1)
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.phrases.leaving)]
    await bot.says("yes")
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.stock_of(3) == [bot.id_of(bot.responder.plan.goodbye)]


async def confirmed(bot: Desk) -> None:
    """A message was dictated and its last question answered: "Thank you" has begun."""
    await bot.ring()
    for generation, words in enumerate(
        ("i would like to leave a message", "my name is ann and my bicycle is broken", "yes"), start=2
    ):
        await asyncio.sleep(0.05)
        bot.line.slow = generation == 4
        for _ in range(10):
            bot.line.frame()
        await bot.says(words)
        await bot.until(lambda generation=generation: bot.line.closed(generation))


def complete(bot: Desk) -> list[bool]:
    """Of the records on disk, whether each is."""
    return [json.loads(path.read_text())["complete"] for path in bot.messages_dir.glob("*.json")]


async def test_a_message_is_saved_once_when_the_caller_has_not_taken_it_back(bot: Desk) -> None:
    await confirmed(bot)
    assert not bot.of(MessageTaken)
    await eventually(lambda: bot.of(MessageTaken))
    bot.line.finish_playing("call-1", 4)
    bot.line.hang_up("call-1")
    await eventually(lambda: not bot.desk.sessions)
    assert complete(bot) == [True]
    assert len(bot.of(MessageTaken)) == 1


async def test_a_caller_who_says_no_wait_at_once_has_not_left_the_message_yet(bot: Desk) -> None:
    await confirmed(bot)
    await bot.speaks_over("no wait", 4)
    await asyncio.sleep(SETTLED)
    assert complete(bot) == []
    bot.line.hang_up("call-1")
    await eventually(lambda: bot.of(MessageTaken))
    assert complete(bot) == [False]  # what was dictated is kept, as of any caller who hangs up halfway


async def test_a_caller_who_hangs_up_at_the_first_word_of_thanks_has_left_the_message(bot: Desk) -> None:
    await confirmed(bot)
    bot.line.hang_up("call-1")
    await eventually(lambda: bot.of(MessageTaken))
    assert complete(bot) == [True]


async def test_a_caller_who_dictates_for_long_hears_that_somebody_listens_and_nothing_comes_of_it(bot: Desk) -> None:
    await bot.ring()
    await bot.says("i would like to leave a message")
    await bot.until(lambda: bot.line.closed(2))
    await asyncio.sleep(0.05)
    bot.line.slow = True
    bot.recognisers.script.append("my name is ann and my bicycle")
    bot.line.speak(seconds=6.0)
    await bot.until(lambda: bot.line.closed(3))
    (murmur,) = bot.line.stock_of(3)
    assert murmur.startswith("murmur-")
    assert bot.line.stock[murmur]
    assert {say.yields for say in bot.line.says if say.generation == 3} == {True}
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await bot.until(lambda: Drop("call-1", 3) in bot.line.told(Drop))
    bot.line.frame()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))
    await bot.until(lambda: bot.line.closed(4))
    assert bot.line.stock_of(4) == [bot.id_of(bot.responder.plan.message.own_number)]
    said = [line.text for line in bot.of(CallerLine) if line.final][-1]
    assert said.endswith("my name is ann and my bicycle")
    assert len([line for line in bot.of(BotLine) if line.final]) == 2  # the greeting and the request to dictate
