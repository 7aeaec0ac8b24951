"""What a caller says over the bot, as they notice it."""

from __future__ import annotations

import pytest

from agent.listen.interjection import ENGLISH, Interjection
from agent.reply.reply import Awaited, Expectation
from agent.turn import moves
from agent.turn.moves import (
    Answer,
    Answered,
    Begin,
    Cancel,
    Ended,
    Fill,
    Flush,
    Pause,
    Peek,
    Restore,
    Settle,
    VoiceBegan,
    VoiceEnded,
    Words,
)
from agent.turn.state import State, Timing
from telephony.audio import samples
from tests.turn.talk import Talk


def test_real_words_over_the_bot_stop_it_and_are_its_next_question() -> None:
    talk = Talk()
    talk.tell(Answered)
    talk.says()
    assert talk.tell(VoiceBegan, after=0.5) == []
    assert talk.turn.state is State.OVERLAP
    assert talk.words("no wait", over=Interjection.STOP, after=0.4) == [Cancel(1)]
    talk.quiet(after=0.3)
    talk.wait()
    talk.words("no wait where are you", flushed=True, over=Interjection.SPEECH)
    assert talk.wait() == [Begin(2, Answer("no wait where are you"))]


def test_words_that_a_late_flush_gives_are_not_taken_for_an_interruption() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    talk.words("are you open", over=Interjection.SPEECH, after=0.8)
    talk.quiet(after=0.2)
    talk.wait()
    talk.wait()
    talk.says()
    assert talk.tell(Words, talk.turn.hearing - 1, "are you open today", flushed=True, over=Interjection.SPEECH) == []
    talk.tell(VoiceBegan, after=0.5)
    assert talk.words("no wait", over=Interjection.STOP) == [Cancel(2)]


def test_words_without_a_voice_are_what_is_left_of_the_bots_own_and_do_not_stop_it() -> None:
    talk = Talk().greeted()
    talk.caller("are you open")
    talk.wait()
    talk.says()
    assert talk.words("attorney until", over=Interjection.SPEECH, after=0.8) == []
    assert talk.words("attorney until wait", over=Interjection.STOP, after=0.8) == []
    assert talk.turn.state is State.SPEAKING


def test_the_bots_own_words_and_a_cough_do_not_stop_it() -> None:
    talk = over_the_bot()
    assert talk.words("how can i help you", after=0.4) == []
    talk.quiet(after=0.2)
    assert talk.words("", flushed=True, after=0.05) == [Restore(1)]
    assert talk.turn.state is State.SPEAKING


def over_the_bot() -> Talk:
    """A caller whose voice began half a second after the bot's."""
    talk = Talk()
    talk.tell(Answered)
    talk.says()
    talk.tell(VoiceBegan, after=0.5)
    return talk


def test_a_voice_over_the_bots_silences_it_until_its_words_are_known() -> None:
    talk = over_the_bot()
    began = talk.at
    assert talk.wait() == [Pause(1)]
    assert talk.at - began == Timing().hush
    talk.quiet(after=0.2)
    assert talk.words("mhm right", flushed=True, over=Interjection.BACKCHANNEL, after=0.1) == [Restore(1)]
    assert talk.turn.state is State.SPEAKING
    assert not talk.turn.hushed


def test_a_voice_without_words_does_not_silence_the_bot_for_long() -> None:
    talk = over_the_bot()
    began = talk.at
    assert talk.wait() == [Pause(1)]
    assert talk.wait() == [Peek()]
    assert talk.wait() == [Restore(1)]
    assert talk.at - began == Timing().overlap


def test_what_a_caller_says_over_the_bot_is_asked_for_before_they_are_through() -> None:
    talk = over_the_bot()
    began = talk.at
    talk.wait()
    assert talk.wait() == [Peek()]
    assert talk.at - began == Timing().peek
    assert talk.words("where are", flushed=True, over=Interjection.SPEECH, after=0.05) == [Cancel(1)]
    assert talk.turn.state is State.LISTENING


def test_a_voice_over_the_bots_that_goes_on_with_a_word_of_its_own_stops_it() -> None:
    talk = over_the_bot()
    began = talk.at
    talk.wait()
    talk.wait()
    assert talk.words("parking", flushed=True, over=Interjection.OPEN, after=0.05) == []
    assert talk.wait() == [Cancel(1)]
    assert talk.at - began == Timing().insists


def test_what_may_become_a_listening_noise_stops_the_bot_only_when_it_is_all() -> None:
    talk = over_the_bot()
    talk.wait()
    talk.wait()
    assert talk.words("that makes", flushed=True, over=Interjection.BEGUN, after=0.05) == []
    assert talk.words("that makes", over=Interjection.BEGUN, after=0.3) == []
    talk.quiet(after=0.1)
    assert Cancel(1) in talk.words("that makes", flushed=True, over=Interjection.BEGUN, after=0.05)


