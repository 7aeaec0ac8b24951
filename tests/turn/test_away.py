"""No person at the far end: what the table does about music, machines, bots and faxes, and a person who is back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.listen.far_end import Far
from agent.turn.moves import (
    Answer,
    Answered,
    Beeped,
    Began,
    Begin,
    Cancel,
    Ended,
    Flush,
    Handed,
    HangUp,
    Interjected,
    Noticed,
    Nudge,
    Part,
    Pending,
    Prepared,
    Returned,
    VoiceBegan,
    VoiceEnded,
    Waits,
    Words,
)
from agent.turn.rules import Rules
from agent.turn.state import Absence, State
from agent.turn.table import ROWS, Table
from telephony.audio import samples
from tests.turn.talk import Talk

WAITS = Absence(music=samples(60.0), machine=samples(20.0), leaves=True)
ASKED = "what are your hours"


def call(absence: Absence = WAITS) -> Talk:
    return Talk(Table(Rules(absence=absence))).greeted()


def noticed(talk: Talk, far: Far, after: float = 0.5) -> list:
    return talk.tell(Noticed, far, talk.at, after=after)


def on_hold() -> Talk:
    talk = call()
    assert noticed(talk, Far.MUSIC, after=4.0) == []
    assert talk.turn.state is State.AWAY
    return talk


def test_our_own_music_ends_for_a_caller_who_is_away() -> None:
    talk = call()
    talk.tell(Waits)
    assert noticed(talk, Far.MUSIC, after=4.0) == [Cancel(2)]
    assert talk.turn.state is State.AWAY


def test_music_is_waited_through_without_a_word_until_it_is_too_long() -> None:
    talk = on_hold()
    begun = talk.at - samples(4.0)
    talk.caller("the the", seconds=2.0)  # what the recogniser makes of it
    assert talk.turn.state is State.AWAY
    assert talk.wait() == [Begin(2, Part(Far.MUSIC))]
    assert talk.at == begun + WAITS.music
    talk.says(hang_up=True)
    assert talk.bot(Ended, after=2.0)[-1] == HangUp(2)


def test_a_person_who_is_back_is_answered_as_such() -> None:
    talk = on_hold()
    talk.tell(VoiceBegan, after=20.0)
    talk.words("hello")
    assert talk.tell(Returned, after=0.7) == []
    assert talk.turn.state is State.LISTENING
    assert talk.quiet(0.3) == []
    assert talk.turn.state is State.PAUSED
    assert talk.wait() == [Flush()]
    talk.words("hello", flushed=True)
    assert talk.wait() == [Begin(2, Answer("hello", back=True))]
    talk.says()
    talk.bot(Ended, after=2.0)
    talk.caller(ASKED)
    assert talk.wait() == [Begin(3, Answer(ASKED))]  # from now on as before


def test_one_who_said_something_short_that_nobody_understood_is_answered_too() -> None:
    talk = on_hold()
    talk.tell(VoiceBegan, after=20.0)
    talk.quiet(0.3)
    assert talk.tell(Returned, after=0.4) == [Flush()]
    talk.words("", flushed=True)
    assert talk.wait() == [Begin(2, Answer("", back=True))]


def test_music_that_only_stops_is_followed_by_the_plan_for_silence() -> None:
    talk = on_hold()
    talk.tell(Returned, after=20.0)
    assert talk.turn.state is State.LISTENING
    begun = talk.at
    assert talk.wait() == [Begin(2, Nudge(1))]
    assert talk.at == begun + samples(7.0)


def test_words_of_the_music_are_not_those_of_a_person_who_is_back() -> None:
    talk = on_hold()
    talk.words("nonsense", after=1.0)
    talk.tell(VoiceBegan, after=10.0)
    assert talk.turn.said == ""
    talk.words("hi")
    talk.tell(Returned, after=0.7)
    assert talk.turn.said == "hi"


def test_music_with_announcements_is_waited_through_as_one() -> None:
    talk = on_hold()
    begun = talk.at - samples(4.0)
    for _ in range(3):
        talk.tell(VoiceBegan, after=10.0)
        talk.tell(Returned, after=0.7)
        noticed(talk, Far.MUSIC, after=4.0)
    assert talk.wait() == [Begin(2, Part(Far.MUSIC))]
    assert talk.at == begun + WAITS.music


def test_one_who_was_back_and_answered_is_waited_for_anew() -> None:
    talk = on_hold()
    talk.tell(Returned, after=20.0)
    for _ in range(2):
        talk.caller(ASKED)
        talk.wait()
        talk.says()
        talk.bot(Ended, after=2.0)
    noticed(talk, Far.MUSIC)
    begun = talk.at - samples(0.5)
    assert isinstance(talk.wait()[0], Begin)
    assert talk.at == begun + WAITS.music


def test_one_who_was_back_for_long_is_waited_for_anew_though_they_said_nothing() -> None:
    talk = on_hold()
    talk.tell(Returned, after=50.0)
    talk.at += samples(21.0)
    begun = talk.at
    noticed(talk, Far.MUSIC, after=4.0)
    assert talk.wait() == [Begin(2, Part(Far.MUSIC))]
    assert talk.at == begun + WAITS.music


def test_a_key_is_pressed_by_a_person() -> None:
    talk = on_hold()
    assert talk.tell(Interjected, after=3.0) == [Begin(2, Pending())]
    assert talk.turn.far is Far.PERSON


def test_what_is_being_made_is_taken_back_and_what_is_being_said_is_broken_off() -> None:
    talk = call()
    talk.caller(ASKED)
    talk.wait()
    assert noticed(talk, Far.MUSIC) == [Cancel(2, retract=True)]
    assert talk.turn.state is State.AWAY
    talk = call()
    talk.caller(ASKED)
    talk.wait()
    talk.says()
    assert noticed(talk, Far.MUSIC, after=1.0) == [Cancel(2)]
    assert talk.turn.state is State.AWAY


@pytest.mark.parametrize("flags", [{"protected": True}, {"hang_up": True}])
def test_what_must_be_heard_and_what_ends_the_call_goes_on_under_music(flags: dict[str, bool]) -> None:
    talk = call()
    talk.caller(ASKED)
    talk.wait()
    talk.says(**flags)
    assert noticed(talk, Far.MUSIC, after=0.1) == []
    assert talk.turn.state is State.SPEAKING
    effects = talk.bot(Ended, after=2.0)
    assert talk.turn.state is (State.CLOSING if "hang_up" in flags else State.AWAY)
    assert not any(isinstance(effect, Cancel) for effect in effects)


def test_music_that_was_over_before_the_bot_was_through_is_forgotten() -> None:
    talk = call()
    talk.caller(ASKED)
    talk.wait()
    talk.says(protected=True)
    noticed(talk, Far.MUSIC, after=0.1)
    talk.tell(Returned, after=0.5)
    talk.bot(Ended, after=2.0)
    assert talk.turn.state is State.LISTENING


def test_an_answering_machine_is_told_something_at_the_beep_and_hung_up_on() -> None:
    talk = call()
    talk.tell(VoiceBegan)
    assert noticed(talk, Far.MACHINE, after=3.0) == []
    assert talk.turn.state is State.AWAY
    talk.quiet(1.0)
    assert talk.tell(Beeped, after=1.0) == [Begin(2, Part(Far.MACHINE))]
    talk.says(hang_up=True, protected=True)
    assert talk.tell(VoiceBegan, after=0.5) == []
    assert talk.bot(Ended, after=3.0)[-1] == HangUp(2)


def test_without_a_text_the_beep_ends_the_call() -> None:
    talk = call(replace(WAITS, leaves=False))
    noticed(talk, Far.MACHINE)
    assert talk.tell(Beeped, after=1.0) == [HangUp()]
    assert talk.turn.state is State.CLOSING


@pytest.mark.parametrize("leaves", [True, False])
def test_a_beep_that_does_not_come_is_waited_for_so_long(leaves: bool) -> None:
    talk = call(replace(WAITS, leaves=leaves))
    noticed(talk, Far.MACHINE)
    begun = talk.at
    assert talk.wait() == ([Begin(2, Part(Far.MACHINE))] if leaves else [HangUp()])
    assert talk.at == begun + WAITS.machine


@pytest.mark.parametrize(("before", "at_once"), [(1.0, True), (2.9, True), (3.1, False)])
def test_a_machine_that_is_noticed_by_its_words_after_the_beep_records_already(before: float, at_once: bool) -> None:
    talk = call()
    talk.tell(Beeped)
    effects = noticed(talk, Far.MACHINE, after=before)
    assert effects == ([Begin(2, Part(Far.MACHINE))] if at_once else [])


def test_a_machine_behind_the_music_and_music_behind_a_machine_are_a_machine() -> None:
    talk = on_hold()
    noticed(talk, Far.MACHINE)
    noticed(talk, Far.MUSIC)
    noticed(talk, Far.BOT)
    assert (talk.turn.state, talk.turn.far) == (State.AWAY, Far.MACHINE)


def test_a_bot_may_finish_its_turn_and_is_bidden_farewell() -> None:
    talk = call()
    talk.tell(VoiceBegan)
    assert noticed(talk, Far.BOT, after=2.0) == []
    assert talk.turn.state is State.LISTENING
    talk.caller("for sales press one")
    assert talk.wait() == [Begin(2, Part(Far.BOT))]
    talk.says(hang_up=True, protected=True)
    talk.tell(VoiceBegan, after=0.3)
    talk.words("for support press two")
    assert talk.bot(Ended, after=2.0)[-1] == HangUp(2)


def test_a_bot_that_is_noticed_while_ours_speaks_hears_the_end_of_that() -> None:
    talk = call()
    talk.caller(ASKED)
    talk.wait()
    talk.says()
    assert noticed(talk, Far.BOT) == []
    assert talk.bot(Ended, after=1.0) == [Begin(3, Part(Far.BOT))]


def test_a_bot_that_falls_silent_is_not_asked_whether_it_is_there() -> None:
    talk = call()
    noticed(talk, Far.BOT)
    assert talk.wait() == [Begin(2, Part(Far.BOT))]


@pytest.mark.parametrize("state", [state for state in State if state not in (State.NEW, State.ENDED)])
def test_a_fax_is_hung_up_on_whatever_is_going_on(state: State) -> None:
    talk = call()
    talk.turn = replace(talk.turn, state=state, protected=True, binds=True)
    assert HangUp() in noticed(talk, Far.FAX)
    assert talk.turn.state is State.CLOSING


def test_a_machine_that_fails_to_be_told_is_hung_up_on() -> None:
    talk = call()
    noticed(talk, Far.MACHINE)
    talk.tell(Beeped)
    talk.bot(Prepared, hang_up=True, protected=True)
    talk.wait()  # a filler
    effects = talk.wait()
    assert HangUp(2) in effects


def test_every_living_state_answers_what_is_noticed() -> None:
    living = [state for state in State if state not in (State.NEW, State.ENDED)]
    assert all(Noticed in ROWS[state] for state in living)


def test_nothing_is_asked_of_the_recogniser_under_music() -> None:
    talk = on_hold()
    for _ in range(3):
        talk.tell(VoiceBegan, after=2.0)
        assert talk.tell(Words, talk.turn.hearing, "the sun") == []
        assert talk.tell(VoiceEnded, talk.at, after=1.0) == []
    assert {type(effect) for effect in talk.effects} == {Begin}


def test_a_call_that_begins_with_music_is_not_greeted_over_it() -> None:
    talk = Talk(Table(Rules(absence=WAITS)))
    talk.tell(Answered)
    assert noticed(talk, Far.MUSIC, after=0.0) == [Cancel(1, retract=True)]
    assert talk.bot(Began) == talk.bot(Handed) == []
    assert talk.turn.state is State.AWAY
