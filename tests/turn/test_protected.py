"""What must be heard is heard to its end, and the caller is answered after it."""

from __future__ import annotations

from agent.listen.interjection import Interjection
from agent.turn import moves
from agent.turn.moves import (
    Answer,
    Answered,
    Begin,
    Cancel,
    Ended,
    Excuse,
    Failed,
    Flush,
    Interjected,
    Prepared,
    VoiceBegan,
)
from agent.turn.state import State, Timing
from telephony.audio import samples
from tests.turn.talk import Talk


def protected() -> Talk:
    """A notice that must be heard, half a second after it began."""
    talk = Talk()
    talk.tell(Answered)
    talk.says(protected=True)
    talk.at += samples(0.5)
    return talk


def test_a_voice_over_what_must_be_heard_does_not_silence_it() -> None:
    talk = protected()
    began = talk.at
    assert talk.tell(VoiceBegan) == []
    assert talk.wait() == []
    assert talk.at - began == Timing().overlap
    assert talk.turn.state is State.SPEAKING


def test_words_over_what_must_be_heard_are_answered_after_it() -> None:
    talk = protected()
    talk.tell(VoiceBegan)
    assert talk.words("no wait where are you", over=Interjection.STOP, after=0.6) == []
    talk.quiet(after=0.2)
    assert talk.words("no wait where are you", flushed=True, over=Interjection.STOP, after=0.1) == []
    assert talk.turn.state is State.SPEAKING
    assert talk.bot(Ended, after=8.0) == []
    assert talk.wait() == [Flush()]
    effects = talk.words("no wait where are you", flushed=True)
    assert effects == [Begin(2, Answer("no wait where are you"))]


def test_two_things_said_over_what_must_be_heard_are_one_turn() -> None:
    talk = protected()
    talk.tell(VoiceBegan)
    talk.quiet(after=1.0)
    talk.words("where are you", flushed=True, over=Interjection.SPEECH, after=0.1)
    talk.tell(VoiceBegan, after=4.0)
    talk.quiet(after=0.5)
    assert talk.words("where are you on sunday", flushed=True, over=Interjection.SPEECH, after=0.1) == []
    talk.bot(Ended, after=4.0)
    assert talk.turn.said == "where are you on sunday"


def test_a_listening_noise_over_what_must_be_heard_is_no_turn() -> None:
    talk = protected()
    assert talk.caller("okay", seconds=0.3) == []
    assert talk.bot(Ended, after=5.0) == []
    assert talk.turn.state is State.LISTENING
    assert talk.turn.said == ""


def test_an_early_answer_to_what_must_be_heard_is_one() -> None:
    talk = protected()
    talk.caller("yes", seconds=0.3)
    talk.bot(Ended, after=0.3)
    assert talk.wait() == [Flush()]
    assert talk.turn.said == "yes"


def test_a_key_is_not_answered_over_what_must_be_heard() -> None:
    talk = protected()
    assert not talk.turn.takes_keys
    assert talk.tell(Interjected) == []
    talk.bot(Ended, after=5.0)
    assert talk.turn.takes_keys
    assert talk.tell(Interjected) == [Begin(2, moves.Pending())]


def test_a_key_waits_until_it_is_known_whether_the_reply_may_be_cut() -> None:
    for must_be_heard in (False, True):
        talk = Talk().greeted()
        talk.caller("tell me about my data")
        talk.wait()
        assert not talk.turn.takes_keys
        assert talk.tell(Interjected) == []
        talk.bot(Prepared, protected=must_be_heard)
        assert talk.turn.takes_keys is not must_be_heard


def test_a_key_does_not_wait_for_a_reply_that_fails() -> None:
    talk = Talk().greeted()
    talk.caller("tell me about my data")
    talk.wait()
    assert talk.bot(Failed) == [Excuse(2)]
    assert talk.turn.takes_keys


def test_the_apology_in_the_place_of_what_must_be_heard_can_be_interrupted() -> None:
    talk = protected()
    assert talk.bot(Failed) == [Excuse(1)]
    talk.tell(VoiceBegan, after=0.5)
    assert talk.words("hello", over=Interjection.STOP, after=0.3) == [Cancel(1)]


def test_a_caller_who_goes_on_before_anything_of_it_is_heard_takes_back_what_must_be_heard() -> None:
    talk = Talk().greeted()
    talk.caller("tell me about my data")
    talk.wait()
    talk.bot(Prepared, protected=True)
    assert talk.tell(VoiceBegan, after=0.05) == [Cancel(2, retract=True)]
    assert talk.turn.takes_keys