def test_a_listening_noise_that_goes_on_does_not_stop_the_bot() -> None:
    talk = over_the_bot()
    talk.wait()
    talk.wait()
    assert talk.words("yeah", flushed=True, over=Interjection.BACKCHANNEL, after=0.05) == []
    talk.quiet(after=0.5)
    assert talk.words("yeah yeah", flushed=True, over=Interjection.BACKCHANNEL, after=0.05) == [Restore(1)]


def test_a_word_of_protest_stops_the_bot_before_the_caller_is_through() -> None:
    talk = over_the_bot()
    assert talk.words("wait", over=Interjection.STOP, after=0.2) == [Cancel(1)]
    assert talk.turn.state is State.LISTENING


@pytest.mark.parametrize(("length", "stops"), [(0.2, False), (0.5, True)])
def test_a_single_word_stops_the_bot_if_it_was_a_long_one(length: float, stops: bool) -> None:
    talk = over_the_bot()
    assert talk.words("parking", over=Interjection.OPEN, after=0.1) == []
    began = talk.turn.voice_since
    talk.tell(VoiceEnded, began + samples(length), after=length)
    effects = talk.words("parking", flushed=True, over=Interjection.OPEN, after=0.1)
    assert (Cancel(1) in effects) is stops
    assert (Restore(1) in effects) is not stops


def test_an_early_yes_over_the_end_of_the_question_is_the_answer() -> None:
    talk = Talk()
    talk.tell(Answered)
    talk.says(expects=Expectation(Awaited.YES_NO))
    talk.caller("yes", seconds=0.3)
    talk.bot(Ended, after=0.2)
    assert talk.wait() == [Flush()]
    talk.words("", flushed=True)
    assert talk.turn.said == "yes"
    assert talk.wait() == [Begin(2, Answer("yes"))]


def test_a_second_listening_noise_right_after_the_first_does_not_take_the_answer_back() -> None:
    talk = Talk().greeted()
    talk.caller("what are your opening hours")
    talk.wait()
    talk.says()
    talk.tell(VoiceBegan, after=0.5)
    talk.quiet(after=0.2)
    assert talk.words("yeah", flushed=True, over=Interjection.BACKCHANNEL, after=0.1) == [Restore(2)]
    assert talk.tell(VoiceBegan, after=0.02) == []
    assert talk.turn.state is State.OVERLAP


def answered(said: str, awaited: Awaited = Awaited.YES_NO) -> Talk:
    """A caller whose answer to the bot's question is being replied to, with something to be done."""
    talk = Talk()
    talk.tell(Answered)
    talk.says(expects=Expectation(awaited))
    talk.bot(Ended, after=3.0)
    talk.caller(said, seconds=0.3)
    talk.wait()
    talk.says(binds=True)
    return talk


def courtesy(talk: Talk, words: str = "please", after: float = 0.2) -> list[moves.Effect]:
    """The caller says this over the bot."""
    talk.tell(VoiceBegan, after=after)
    talk.words(words, over=ENGLISH.interjection(words.split()), after=0.3)
    talk.quiet(after=0.2)
    return talk.words(words, flushed=True, over=ENGLISH.interjection(words.split()), after=0.05)


@pytest.mark.parametrize("words", ["please", "please do", "thank you", "yes please"])
def test_the_rest_of_a_yes_over_its_answer_is_no_interruption(words: str) -> None:
    talk = answered("yes")
    assert courtesy(talk, words) == [Restore(2)]
    assert talk.wait() == [Settle(2)]


def test_the_rest_of_a_yes_over_the_end_of_its_answer_is_not_answered() -> None:
    talk = answered("yes")
    courtesy(talk)
    talk.bot(Ended, after=0.3)
    assert talk.turn.state is State.LISTENING
    assert talk.turn.said == ""


def test_the_rest_of_a_yes_whose_answer_is_late_does_not_take_it_back() -> None:
    talk = Talk()
    talk.tell(Answered)
    talk.says(expects=Expectation(Awaited.YES_NO))
    talk.bot(Ended, after=3.0)
    talk.caller("yes", seconds=0.3)
    talk.wait()
    assert talk.wait() == [Fill(2)]
    courtesy(talk)
    assert talk.turn.state is State.WAITING


@pytest.mark.parametrize(
    ("said", "awaited", "after"),
    [("yes", Awaited.YES_NO, 1.5), ("no", Awaited.YES_NO, 0.2), ("yes", Awaited.OPEN, 0.2)],
)
def test_a_please_that_completes_no_yes_is_the_callers_word(said: str, awaited: Awaited, after: float) -> None:
    talk = answered(said, awaited)
    courtesy(talk, after=after)
    assert talk.turn.state is State.PAUSED
    assert talk.turn.said.endswith("please")


def test_a_please_that_goes_on_over_the_answer_to_a_yes_stops_it() -> None:
    talk = answered("yes")
    courtesy(talk, "please stop")
    assert Cancel(2, retract=True) in talk.effects
