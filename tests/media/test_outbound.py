"""The ledger: resumable at the sample, floors that hold, each piece and generation answered once, never two at once."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES
from telephony.media.outbound import Ledger
from telephony.message import Message
from telephony.messages import Began, Ended, Paused, Played, Say, Why


def pcm(value: int, samples: int) -> bytes:
    return np.full(samples, value, "<i2").tobytes()


def say(generation: int, piece: int, value: int = 1, *, samples: int = 400, last: bool = False, epoch: int = 1) -> Say:
    return Say("c", epoch, generation, piece, pcm=pcm(value, samples), last=last)


def values(frame: bytes) -> list[int]:
    return [int(value) for value in np.frombuffer(frame, "<i2")]


def ledger(shelf: dict[str, bytes] | None = None) -> Ledger:
    made = Ledger("c", shelf or {})
    made.attach(1, 0)
    return made


def test_pieces_join_without_a_gap_and_are_accounted_for() -> None:
    book = ledger()
    book.say(say(1, 0, value=5, samples=400), 0)
    book.say(say(1, 1, value=6, samples=100, last=True), 0)
    first, events = book.fill(0)
    assert values(first) == [5] * 320
    assert events == [Began("c", 1, 1, 0)]
    second, events = book.fill(320)
    assert values(second) == [5] * 80 + [6] * 100 + [0] * 140
    assert events == [
        Played("c", 1, 1, 0, samples=400, at=400),
        Played("c", 1, 1, 1, samples=100, at=500),
        Ended("c", 1, 1, samples=500, why=Why.PLAYED, at=500),
    ]
    assert book.is_over(1)


def test_pause_keeps_the_sample() -> None:
    ramp = np.arange(1, 1001, dtype="<i2").tobytes()
    book = ledger()
    book.say(Say("c", 1, 1, 0, pcm=ramp, last=True), 0)
    heard = values(book.fill(0)[0])
    book.pause(1)
    assert values(book.fill(320)[0]) == [0] * 320
    book.restore(1)
    heard += values(book.fill(640)[0]) + values(book.fill(960)[0]) + values(book.fill(1280)[0])
    assert heard[:1000] == list(range(1, 1001))


def test_what_was_cut_is_sent_again_and_counted_once() -> None:
    ramp = np.arange(1, 1001, dtype="<i2").tobytes()
    book = ledger()
    book.say(Say("c", 1, 1, 0, pcm=ramp, last=True), 0)
    book.fill(0)
    assert book.pause(1) == [Paused("c", 1, 1, samples=320)]
    assert book.pause(1) == []
    book.fill(320)
    book.restore(1, rewind=100)
    heard = []
    events: list[Message] = []
    for tick in range(2, 6):
        frame, told = book.fill(tick * 320)
        heard += values(frame)
        events += told
    assert heard[:780] == list(range(221, 1001))
    assert [event.samples for event in events if isinstance(event, Ended)] == [1000]
    assert book.pause(1) == []  # it is over


def test_pause_may_overtake_the_generation() -> None:
    book = ledger()
    book.pause(2)
    book.say(say(2, 0, last=True), 0)
    assert values(book.fill(0)[0]) == [0] * 320
    book.restore(2)
    assert values(book.fill(320)[0]) == [1] * 320


def test_drop_is_a_floor_for_what_comes_later() -> None:
    book = ledger()
    book.say(say(1, 0), 0)
    book.say(say(1, 1), 0)
    book.fill(0)
    assert book.drop(3, 320) == [
        Played("c", 1, 1, 0, samples=320, at=320),
        Played("c", 1, 1, 1, samples=0, at=320),
        Ended("c", 1, 1, samples=320, why=Why.DROPPED, at=320),
    ]
    assert book.say(say(1, 2, last=True), 320) == []
    assert book.say(say(3, 0), 320) == [
        Played("c", 1, 3, 0, samples=0, at=320),
        Ended("c", 1, 3, samples=0, why=Why.DROPPED, at=320),
    ]
    assert book.say(say(3, 1, last=True), 320) == []
    assert values(book.fill(320)[0]) == [0] * 320
    book.say(say(4, 0, value=9), 320)
    assert values(book.fill(640)[0]) == [9] * 320


def test_a_later_generation_replaces_at_once() -> None:
    book = ledger()
    book.say(say(1, 0, value=1, samples=3200), 0)
    book.fill(0)
    events = book.say(say(2, 0, value=2, samples=3200), 320)
    assert events[-1] == Ended("c", 1, 1, samples=320, why=Why.REPLACED, at=320)
    assert values(book.fill(320)[0]) == [2] * 320


def test_stock_by_id_and_unknown_stock_as_nothing() -> None:
    book = ledger({"hello": pcm(7, 320)})
    book.say(Say("c", 1, 1, 0, stock="hello"), 0)
    book.say(Say("c", 1, 1, 1, stock="missing", last=True), 0)
    frame, events = book.fill(0)
    assert values(frame) == [7] * 320
    events += book.fill(320)[1]
    assert [event.samples for event in events if isinstance(event, Played)] == [320, 0]
    assert [event.why for event in events if isinstance(event, Ended)] == [Why.PLAYED]


def test_another_epoch_is_not_heard() -> None:
    book = ledger()
    assert book.say(say(1, 0, epoch=2), 0) == []
    assert values(book.fill(0)[0]) == [0] * 320
    events = book.attach(2, 320)
    assert events == []
    book.say(say(1, 0, value=3, epoch=2), 320)
    assert values(book.fill(320)[0]) == [3] * 320


def test_standby_loops_until_a_generation_begins() -> None:
    book = ledger()
    book.say(say(1, 0, value=1, samples=3200), 0)
    book.fill(0)
    events = book.standby(pcm(10, 500), pcm(20, 333), 320)
    assert [event.why for event in events if isinstance(event, Ended)] == [Why.REPLACED]
    heard = []
    for tick in range(10):
        heard += values(book.fill(320 + tick * 320)[0])
    assert heard == [10] * 500 + [20] * 2700
    assert book.on_standby
    assert book.say(say(1, 1, value=1), 4000) == []  # what the silent agent had begun stays cut off
    book.attach(2, 4000)
    assert values(book.fill(4000)[0])[0] == 20
    book.say(say(1, 0, value=3, epoch=2), 4320)
    assert values(book.fill(4320)[0]) == [3] * 320
    assert not book.on_standby


def test_hold_goes_round_without_a_seam() -> None:
    hold = np.arange(1, 1001, dtype="<i2").tobytes()
    book = ledger()
    book.standby(b"", hold, 0)
    heard: list[int] = []
    for tick in range(10):
        heard += values(book.fill(tick * 320)[0])
    assert heard == (list(range(1, 1001)) * 4)[:3200]


def test_standby_without_audio_is_silence() -> None:
    book = ledger()
    book.standby(b"", b"", 0)
    assert values(book.fill(0)[0]) == [0] * 320


def test_the_end_of_the_call_ends_the_generation() -> None:
    book = ledger()
    book.say(say(1, 0), 0)
    assert [event.why for event in book.finish(10) if isinstance(event, Ended)] == [Why.CALL_ENDED]


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 6), st.integers(0, 4), st.integers(0, 900), st.booleans()),
        st.tuples(st.just("stock"), st.integers(1, 6), st.integers(0, 4), st.just(0), st.booleans()),
        st.tuples(st.just("drop"), st.integers(0, 6)),
        st.tuples(st.just("pause"), st.integers(1, 6)),
        st.tuples(st.just("restore"), st.integers(1, 6)),
        st.tuples(st.just("fill")),
        st.tuples(st.just("standby")),
    ),
    max_size=60,
)


def perform(book: Ledger, step: tuple[object, ...], at: int) -> list[Message]:
    match step:
        case ("say", int(generation), int(piece), int(samples), bool(last)):
            return book.say(say(generation, piece, generation, samples=samples, last=last), at)
        case ("stock", int(generation), int(piece), _, bool(last)):
            return book.say(Say("c", 1, generation, piece, stock=f"s{generation}", last=last), at)
        case ("drop", int(upto)):
            return book.drop(upto, at)
        case ("standby",):
            return book.standby(pcm(100, 700), pcm(101, 500), at)
        case ("pause", int(generation)):
            book.pause(generation)
        case ("restore", int(generation)):
            book.restore(generation)
    return []


@settings(max_examples=400, deadline=None)
@given(OPERATIONS)
def test_whatever_is_asked(steps: list[tuple[object, ...]]) -> None:
    """No sample of a dropped or older generation is heard; the account adds up to what was heard."""
    book = ledger({f"s{generation}": pcm(generation, 450) for generation in range(1, 7)})
    at = floor = newest = 0
    heard: Counter[int] = Counter()
    events: list[Message] = []
    for step in [*steps, ("fill",), ("fill",)]:
        if step[0] == "fill":
            frame, told = book.fill(at)
            assert len(frame) == FRAME_BYTES
            for value in dict.fromkeys(value for value in values(frame) if 0 < value < 100):
                assert value > floor
                assert value >= newest
                newest = value
            heard.update(value for value in values(frame) if 0 < value < 100)
            at += FRAME_SAMPLES
        else:
            told = perform(book, step, at)
        events += told
        if step[0] == "drop":
            floor = max(floor, int(str(step[1])))
    events += book.finish(at)
    ended = [event for event in events if isinstance(event, Ended)]
    assert max(Counter(event.generation for event in ended).values(), default=1) == 1
    played = [event for event in events if isinstance(event, Played)]
    assert max(Counter((event.generation, event.piece) for event in played).values(), default=1) == 1
    for event in ended:
        assert event.samples == heard[event.generation]
        assert event.samples == sum(piece.samples for piece in played if piece.generation == event.generation)
        last = max((events.index(piece) for piece in played if piece.generation == event.generation), default=-1)
        assert last < events.index(event)
    assert {event.generation for event in ended} >= set(heard)
    began = Counter(event.generation for event in events if isinstance(event, Began))
    assert began == Counter(generation for generation, count in heard.items() if count)


def test_a_piece_that_is_protected_protects_its_generation_and_no_other() -> None:
    book = ledger()
    assert not book.protected
    book.say(say(1, 0), 0)
    assert not book.protected
    book.say(Say("c", 1, 1, 1, pcm=pcm(1, 400), protected=True), 0)
    assert book.protected
    book.say(Say("c", 1, 1, 2, last=True), 0)
    assert book.protected
    book.say(say(2, 0), 320)
    assert not book.protected
