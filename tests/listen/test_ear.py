"""The ear over a recogniser that hears what its audio spells: whatever the caller's dips, and however late the
recogniser is, a turn's text is its words, each once, and no word of another turn's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.engines.contract import RecogniserFailed
from agent.engines.fakes import FakeRecogniserEngine, LiteralRecogniserEngine, spelled
from agent.errors import RecogniserError
from agent.listen.ear import FURTHEST, HOLD, KEPT, SILENCE, Ear, Transcript
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES

HELD_FRAMES = HOLD // FRAME_SAMPLES


class Caller:
    """Speaks into an ear, as a VAD would report it."""

    def __init__(self) -> None:
        engine = LiteralRecogniserEngine()
        self.told: list[Transcript | RecogniserFailed] = []
        self.ear = Ear(engine, self.told.append)
        self.recogniser = engine.opened[0]
        self.at = 0
        self.late = False  # the recogniser does one thing a frame

    def frames(self, number: int, count: int) -> None:
        for _ in range(count):
            self.ear.feed(self.at, spelled(number))
            self.at += FRAME_SAMPLES
            self.recogniser.work(1 if self.late else 1_000_000)

    def show(self, onset: bytes) -> None:
        """What was silence turns out to be the begin of a voice."""
        if onset:
            self.ear.amend(self.at - len(onset) // 2, onset)

    def dip(self, frames: int) -> None:
        """The voice falls silent, and is back before it is a pause; no frames: it goes on and is asked for words."""
        if not frames:
            self.ear.peek()
            return
        self.ear.flush()
        self.frames(0, frames)
        self.ear.resume()

    def say(self, *numbers: int, frames: int = 10) -> None:
        self.ear.resume()
        for number in numbers:
            self.frames(number, frames)

    def flushed(self) -> str:
        """What a flush gives now."""
        self.ear.flush()
        self.recogniser.work()
        last = self.told[-1]
        assert isinstance(last, Transcript)
        assert last.flushed
        assert last.stable == len(last.text.split())
        return last.text


@dataclass(frozen=True)
class Phrase:
    """Words without a pause: of each its frames, with dips (after how many frames of the word, how long)."""

    words: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]
    pause: int  # frames after it
    turn_ends: bool = False
    late: bool = False
    hidden: int = 0  # first frames that are silence at first: they were taken for an echo


DIPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, HELD_FRAMES)), max_size=2).map(tuple)
PHRASES = st.builds(
    Phrase,
    words=st.lists(st.tuples(st.integers(2, 12), DIPS), min_size=1, max_size=8).map(tuple),
    pause=st.integers(HELD_FRAMES + 2, 2 * SILENCE // FRAME_SAMPLES),
    turn_ends=st.booleans(),
    late=st.booleans(),
    hidden=st.integers(0, 10),
)


def play(caller: Caller, phrase: Phrase, first: int) -> list[str]:
    """Say a phrase with words numbered from `first`; the words."""
    caller.late = phrase.late
    caller.ear.resume()
    said, onset, hidden = [], b"", phrase.hidden
    for number, (frames, dips) in enumerate(phrase.words, start=first):
        said.append(f"w{number}")
        for frame in range(frames):
            if hidden > 0:
                hidden -= 1
                onset += spelled(number)
                caller.frames(0, 1)
                continue
            caller.show(onset)
            onset = b""
            for _, length in (dip for dip in dips if dip[0] == frame):
                caller.dip(length)
            caller.frames(number, 1)
    caller.show(onset)
    caller.ear.flush()
    return said


@settings(max_examples=150, deadline=None)
@given(st.lists(PHRASES, min_size=1, max_size=5))
def test_a_turn_is_its_words_each_once_whatever_the_dips(phrases: list[Phrase]) -> None:
    caller, said, turn, number = Caller(), [], 0, 1
    for phrase in phrases:
        said += play(caller, phrase, number)
        number += len(phrase.words)
        assert caller.flushed() == " ".join(said)
        if phrase.turn_ends:
            turn += 1
            said = []
            caller.ear.begin(turn)
        caller.frames(0, phrase.pause)
    assert caller.flushed() == " ".join(said)


def test_a_caller_who_goes_on_is_asked_for_their_words_and_the_last_may_be_cut() -> None:
    caller = Caller()
    caller.say(1, 2)
    caller.ear.peek()
    caller.frames(2, 5)
    asked = [told for told in caller.told if isinstance(told, Transcript) and told.flushed]
    assert [(told.text, told.cut) for told in asked] == [("w1 w2", True)]
    assert caller.flushed() == "w1 w2"
    assert isinstance(caller.told[-1], Transcript)
    assert not caller.told[-1].cut


@settings(max_examples=150, deadline=None)
@given(st.lists(PHRASES, min_size=2, max_size=5), st.data())
def test_words_belong_to_the_turn_in_which_their_audio_was_fed(phrases: list[Phrase], data: st.DataObject) -> None:
    caller, number = Caller(), 1
    said: dict[int, list[str]] = {0: []}
    for turn, phrase in enumerate(phrases):
        said[turn] += play(caller, phrase, number)
        number += len(phrase.words)
        caller.frames(0, data.draw(st.integers(0, phrase.pause)))
        said[turn + 1] = []
        caller.ear.begin(turn + 1)  # whatever the recogniser has still to say
        caller.frames(0, phrase.pause)
    caller.recogniser.work()
    assert caller.flushed() == ""
    for told in caller.told:
        assert isinstance(told, Transcript)
        assert set(told.text.split()) <= set(said[told.turn])
        assert [*dict.fromkeys(told.text.split())] == said[told.turn][: len(set(told.text.split()))]


def test_a_dip_in_a_word_leaves_one_word() -> None:
    caller = Caller()
    caller.say(1, 2)
    caller.dip(3)
    caller.frames(2, 10)
    assert caller.flushed() == "w1 w2"


def test_what_was_believed_stands_until_it_is_decided_again() -> None:
    caller = Caller()
    caller.say(1, 2, 3)
    caller.dip(3)
    told = len(caller.told)
    caller.recogniser.work()
    caller.frames(3, 5)
    assert {news.text for news in caller.told[told:] if isinstance(news, Transcript)} <= {"w1 w2 w3"}


def test_after_a_pause_nothing_is_decided_again() -> None:
    caller = Caller()
    caller.say(1, 2)
    caller.flushed()
    caller.frames(0, HELD_FRAMES + 1)
    decoded = caller.recogniser.decoded
    caller.ear.resume()
    caller.frames(3, 10)
    assert caller.recogniser.decoded - decoded == 10 * FRAME_SAMPLES
    assert caller.flushed() == "w1 w2 w3"


def test_a_stretch_without_a_pause_is_given_again_only_so_long() -> None:
    caller = Caller()
    caller.say(*range(1, 2 + FURTHEST // FRAME_SAMPLES // 10))
    decoded = caller.recogniser.decoded
    caller.dip(2)
    caller.recogniser.work()
    assert caller.recogniser.decoded - decoded == 2 * FRAME_SAMPLES


def test_the_begin_of_a_voice_that_was_hidden_is_heard_behind() -> None:
    caller = Caller()
    caller.frames(0, 200)
    caller.ear.resume()
    caller.frames(0, 8)
    caller.show(spelled(1) * 4 + spelled(2) * 4)
    caller.frames(2, 3)
    assert caller.flushed() == "w1 w2"


def test_silence_before_a_voice_is_not_given_again() -> None:
    caller = Caller()
    caller.frames(0, 200)
    caller.say(1)
    decoded = caller.recogniser.decoded
    caller.dip(2)
    caller.recogniser.work()
    assert caller.recogniser.decoded - decoded < 50 * FRAME_SAMPLES
    assert caller.flushed() == "w1"


def test_every_flush_is_answered_also_without_news() -> None:
    caller = Caller()
    assert caller.flushed() == ""
    caller.say(1)
    for _ in range(3):
        assert caller.flushed() == "w1"
    caller.frames(0, 5)
    assert caller.flushed() == "w1"
    decoded = caller.recogniser.decoded
    assert caller.flushed() == "w1"
    assert caller.recogniser.decoded == decoded


def test_flushes_that_the_recogniser_is_late_with_are_all_answered_in_order() -> None:
    caller = Caller()
    caller.late = True
    caller.say(1)
    caller.ear.flush()
    caller.ear.resume()
    caller.frames(2, 10)
    caller.ear.flush()
    caller.recogniser.work()
    answers = [told.text for told in caller.told if isinstance(told, Transcript) and told.flushed]
    assert answers == ["w1", "w1 w2"]


def test_a_late_answer_to_a_flush_of_the_turn_before_is_not_told() -> None:
    caller = Caller()
    caller.say(1)
    caller.ear.flush()
    told = len(caller.told)
    caller.ear.begin(1)
    caller.recogniser.work()
    assert caller.told[told:] == []
    caller.say(2)
    assert caller.flushed() == "w2"
    assert all(isinstance(news, Transcript) and news.turn == 1 for news in caller.told[told:])


def test_voice_over_the_begin_of_a_turn_goes_to_the_new_one() -> None:
    caller = Caller()
    caller.say(1, 2)
    caller.ear.flush()
    caller.frames(0, 3)
    caller.frames(3, 3)  # while audio is held back
    caller.ear.begin(1)
    caller.ear.resume()
    caller.frames(3, 7)
    assert caller.flushed() == "w3"


def test_a_recogniser_that_says_nothing_to_a_voice_is_answered_for_with_nothing() -> None:
    engine, told = FakeRecogniserEngine(), []  # type: ignore[var-annotated]
    ear = Ear(engine, told.append)
    ear.resume()
    ear.feed(0, bytes(FRAME_BYTES))
    ear.flush()
    assert told == [Transcript(0, "", 0, FRAME_SAMPLES, flushed=True)]


def test_after_a_failure_the_words_before_it_are_kept_and_not_heard_twice() -> None:
    caller = Caller()
    caller.say(1, 2)
    caller.recogniser.fail()
    caller.recogniser.work()
    assert any(isinstance(told, RecogniserFailed) for told in caller.told)
    caller.frames(3, 10)
    caller.dip(2)
    caller.frames(4, 10)
    assert caller.flushed() == "w1 w2 w3 w4"


def test_words_that_hold_become_stable() -> None:
    engine, told = FakeRecogniserEngine(), []  # type: ignore[var-annotated]
    Ear(engine, told.append)
    recogniser = engine.opened[0]
    for text in ("what", "what time", "what time do", "what time to you", "what time to you"):
        recogniser.partial(text)
    assert [(news.text, news.stable) for news in told] == [
        ("what", 0),
        ("what time", 0),
        ("what time do", 1),
        ("what time to you", 2),
    ]
    recogniser.partial("what time to you")
    assert told[-1].stable == 4


def test_what_a_line_repeats_is_left_out_and_the_last_audio_is_at_hand() -> None:
    caller = Caller()
    caller.say(1)
    caller.ear.feed(caller.at - 5 * FRAME_SAMPLES, spelled(9))
    assert caller.flushed() == "w1"
    assert caller.ear.between(caller.at - 2 * FRAME_SAMPLES, caller.at) == spelled(1) * 2
    caller.frames(2, 600)
    assert KEPT <= len(caller.ear.between(0, caller.at)) // 2 < KEPT + FRAME_SAMPLES


def test_without_a_recogniser_there_is_no_ear() -> None:
    engine = FakeRecogniserEngine()
    engine.fails = True
    with pytest.raises(RecogniserError):
        Ear(engine, lambda told: None)


def test_nothing_is_told_after_the_close() -> None:
    caller = Caller()
    caller.ear.close()
    caller.say(1)
    assert caller.told == []
