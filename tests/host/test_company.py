"""No person at the far end of a call: what the line is asked to do about music, machines, bots and faxes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from agent.listen.far_end import Far
from agent.reply.state import unpack
from agent.turn.state import State
from telephony.audio import samples
from telephony.messages import Checkpoint, Drop, HangUp, Music, SpeechBegan, SpeechEnded, Tone, ToneKind
from tests.host.conftest import Desk, eventually

pytestmark = pytest.mark.parametrize("bot", [Path(__file__).parent / "far_end.yaml"], indirect=True)
MACHINE = "hi you have reached ann please leave a message after the tone"


def music(bot: Desk, on: bool) -> None:
    bot.line.tell(Music("call-1", on, bot.line.now - samples(4.0), bot.line.now))


def state(bot: Desk) -> State:
    return bot.desk.sessions["call-1"].turn.state


async def away(bot: Desk) -> None:
    await eventually(lambda: state(bot) is State.AWAY)


async def answered(bot: Desk) -> None:
    """A call, greeted, whose recogniser listens."""
    await bot.ring()
    await eventually(lambda: bot.recognisers.opened)
    await eventually(lambda: state(bot) is State.LISTENING)


async def begins(bot: Desk, words: str) -> None:
    """Whatever is at the far end begins to say `words`."""
    bot.line.tell(SpeechBegan("call-1", bot.line.now))
    await asyncio.sleep(0.05)
    bot.recogniser.at = bot.line.now
    bot.recogniser.partial(words)


def stop(bot: Desk) -> None:
    bot.line.frame()
    bot.line.tell(SpeechEnded("call-1", bot.line.now - 640, bot.line.now))


async def taken_up(bot: Desk, since: int | None = None) -> None:
    """Another agent process takes the call, with what the line kept."""
    kept = [message for message in bot.line.told(Checkpoint) if isinstance(message, Checkpoint)][-1]
    ongoing = bot.line.ongoing["call-1"]
    bot.line.ongoing["call-1"] = msgspec.structs.replace(ongoing, checkpoint=kept.state, music=since)
    bot.line.says.clear()
    bot.desk._link.close()  # type: ignore[union-attr] # as if the process had died; the desk attaches anew
    await eventually(lambda: bot.line.epoch == 2 and bot.desk.attached)
    await away(bot)


async def test_nothing_is_said_to_music_and_a_caller_who_is_back_is_told_that_somebody_is_there(bot: Desk) -> None:
    await answered(bot)
    music(bot, on=True)
    await away(bot)
    await bot.says("the the the sun")
    await asyncio.sleep(0.5)
    assert bot.line.generations() == [1]
    await begins(bot, "hello")
    music(bot, on=False)
    bot.recognisers.script.append("hello are you still there")
    stop(bot)
    await bot.until(lambda: bot.line.closed(2))
    plan = bot.responder.plan
    assert bot.line.stock_of(2) == [bot.id_of(plan.far_end.music.back), bot.id_of(plan.phrases.help)]


async def test_a_caller_who_is_back_with_a_question_is_answered(bot: Desk) -> None:
    await answered(bot)
    music(bot, on=True)
    await away(bot)
    await begins(bot, "when are")
    music(bot, on=False)
    bot.recognisers.script.append("when are you open")
    stop(bot)
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.intents[0].answer)]


async def test_music_that_does_not_end_is_bidden_farewell(bot: Desk) -> None:
    await answered(bot)
    bot.line.tell(Music("call-1", True, bot.line.now - samples(9.5), bot.line.now))
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.far_end.music.goodbye)]
    assert bot.line.told(HangUp) == [HangUp("call-1", after=2)]


async def test_an_announcement_in_the_music_is_not_answered(bot: Desk) -> None:
    await answered(bot)
    music(bot, on=True)
    await away(bot)
    await begins(bot, "your call is important to us please stay on the line")
    await eventually(lambda: bot.desk.sessions["call-1"].turn.said)
    music(bot, on=False)
    stop(bot)
    await asyncio.sleep(0.5)
    assert (state(bot), bot.line.generations()) == (State.AWAY, [1])
    await begins(bot, "good morning")  # the music does not come again: somebody is there
    await eventually(lambda: state(bot) is State.LISTENING)


async def test_an_announcement_that_is_known_late_is_not_answered_either(bot: Desk) -> None:
    await answered(bot)
    music(bot, on=True)
    await away(bot)
    await begins(bot, "your")
    music(bot, on=False)
    await eventually(lambda: state(bot) is State.LISTENING)
    bot.recogniser.at = bot.line.now
    bot.recogniser.partial("your call is important to us")
    await away(bot)
    stop(bot)
    await asyncio.sleep(0.5)
    assert bot.line.generations() == [1]


async def test_something_is_left_on_an_answering_machine_at_its_beep(bot: Desk) -> None:
    bot.line.slow = True
    await bot.ring()
    await eventually(lambda: bot.recognisers.opened)
    await begins(bot, MACHINE)  # over the greeting
    await bot.until(lambda: bool(bot.line.told(Drop)))
    await away(bot)
    stop(bot)
    bot.line.tell(Tone("call-1", ToneKind.BEEP, bot.line.now))
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of("The clinic called. Please call us back.")]
    assert {say.protected for say in bot.line.says if say.generation == 2} == {True}
    bot.line.finish_playing("call-1", 2)
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.told(HangUp) == [HangUp("call-1", after=2)]
    assert bot.desk.sessions["call-1"].far is Far.MACHINE


async def test_a_person_who_picks_up_before_the_beep_is_a_caller(bot: Desk) -> None:
    await answered(bot)
    await begins(bot, MACHINE)
    await away(bot)
    stop(bot)
    await begins(bot, "hello")
    await eventually(lambda: state(bot) is State.LISTENING)


async def test_a_fax_is_hung_up_on_at_once(bot: Desk) -> None:
    bot.line.slow = True
    await bot.ring()
    bot.line.tell(Tone("call-1", ToneKind.CNG, bot.line.now))
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.told(HangUp)[0] == HangUp("call-1")


async def test_a_beep_by_itself_is_nothing(bot: Desk) -> None:
    await answered(bot)
    bot.line.tell(Tone("call-1", ToneKind.BEEP, bot.line.now))
    await bot.says("when are you open")
    await bot.until(lambda: bot.line.closed(2))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.intents[0].answer)]


async def test_another_bot_hears_one_sentence_and_the_call_ends(bot: Desk) -> None:
    await answered(bot)
    await bot.says("this is an automated assistant how can i help you")
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.stock_of(2) == [bot.id_of(bot.responder.plan.far_end.bot.say)]


async def test_the_greeting_that_comes_back_is_no_other_bots(bot: Desk) -> None:
    bot.line.slow = True
    await bot.ring()
    await eventually(lambda: bot.recognisers.opened)
    await eventually(lambda: state(bot) is State.SPEAKING)
    echoed = "hello this is the automated assistant of his street bicycles how"
    bot.recogniser.at = bot.line.now
    await asyncio.sleep(3.5)  # so far it has been said by then
    bot.recogniser.partial(echoed)
    await asyncio.sleep(0.1)
    assert bot.desk.sessions["call-1"].turn.far is Far.PERSON
    assert state(bot) is State.SPEAKING
    bot.line.finish_playing("call-1", 1)
    await eventually(lambda: state(bot) is State.LISTENING)


async def test_one_who_dictates_may_tell_of_any_machine(bot: Desk) -> None:
    await answered(bot)
    await bot.says("i would like to leave a message")
    await bot.until(lambda: bot.line.closed(2))
    await eventually(lambda: state(bot) is State.LISTENING)
    await bot.says("this is an automated assistant it says press one for sales press two for support")
    await bot.until(lambda: bot.line.closed(3))
    assert bot.line.told(HangUp) == []


async def test_an_agent_that_comes_later_is_silent_under_the_music_and_waits_no_longer_for_it(bot: Desk) -> None:
    await answered(bot)
    music(bot, on=True)
    await away(bot)
    since = bot.line.now - samples(4.0)
    await taken_up(bot, since)
    assert bot.line.says == []
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert bot.line.now - since < samples(10.0 + 2.0)


async def test_an_agent_that_comes_later_waits_for_the_beep(bot: Desk) -> None:
    await answered(bot)
    await begins(bot, MACHINE)
    await away(bot)
    await bot.until(lambda: unpack(bot.line.told(Checkpoint)[-1].state).recorded)  # type: ignore[attr-defined]
    await taken_up(bot)
    assert bot.line.says == []
    bot.line.tell(Tone("call-1", ToneKind.BEEP, bot.line.now))
    await bot.until(lambda: bool(bot.line.told(HangUp)))
    assert {say.stock for say in bot.line.says if say.stock} == {bot.id_of("The clinic called. Please call us back.")}
