"""The recogniser's thread, with a scripted engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from agent.engines.contract import Final, Partial, Recognised, RecogniserFailed
from agent.engines.spares import SPENT, WORN, Decoder, Spares
from agent.engines.vosk_recogniser import AHEAD, QUEUE_LIMIT, UPDATE, VoskRecogniser
from telephony.audio import FRAME_BYTES, FRAME_SAMPLES
from tests.engines.kaldi import Kaldi, frame


class Heard:
    """Collects results and waits for one."""

    def __init__(self) -> None:
        self.results: list[Recognised] = []
        self._came = threading.Condition()

    def __call__(self, result: Recognised) -> None:
        with self._came:
            self.results.append(result)
            self._came.notify_all()

    def wait(self, wanted: Callable[[list[Recognised]], bool]) -> list[Recognised]:
        with self._came:
            assert self._came.wait_for(lambda: wanted(self.results), 30), f"only {self.results}"
            return list(self.results)

    def flushed(self, count: int = 1) -> Final:
        def answered(results: list[Recognised]) -> bool:
            return sum(isinstance(result, Final) and result.flushed for result in results) >= count

        return [result for result in self.wait(answered) if isinstance(result, Final)][-1]


def opened(make: Callable[[], object]) -> tuple[VoskRecogniser, Heard]:
    heard = Heard()
    return VoskRecogniser(Spares(make), heard, lambda recogniser: None), heard


def test_every_sample_is_fed_once_and_overlap_is_left_out() -> None:
    kaldi = Kaldi()
    recogniser, heard = opened(lambda: kaldi)
    recogniser.feed(1_000, frame(1))
    recogniser.feed(1_000 + FRAME_SAMPLES, frame(2))
    recogniser.feed(1_000 + FRAME_SAMPLES + 100, frame(3))  # its first 220 samples were fed before
    recogniser.flush()
    heard.flushed()
    assert kaldi.fed == frame(1) + frame(2) + frame(3)[2 * (FRAME_SAMPLES - 100) :]
    recogniser.close()


def test_words_lie_on_the_call_clock_across_gaps_and_flushes() -> None:
    recogniser, heard = opened(Kaldi)
    for at in (5_000, 5_320, 9_000):
        recogniser.feed(at, frame(1))
    recogniser.flush()
    first = heard.flushed()
    assert [(word.start, word.end) for word in first.words] == [(5_000, 5_320), (5_320, 5_640), (9_000, 9_320)]
    assert first.at == 9_320
    recogniser.feed(20_000, frame(1))
    recogniser.flush()
    second = heard.flushed(2)
    assert [(word.start, word.end) for word in second.words] == [(20_000, 20_320)]
    recogniser.close()


def test_it_is_settled_when_all_is_told_that_was_asked() -> None:
    held = threading.Event()
    recogniser, heard = opened(lambda: Kaldi(held))
    assert recogniser.settle(5)
    recogniser.feed(0, frame(1))
    recogniser.flush()
    assert not recogniser.settle(0.05)
    held.set()
    assert recogniser.settle(5)
    assert [result.text for result in heard.results if isinstance(result, Final)] == ["w0"]
    recogniser.close()


def test_a_peek_puts_silence_behind_the_audio_to_the_end_of_a_decoding_step() -> None:
    kaldi = Kaldi()
    recogniser, heard = opened(lambda: kaldi)
    for frames, fed in ((1, UPDATE + AHEAD), (1, 2 * UPDATE + AHEAD), (20, 5 * UPDATE + AHEAD)):
        for number in range(frames):
            recogniser.feed(recogniser_at(heard) + number * FRAME_SAMPLES, frame(1))
        asked = len(answers(heard))
        recogniser.peek()
        heard.wait(lambda _, asked=asked: len(answers(heard)) > asked)  # type: ignore[misc]
        assert len(kaldi.fed) // 2 == fed
    recogniser.close()


def answers(heard: Heard) -> list[Partial]:
    """What answered a peek."""
    return [result for result in heard.results if isinstance(result, Partial) and result.asked]


def recogniser_at(heard: Heard) -> int:
    """Call clock after what is known to have been fed."""
    return max([result.at for result in answers(heard)], default=0)


def test_a_peek_with_no_audio_since_the_last_costs_nothing_and_is_answered_the_same() -> None:
    kaldi = Kaldi()
    recogniser, heard = opened(lambda: kaldi)
    recogniser.feed(0, frame(1))
    recogniser.peek()
    recogniser.peek()
    heard.wait(lambda results: len(answers(heard)) == 2)
    assert answers(heard)[0] == answers(heard)[1]
    assert len(kaldi.fed) // 2 == UPDATE + AHEAD
    recogniser.close()


def test_the_silence_of_a_peek_is_no_time_of_the_call() -> None:
    recogniser, heard = opened(Kaldi)
    recogniser.feed(1_000, frame(1))
    recogniser.peek()
    recogniser.feed(1_000 + FRAME_SAMPLES, frame(2))
    recogniser.flush()
    words = heard.flushed().words
    assert (words[0].start, words[0].end) == (1_000, 1_000 + FRAME_SAMPLES)
    assert (words[-1].start, words[-1].end) == (1_000 + FRAME_SAMPLES, 1_000 + 2 * FRAME_SAMPLES)
    assert {word.end for word in words[1:-1]} == {1_000 + FRAME_SAMPLES}  # what Kaldi makes of the silence
    recogniser.close()


@pytest.mark.parametrize("peeked", [True, False])
def test_what_is_dropped_is_forgotten_and_may_be_fed_once_more(peeked: bool) -> None:
    recogniser, heard = opened(Kaldi)
    recogniser.feed(1_000, frame(1))
    recogniser.feed(1_320, frame(2))
    if peeked:
        recogniser.peek()
    recogniser.drop()
    assert heard.flushed() == Final("", (), 1_640, flushed=True)
    recogniser.feed(1_320, frame(2))
    recogniser.flush()
    assert [(word.start, word.end) for word in heard.flushed(2).words] == [(1_320, 1_640)]
    recogniser.close()


def test_a_peek_and_a_drop_over_a_failing_engine_are_answered() -> None:
    def make() -> Kaldi:
        kaldi = Kaldi()
        kaldi.fails = True
        return kaldi

    recogniser, heard = opened(make)
    for order in (recogniser.peek, recogniser.drop):
        recogniser.feed(0, frame(1))
        order()
    heard.flushed()
    assert answers(heard) == [Partial("", FRAME_SAMPLES, asked=True)]
    recogniser.close()


def test_a_flush_of_nothing_is_answered_too() -> None:
    recogniser, heard = opened(Kaldi)
    recogniser.flush()
    assert heard.flushed() == Final("", (), 0, flushed=True)
    recogniser.close()


def test_after_many_words_a_flush_brings_a_new_engine_and_the_clock_goes_on() -> None:
    made: list[Kaldi] = []

    def make() -> Kaldi:
        made.append(Kaldi())
        return made[-1]

    recogniser, heard = opened(make)
    second = frame(1) * 50
    for flushes, at in enumerate(range(0, int(SPENT * WORN) // 50 * 16_000, 16_000), start=1):  # the queue holds 10 s
        recogniser.feed(at, second)
        recogniser.flush()
        assert len(heard.flushed(flushes).words) == 50
    recogniser.feed(at + 16_777, frame(1))
    recogniser.flush()
    final = heard.flushed(flushes + 1)
    assert [(word.start, word.end) for word in final.words] == [(at + 16_777, at + 16_777 + FRAME_SAMPLES)]
    assert len(made) == 2
    recogniser.close()


def test_a_recogniser_is_handed_from_call_to_call_and_its_words_lie_on_each_calls_clock() -> None:
    made: list[Kaldi] = []

    def make() -> Kaldi:
        made.append(Kaldi())
        return made[-1]

    spares = Spares(make)
    for call in range(2):
        heard = Heard()
        recogniser = VoskRecogniser(spares, heard, lambda recogniser: None)
        recogniser.feed(7_000, frame(1))
        recogniser.flush()
        assert [(word.start, word.end) for word in heard.flushed().words] == [(7_000, 7_320)], call
        recogniser.close()
        recogniser.join(30)
    assert len(made) == 1
    spares.close()


def test_it_is_the_words_that_make_a_recogniser_large_also_those_that_are_forgotten() -> None:
    made: list[Kaldi] = []

    def make() -> Kaldi:
        made.append(Kaldi())
        return made[-1]

    spares, heard = Spares(make), Heard()
    recogniser = VoskRecogniser(spares, heard, lambda recogniser: None)
    spare = Decoder(Kaldi())
    spares.give(spare)
    for count, (at, words) in enumerate([(0, WORN - 1), (FRAME_SAMPLES * (WORN - 1), 1)], start=1):
        assert spares.fresh() is spare, "it is in use before the other is large"
        spares.give(spare)
        recogniser.feed(at, frame(1) * words)
        recogniser.drop()
        heard.flushed(count)
    recogniser.flush()
    heard.flushed(3)
    assert spares.fresh() is None  # it is in use
    assert len(made) == 1
    recogniser.close()


def test_a_failure_is_told_and_the_recogniser_opened_anew() -> None:
    made: list[Kaldi] = []

    def make() -> Kaldi:
        made.append(Kaldi())
        made[0].fails = True
        return made[-1]

    recogniser, heard = opened(make)
    recogniser.feed(0, frame(1))
    heard.wait(lambda results: RecogniserFailed("lattice is empty", FRAME_SAMPLES, True) in results)
    recogniser.feed(FRAME_SAMPLES, frame(1))
    recogniser.flush()
    assert [(word.start, word.end) for word in heard.flushed().words] == [(FRAME_SAMPLES, 2 * FRAME_SAMPLES)]
    assert len(made) == 2
    recogniser.close()


def test_when_it_cannot_be_opened_anew_flushes_are_answered_all_the_same() -> None:
    broken = Kaldi()
    broken.fails = True
    makes = iter([broken])

    def make() -> Kaldi:
        if (kaldi := next(makes, None)) is None:
            raise RuntimeError("out of memory")
        return kaldi

    recogniser, heard = opened(make)
    recogniser.feed(0, frame(1))
    recogniser.flush()
    assert heard.flushed().text == ""
    failures = [result for result in heard.results if isinstance(result, RecogniserFailed)]
    assert [failure.recovered for failure in failures] == [False]
    recogniser.close()


def test_a_slow_engine_loses_the_oldest_audio_and_says_so() -> None:
    held = threading.Event()
    kaldi = Kaldi(held)
    recogniser, heard = opened(lambda: kaldi)
    count = QUEUE_LIMIT // FRAME_BYTES + 200
    before = time.monotonic()
    for number in range(count):
        recogniser.feed(number * FRAME_SAMPLES, frame(number % 256))
    assert time.monotonic() - before < 2.0  # feeding never waits for the engine
    held.set()
    recogniser.flush()
    heard.flushed()
    lost = [result for result in heard.results if isinstance(result, RecogniserFailed)]
    assert len(lost) == 1
    assert "audio dropped" in lost[0].reason
    assert kaldi.fed.endswith(frame((count - 1) % 256))
    assert len(kaldi.fed) < count * FRAME_BYTES
    recogniser.close()


def test_nothing_is_told_after_close_and_the_thread_ends() -> None:
    held = threading.Event()
    recogniser, heard = opened(lambda: Kaldi(held))
    recogniser.feed(0, frame(1))
    recogniser.close()
    held.set()
    recogniser.join(30)
    assert heard.results == []
    recogniser.feed(FRAME_SAMPLES, frame(1))
    recogniser.flush()
    assert heard.results == []


def test_a_receiver_that_fails_does_not_end_recognition() -> None:
    answered = threading.Event()

    def receive(result: Recognised) -> None:
        if isinstance(result, Final):
            answered.set()
        raise ValueError("receiver's own fault")

    recogniser = VoskRecogniser(Spares(Kaldi), receive, lambda one: None)
    recogniser.feed(0, frame(1))
    recogniser.flush()
    assert answered.wait(30)
    recogniser.close()


# ── with the model ─────────────────────────────────────────────────────────────────────────────────
