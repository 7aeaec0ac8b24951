"""The turn table as a caller notices it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.listen.evidence import Evidence
from agent.listen.interjection import Interjection
from agent.reply.reply import Awaited, Expectation
from agent.turn import moves
from agent.turn.moves import (
    Answer,
    Answered,
    Apologise,
    Began,
    Begin,
    Cancel,
    Deaf,
    Ended,
    Excuse,
    Failed,
    Fed,
    Fill,
    Flush,
    Greet,
    Handed,
    HangUp,
    Interjected,
    Nudge,
    PlayMusic,
    Prepared,
    Resume,
    Settle,
    Starved,
    TakenUp,
    Tick,
    VoiceBegan,
    Voiced,
    VoiceEnded,
    Waits,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import State, Timing, Turn
from agent.turn.table import Table
from telephony.audio import samples
from tests.turn.talk import TABLE, Talk


def test_a_call_is_greeted_and_a_call_taken_up_again_is_told_so() -> None:
    assert Talk().tell(Answered) == [Begin(1, Greet())]
    assert Talk().tell(TakenUp) == [Begin(1, Resume())]


def test_a_question_is_weighed_and_drafted_at_the_flush_and_answered_when_the_endpointer_says_so() -> None:
    talk = Talk().greeted()
    words = "what are your opening hours"
    assert talk.caller(words) == [moves.Weigh(words), moves.Draft(words)]
    quiet_since = talk.turn.quiet_since
    assert talk.wait() == [Begin(2, Answer("what are your opening hours"))]
    assert talk.at - quiet_since == samples(0.45)


class Sure:
    """An endpointer that is sure once the model is: then it waits 150 ms, else 1 s, and listens to how a turn sounds
    that the model is not sure of."""

    def probability(self, evidence: Evidence) -> float:
        return 0.0 if evidence.said.endswith("the") else 0.9

    def patience(self, evidence: Evidence) -> int:
        return samples(0.15) if (evidence.odds or 0.0) > 0 else samples(1.0)

    def would_listen(self, evidence: Evidence) -> bool:
        return evidence.odds is not None and evidence.odds <= 0 and evidence.sound is None


def test_the_models_word_ends_the_turn_at_once() -> None:
    table = Table(Rules(Sure()))
    turn = Turn(
        state=State.PAUSED, quiet_since=0, flushed=True, sure=True, heard="are you open", voiced_for=samples(0.8)
    )
    assert table.wake(turn) == samples(1.0)
    same, effects = table.step(turn, moves.Weighed(samples(0.16), "are you", odds=3.0))
    assert (same, effects) == (turn, ())  # of words that have changed
    turn, effects = table.step(turn, moves.Weighed(samples(0.16), "are you open", odds=3.0))
    assert effects == (Begin(1, Answer("are you open")),)
    assert turn.state is State.THINKING


def test_how_a_turn_sounds_is_asked_once_where_the_words_leave_it_open() -> None:
    table = Table(Rules(Sure()))
    turn = Turn(state=State.PAUSED, quiet_since=7, flushed=True, sure=True, heard="are you open", voice_since=0)
    turn, effects = table.step(turn, moves.Weighed(samples(0.16), "are you open", odds=-3.0))
    assert effects == (moves.Listen("are you open", 7),)
    turn, effects = table.step(turn, moves.Weighed(samples(0.17), "are you open", topic=0.2))
    assert effects == ()
    turn, effects = table.step(turn, moves.Weighed(samples(0.22), "are you open", sound=0.3))
    assert (effects, turn.sound) == ((), 0.3)


def test_words_are_read_as_they_come_and_a_reply_is_drafted_to_each_that_may_be_all() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    assert talk.words("are you open", after=0.3) == [moves.ReadAlong("are you open"), moves.Draft("are you open")]
    assert talk.words("are you open", after=0.3) == []
    assert talk.words("are you open today", after=0.3) == [
        moves.ReadAlong("are you open today"),
        moves.Draft("are you open today"),
    ]


def test_with_other_calls_nothing_is_made_ahead_of_the_pause() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    assert talk.words("are you open", after=0.3, crowded=True) == []
    talk.tell(VoiceEnded, talk.at + samples(0.2), after=0.3)
    effects = talk.words("are you open", flushed=True, crowded=True, after=0.03)
    assert effects == [moves.Weigh("are you open"), moves.Draft("are you open")]


def test_words_that_cannot_be_all_are_read_ahead_and_not_drafted() -> None:
    table = Table(Rules(Sure()))
    turn = Turn(state=State.LISTENING, voice=True)
    turn, effects = table.step(turn, Words(100, 0, "where is the"))
    assert effects == (moves.ReadAlong("where is the"),)
    turn, effects = table.step(turn, Words(300, 0, "where is the shop"))
    assert effects == (moves.ReadAlong("where is the shop"), moves.Draft("where is the shop"))


def test_the_recogniser_is_flushed_as_soon_as_the_voice_is_known_to_be_gone() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    assert talk.quiet(after=1.0) == []  # in the same moment
    quiet_since = talk.at
    assert talk.wait() == [Flush()]
    assert talk.at - quiet_since == Timing().ripe


def test_with_other_calls_short_dips_of_the_voice_are_not_flushed() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    talk.words("are you open", crowded=True)
    talk.quiet(after=1.0)
    quiet_since = talk.at
    assert talk.wait() == [Flush()]
    assert talk.at - quiet_since == Timing().riper > Timing().ripe


def test_a_caller_whose_voice_begins_with_the_bots_had_only_paused() -> None:
    talk = Talk().greeted()
    talk.caller("what are your opening hours")
    talk.wait()
    talk.says()
    assert talk.tell(VoiceBegan, after=0.02) == [Cancel(2, retract=True)]
    assert talk.turn.said == "what are your opening hours"
    assert talk.turn.state is State.LISTENING


def test_the_callers_pauses_are_remembered() -> None:
    talk = Talk().greeted()
    talk.caller("i would like to")
    talk.tell(VoiceBegan, after=0.4)
    assert talk.turn.rhythm.pauses == (samples(0.08 + 0.03 + 0.4),)


def test_a_pause_inside_a_turn_joins_its_words() -> None:
    talk = Talk().greeted()
    talk.caller("i would like to")
    talk.caller("i would like to book an appointment")
    assert talk.wait() == [Begin(2, Answer("i would like to book an appointment"))]


def test_dictation_and_digits_are_waited_for() -> None:
    for awaited, least in ((Awaited.MESSAGE, 1.2), (Awaited.DIGITS, 1.2)):
        talk = Talk()
        talk.tell(Answered)
        talk.says(expects=Expectation(awaited))
        talk.bot(Ended, after=2.0)
        talk.caller("five five five")
        begun = talk.turn.quiet_since
        talk.wait()
        assert talk.at - begun >= samples(least)


def test_words_are_waited_for_but_not_for_ever() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    talk.words("are you open", over=Interjection.SPEECH, after=0.8)
    talk.quiet(after=0.2)
    quiet_since = talk.turn.quiet_since
    assert talk.wait() == [Flush()]
    assert talk.wait() == [Begin(2, Answer("are you open"))]  # the flush was never answered
    assert talk.at - quiet_since <= samples(2.5)


def test_speech_without_words_gets_an_answer_and_a_click_does_not() -> None:
    talk = Talk().greeted()
    talk.caller("", seconds=1.5)
    assert talk.wait() == [Begin(2, Answer(""))]
    talk = Talk().greeted()
    talk.caller("", seconds=0.1)
    assert talk.turn.state is State.LISTENING


def test_a_caller_who_goes_on_before_the_reply_is_audible_takes_it_back() -> None:
    talk = Talk().greeted()
    talk.caller("what are your opening hours")
    talk.wait()
    assert talk.tell(VoiceBegan, after=0.05) == [Cancel(2, retract=True)]
    talk.quiet(after=0.8)
    talk.wait()
    talk.words("on sunday", flushed=True, over=Interjection.SPEECH)
    assert talk.wait() == [Begin(3, Answer("what are your opening hours on sunday"))]


def test_a_caller_who_starts_as_the_bot_is_about_to_nudge_is_heard() -> None:
    talk = Talk().greeted()
    talk.wait()
    assert talk.tell(VoiceBegan, after=0.02) == [Cancel(2, retract=True)]
    assert talk.turn.state is State.LISTENING


def test_silence_is_nudged_twice_and_the_third_time_said_goodbye() -> None:
    talk = Talk().greeted()
    for count in (1, 2, 3):
        assert talk.wait() == [Begin(count + 1, Nudge(count))]
        talk.says(hang_up=count == 3)
        talk.bot(Ended, after=2.0)
    assert talk.turn.state is State.CLOSING
    assert talk.effects[-1] == HangUp(4)


def test_nobody_is_nudged_while_on_hold() -> None:
    talk = Talk().greeted()
    talk.tell(moves.Unreachable)
    assert TABLE.wake(talk.turn) is None
    talk.tell(moves.Reachable, after=100.0)
    assert TABLE.wake(talk.turn) == talk.at + samples(7.0)


def test_the_farewell_is_heard_whole() -> None:
    talk = Talk().greeted()
    talk.caller("goodbye")
    talk.wait()
    talk.says(hang_up=True)
    assert talk.wait() == [Settle(2), HangUp(2)]
    assert talk.tell(VoiceBegan) == []
    assert talk.words("wait one more thing", over=Interjection.SPEECH) == []


def test_a_late_reply_is_covered_by_a_filler_and_given_up_with_an_apology() -> None:
    talk = Talk().greeted()
    talk.caller("tell me a joke")
    talk.wait()
    committed = talk.at
    assert talk.wait() == [Fill(2)]
    assert talk.at - committed <= samples(0.8)
    assert talk.wait() == [Excuse(2)]


def test_a_failed_reply_is_excused_at_once_and_the_third_in_a_row_ends_the_call() -> None:
    talk = Talk().greeted()
    for count in (2, 3, 4):
        talk.caller("tell me a joke")
        talk.wait()
        effects = talk.bot(Failed, after=0.1)
        assert effects[0] == Excuse(count)
        talk.bot(Began, after=0.05)
        talk.bot(Ended, after=2.0)
    assert effects == [Excuse(4), HangUp(4)]


def stops(**prepared: bool) -> Talk:
    """A reply that has stopped in its middle."""
    talk = Talk().greeted()
    talk.caller("tell me a joke")
    talk.wait()
    talk.bot(Prepared, **prepared)
    talk.bot(Voiced)
    talk.bot(Began, after=0.05)
    if prepared:
        talk.wait()
    talk.bot(Starved, after=1.0)
    return talk


@pytest.mark.parametrize("prepared", [{}, {"hang_up": True}])
def test_a_reply_that_stops_in_its_middle_is_filled_and_goes_on(prepared: dict[str, bool]) -> None:
    talk = stops(**prepared)
    stopped = talk.at
    assert talk.wait() == [Fill(2)]
    assert talk.at - stopped == Timing().starved
    talk.bot(Starved, after=1.0)  # the filler is over
    talk.bot(Fed, after=2.0)
    effects = talk.bot(Handed, after=0.5)
    assert effects == ([HangUp(2)] if prepared else [])
    assert Excuse(2) not in talk.effects


@pytest.mark.parametrize("prepared", [{}, {"hang_up": True}])
def test_a_reply_that_stops_in_its_middle_for_long_is_excused(prepared: dict[str, bool]) -> None:
    talk = stops(**prepared)
    stopped = talk.at
    talk.wait()
    talk.bot(Starved, after=1.0)
    assert talk.wait()[0] == Excuse(2)
    assert talk.at - stopped == Timing().starved + Timing().give_up


def test_a_reply_that_stops_again_is_filled_again() -> None:
    talk = stops()
    talk.wait()
    talk.bot(Fed, after=0.5)
    talk.bot(Starved, after=1.0)
    assert talk.wait() == [Fill(2)]


def test_a_deaf_moment_in_the_callers_turn_asks_for_the_words_again() -> None:
    talk = Talk().greeted()
    assert talk.tell(Deaf) == []
    talk.tell(VoiceBegan)
    assert talk.tell(Deaf, after=0.5) == [Begin(2, Apologise())]


def test_a_key_that_has_an_answer_interrupts() -> None:
    talk = Talk()
    talk.tell(Answered)
    talk.says()
    assert talk.tell(Interjected) == [Cancel(1), Begin(2, moves.Pending())]


def test_music_for_a_caller_who_waits_is_a_generation_of_its_own_and_no_turn() -> None:
    talk = Talk().greeted()
    before = talk.turn
    assert talk.tell(Waits) == [PlayMusic(2)]
    assert talk.turn == replace(before, generation=2, music=2)
    talk.caller("when are you open")
    assert talk.wait() == [Begin(3, Answer("when are you open", sure=True))]
    assert talk.tell(Waits) == []


def test_no_music_over_a_caller_who_speaks() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    assert talk.tell(Waits) == []
    assert talk.turn.generation == 1


def test_a_silence_lasts_as_long_as_what_was_said_wants_it_to() -> None:
    talk = Talk()
    talk.tell(Answered)
    talk.says(Expectation(silence=20.0))
    talk.bot(Ended, after=3.0)
    assert talk.tell(Tick, after=19.9) == []
    assert talk.tell(Tick, after=0.2) == [Begin(2, Nudge(1))]


def test_words_with_too_little_voice_for_them_are_not_sure() -> None:
    for seconds, sure in ((0.15, False), (0.6, True)):
        talk = Talk().greeted()
        talk.caller("goodbye", seconds=seconds)
        assert talk.wait() == [Begin(2, Answer("goodbye", sure=sure))]


def test_a_turn_that_was_answered_too_soon_keeps_its_voice() -> None:
    talk = Talk().greeted()
    talk.caller("thank you that's all good", seconds=1.2)
    talk.wait()
    talk.tell(VoiceBegan, after=0.05)
    talk.quiet(after=0.2)
    talk.wait()
    talk.words("bye", flushed=True, over=Interjection.OPEN)
    assert talk.wait() == [Begin(3, Answer("thank you that's all good bye", sure=True))]


def test_a_voice_detector_that_is_stuck_does_not_hold_the_turn() -> None:
    talk = Talk().greeted()
    talk.tell(VoiceBegan)
    talk.words("where are you", over=Interjection.SPEECH, after=1.0)
    spoken = talk.at
    assert talk.wait() == [Flush()]
    talk.words("where are you", flushed=True, over=Interjection.SPEECH, after=0.05)
    assert talk.effects[-1] == Begin(2, Answer("where are you"))
    assert talk.at - spoken <= samples(3.0)
