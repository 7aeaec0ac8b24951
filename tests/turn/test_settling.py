"""What comes of a reply and cannot be undone waits until the caller has let it pass."""

from __future__ import annotations

from agent.listen.interjection import Interjection
from agent.turn.moves import (
    Began,
    Cancel,
    Ended,
    Excuse,
    Failed,
    Handed,
    HangUp,
    Interjected,
    Over,
    Pause,
    Peek,
    Prepared,
    Restore,
    Settle,
    VoiceBegan,
    Voiced,
)
from agent.turn.state import State
from telephony.audio import samples
from tests.turn.talk import Talk


def bound(hang_up: bool = False) -> Talk:
    """A reply to "yes" has just become audible, and something comes of it that cannot be undone."""
    talk = Talk().greeted()
    talk.caller("yes")
    talk.wait()
    talk.says(binds=True, hang_up=hang_up)
    return talk


def test_what_cannot_be_undone_waits_for_the_caller_and_happens_once() -> None:
    talk = bound()
    began = talk.turn.began_at
    assert talk.wait() == [Settle(2)]
    assert talk.at - began >= samples(0.3)
    assert talk.turn.state is State.SPEAKING
    talk.bot(Ended, after=2.0)
    talk.tell(Over)
    assert talk.effects.count(Settle(2)) == 1


def test_a_caller_who_says_no_wait_at_once_takes_the_reply_back_and_nothing_comes_of_it() -> None:
    for hang_up in (False, True):
        talk = bound(hang_up)
        assert talk.tell(VoiceBegan, after=0.25) == []
        assert talk.words("no wait", over=Interjection.STOP, after=0.4) == [Cancel(2, retract=True)]
        assert talk.turn.said == "yes no wait"
        assert talk.turn.state is State.LISTENING
        talk.tell(Over, after=5.0)
        assert not {Settle(2), HangUp(2), HangUp()} & set(talk.effects)


def test_a_noise_over_the_first_words_holds_back_what_comes_of_them_until_it_is_known_to_be_one() -> None:
    talk = bound()
    talk.tell(VoiceBegan, after=0.25)
    assert talk.wait() == [Pause(2)]
    talk.quiet(after=0.1)
    assert talk.words("", flushed=True, after=0.1) == [Restore(2)]
    assert talk.wait() == [Settle(2)]


def test_a_reply_that_is_heard_whole_before_the_voice_over_it_is_understood_waits_for_its_words() -> None:
    for words, over, then in (
        ("no wait", Interjection.STOP, [Cancel(2, retract=True)]),
        ("", Interjection.NOTHING, [Settle(2), HangUp(2)]),
    ):
        talk = bound(hang_up=True)
        talk.tell(VoiceBegan, after=0.2)
        assert talk.bot(Ended, after=0.1) == []
        talk.quiet(after=0.1)
        assert talk.words(words, flushed=True, over=over, after=0.1) == then


def test_a_voice_that_never_becomes_words_does_not_hold_back_the_end_of_the_call() -> None:
    talk = bound(hang_up=True)
    talk.tell(VoiceBegan, after=0.2)
    talk.bot(Ended, after=0.1)
    assert talk.wait() == [Peek()]
    assert talk.wait() == [Settle(2), HangUp(2)]


def test_what_was_heard_whole_or_ended_by_the_caller_cannot_be_taken_back() -> None:
    assert bound().bot(Ended, after=0.1) == [Settle(2)]
    assert bound().tell(Over) == [Settle(2), Cancel(2)]
    talk = Talk().greeted()
    talk.caller("yes")
    talk.wait()
    talk.bot(Prepared, binds=True)  # and the caller hangs up before a sound of it
    assert talk.tell(Over) == [Settle(2), Cancel(2)]


def test_a_caller_who_hangs_up_while_they_say_something_has_let_nothing_pass() -> None:
    talk = bound()
    talk.tell(VoiceBegan, after=0.2)
    assert talk.tell(Over, after=0.1) == [Cancel(2)]
    talk = bound()
    talk.tell(VoiceBegan, after=0.2)
    talk.quiet(after=0.1)  # and their words are awaited
    assert talk.tell(Over, after=0.1) == [Cancel(2)]


def test_what_nothing_may_cut_is_done_whoever_speaks_over_it() -> None:
    talk = Talk().greeted()
    talk.caller("he is bleeding")
    talk.wait()
    talk.says(binds=True, protected=True)
    talk.tell(VoiceBegan, after=0.2)
    assert talk.tell(Over, after=0.1) == [Settle(2), Cancel(2)]


def test_a_voice_that_goes_on_without_words_holds_back_what_comes_of_the_reply_until_it_ends() -> None:
    talk = bound()
    talk.tell(VoiceBegan, after=0.2)
    while talk.turn.state is State.OVERLAP:
        talk.wait()
    assert (talk.turn.voice, Settle(2) in talk.effects) == (True, False)
    talk.quiet(after=0.5)
    assert talk.wait() == [Settle(2)]


def test_a_farewell_that_the_line_does_not_begin_ends_the_call() -> None:
    talk = Talk().greeted()
    talk.caller("goodbye")
    talk.wait()
    talk.bot(Prepared, hang_up=True)
    talk.bot(Voiced)
    talk.bot(Handed)
    assert talk.wait() == [HangUp(2)]
    assert talk.wait() == [Settle(2), Cancel(2), HangUp()]


def test_what_comes_of_a_reply_that_the_line_does_not_begin_is_done_unless_the_caller_speaks() -> None:
    for speaks, then in ((False, [Settle(2), Cancel(2)]), (True, [Cancel(2, retract=True)])):
        talk = Talk().greeted()
        talk.tell(Interjected)
        talk.bot(Prepared, binds=True)
        talk.bot(Voiced)
        if speaks:
            talk.tell(VoiceBegan, after=0.5)
        assert talk.wait() == then
        talk.tell(Over, after=1.0)
        assert talk.effects.count(Settle(2)) == (not speaks)


def test_a_message_whose_reply_fails_is_not_lost() -> None:
    talk = Talk().greeted()
    talk.caller("yes")
    talk.wait()
    talk.bot(Prepared, binds=True)
    assert talk.bot(Failed) == [Excuse(2)]
    talk.bot(Began, after=0.05)
    assert talk.wait() == [Settle(2)]
