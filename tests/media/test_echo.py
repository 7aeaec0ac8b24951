"""The bot's echo is found, taken out and never taken for the caller; the caller is heard through it."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, samples
from telephony.line.speex import SpeexFilter
from telephony.media.echo import FOUND, SURE, EchoCanceller
from telephony.media.echo_search import BLOCK, SPAN, EchoSearch
from telephony.media.inbound import CallerFrame
from telephony.media.sample_ring import SampleRing
from telephony.testing.echo_path import EchoPath, Kind, Slipping
from telephony.testing.echo_rehearsal import Rehearsed, on_the_line, rehearse
from tests.media.speech import prompt_8k

BOT = ("vm-intro", "vm-goodbye", "vm-password", "vm-msgsaved")
CALLER = "vm-nonumber"
GAP = samples(1.0)
NO_ECHO = EchoPath(-120, 100)


def spoken(name: str, peak: float = 0.4) -> np.ndarray:
    wave = np.repeat(prompt_8k(name).astype(np.float32), 2)  # what is above 4 kHz, the line takes away
    return wave * (peak / np.abs(wave).max())


def bot() -> np.ndarray:
    """Four replies with a second between them, some 15 s."""
    return np.concatenate([part for name in BOT for part in (spoken(name), np.zeros(GAP, np.float32))])


def caller_over(sent: np.ndarray, at: int, peak: float = 0.4) -> np.ndarray:
    wave = np.zeros_like(sent)
    said = spoken(CALLER, peak)[: len(sent) - at]
    wave[at : at + len(said)] = said
    return wave


def middle_of_last(sent: np.ndarray) -> int:
    return len(sent) - GAP - len(spoken(BOT[-1])) * 3 // 4


def alone(path: EchoPath) -> Rehearsed:
    sent = bot()
    return rehearse(sent, on_the_line(np.zeros_like(sent), path.echo(sent)))


def test_an_echo_off_two_walls_is_one_echo_and_is_learnt() -> None:
    sent = bot()
    walls = sum(EchoPath(-23, delay, "speakerphone", seed=3).echo(sent) for delay in (400, 413))
    found = rehearse(sent, on_the_line(np.zeros_like(sent), walls))
    assert found.voices == []
    assert max(found.erle_db) > 10


def test_an_echo_is_found_although_the_jitter_buffer_slips_before_it_is() -> None:
    sent, slips = bot(), Slipping(samples(0.7))
    heard = slips.heard(EchoPath(-20, 250, "speakerphone", seed=1).echo(sent))
    found = rehearse(sent, on_the_line(np.zeros_like(sent), heard), slips.later)
    assert found.voices == []
    assert found.delay is not None


@pytest.mark.parametrize("kind", ["hybrid", "speakerphone"])
@pytest.mark.parametrize(("level", "delay"), [(-6, 40), (-12, 250), (-20, 780)])
def test_the_bots_own_sound_is_never_a_caller(kind: Kind, level: float, delay: float) -> None:
    found = alone(EchoPath(level, delay, kind, seed=delay))
    assert found.voices == []
    assert found.delay is not None
    assert delay * 16 - samples(0.002) <= found.delay <= delay * 16 + samples(0.015)
    assert max(found.erle_db) > 10
    speaking = np.array(found.echo[samples(2.0) // FRAME_SAMPLES :])
    assert speaking.max() == 1.0


def test_sound_that_is_stretched_where_the_jitter_buffer_slips_is_no_voice() -> None:
    sent = bot()
    heard = on_the_line(np.zeros_like(sent), EchoPath(-6, 120, "speakerphone", seed=9).echo(sent))
    slips = range(samples(4.0), len(sent) - GAP, 25 * FRAME_SAMPLES)

    def later(at: int) -> int:
        """What the count of the stream says for a moment, while the echo is where it was."""
        return -160 if any(slip <= at < slip + 4 * FRAME_SAMPLES for slip in slips) else 0

    found = rehearse(sent, heard, later)
    assert not any(echo < SURE and erle > 10 for echo, erle in zip(found.echo, found.erle_db, strict=True))


@pytest.mark.parametrize("kind", ["hybrid", "speakerphone"])
def test_what_is_left_of_an_echo_on_a_line_without_any_noise_is_no_voice(kind: Kind) -> None:
    sent = bot()
    found = rehearse(sent, on_the_line(np.zeros_like(sent), EchoPath(-12, 120, kind, seed=8).echo(sent), noise_db=-120))
    judged = [echo for echo, erle in zip(found.echo, found.erle_db, strict=True) if erle > 10]
    assert len(judged) > 100
    assert sum(echo < SURE for echo in judged) <= 0.02 * len(judged)


@pytest.mark.parametrize("kind", ["hybrid", "speakerphone"])
@pytest.mark.parametrize(("level", "delay"), [(-6, 120), (-12, 40), (-20, 780)])
def test_a_caller_is_heard_through_the_echo_as_soon_as_without_it(kind: Kind, level: float, delay: float) -> None:
    sent = bot()
    began = middle_of_last(sent)
    caller = caller_over(sent, began)
    known = [
        next(known for at, known in rehearse(sent, on_the_line(caller, way.echo(sent))).voices if known > began)
        for way in (NO_ECHO, EchoPath(level, delay, kind, seed=3))
    ]
    assert known[1] - known[0] <= samples(0.1)


@pytest.mark.parametrize(("kind", "level"), [("hybrid", -12), ("speakerphone", -6)])
def test_the_begin_of_a_voice_over_an_echo_is_given_behind(kind: Kind, level: float) -> None:
    sent = bot()
    began = middle_of_last(sent)
    caller = caller_over(sent, began)
    alone = rehearse(sent, on_the_line(caller, np.zeros_like(sent))).wave
    found = rehearse(sent, on_the_line(caller, EchoPath(level, 120, kind, seed=3).echo(sent))).wave
    first = began + int(np.argmax(np.abs(alone[began:]) > 1_000))
    onset = slice(first, first + samples(0.15))
    assert np.corrcoef(alone[onset], found[onset])[0, 1] > 0.6


def test_where_there_is_no_echo_nothing_is_touched() -> None:
    sent = bot()
    caller = caller_over(sent, middle_of_last(sent))
    heard = on_the_line(caller, np.zeros_like(sent))
    found = rehearse(sent, heard)
    assert found.delay is None
    settled = samples(3.0)
    wanted = np.clip(np.rint(heard * 32767), -32768, 32767)[settled : len(found.wave)]
    assert np.array_equal(found.wave[settled:], wanted)
    assert not any(found.echo[settled // FRAME_SAMPLES :])


def test_an_echo_that_comes_later_than_before_is_found_again_and_is_no_caller_for_long() -> None:
    sent = np.concatenate([bot(), bot()])
    half = len(sent) // 2
    ways = [EchoPath(-12, delay, seed=4).echo(sent) for delay in (100, 340)]
    echo = np.where(np.arange(len(sent)) < half, *ways).astype(np.float32)
    found = rehearse(sent, on_the_line(np.zeros_like(sent), echo))
    assert found.delay is not None
    assert abs(found.delay - samples(0.34)) < samples(0.015)
    assert all(half <= at <= half + samples(2.0) for at, _ in found.voices)
    assert len(found.voices) <= 2


def test_an_echo_that_becomes_louder_is_no_caller() -> None:
    sent = np.concatenate([bot(), bot()])
    louder = np.where(np.arange(len(sent)) < len(sent) // 2, 1.0, 2.0)
    echo = (EchoPath(-18, 80, seed=5).echo(sent) * louder).astype(np.float32)
    found = rehearse(sent, on_the_line(np.zeros_like(sent), echo))
    assert len(found.voices) <= 1


def test_clocks_that_run_apart_do_not_let_the_echo_through() -> None:
    found = alone(EchoPath(-12, 120, seed=6, drift_ppm=50))
    assert found.voices == []


@pytest.mark.parametrize(("kind", "level"), [("hybrid", -12.0), ("speakerphone", -6.0)])
def test_a_jitter_buffer_that_slips_does_not_let_the_echo_through(kind: Kind, level: float) -> None:
    sent = bot()
    slips = Slipping(samples(3.0))
    heard = on_the_line(np.zeros_like(sent), slips.heard(EchoPath(level, 400, kind).echo(sent)))
    assert rehearse(sent, heard, slips.later).voices == []


def test_a_bot_that_hears_its_echo_from_the_first_word_does_not_take_it_for_a_caller() -> None:
    sent = spoken(BOT[0])
    found = rehearse(sent, on_the_line(np.zeros_like(sent), EchoPath(-6, 500, seed=7).echo(sent)))
    assert found.voices == []


def test_the_search_tells_an_echo_from_none() -> None:
    chance = np.random.default_rng(1)
    far, other = bot(), np.roll(bot()[::-1], samples(0.7))
    height = 0.0
    search = EchoSearch()
    for end in range(SPAN, len(far), samples(0.25)):
        near = other[end - BLOCK : end] + chance.normal(0, 1e-3, BLOCK)
        height = max(height, search.look(near.astype(np.float32), far[end - SPAN : end]).height)
    assert height < FOUND
    for lag in (640, 5_000, 12_800):
        end = SPAN + samples(0.8)
        echo = 0.1 * np.roll(far, lag)[end - BLOCK : end] + chance.normal(0, 1e-3, BLOCK)
        peak = EchoSearch().look(echo.astype(np.float32), far[end - SPAN : end])
        assert peak.lag == lag
        assert peak.height > FOUND


def test_a_filter_that_makes_it_worse_is_started_anew() -> None:
    class Shouter:
        """Adds what was sent instead of taking it away."""

        resets = 0

        def process(self, near: bytes, far: bytes) -> bytes:
            wave = np.frombuffer(near, "<i2").astype(np.int32) + np.frombuffer(far, "<i2")
            return np.clip(wave, -32768, 32767).astype("<i2").tobytes()

        def reset(self) -> None:
            self.resets += 1

    shouter = Shouter()
    canceller = EchoCanceller(lambda tail: shouter)
    canceller.delay = 0
    tone = (8000 * np.sin(np.arange(FRAME_SAMPLES))).astype("<i2").tobytes()
    for index in range(20):
        canceller.sent(index * FRAME_SAMPLES, tone)
        frame = canceller.cancel(CallerFrame(index * FRAME_SAMPLES, tone, False))
        assert len(frame.pcm) == 2 * FRAME_SAMPLES
    assert shouter.resets >= 2


def test_the_filter_takes_out_what_it_has_learnt() -> None:
    chance = np.random.default_rng(2)
    far = (3000 * chance.standard_normal(8 * SAMPLE_RATE)).astype("<i2")
    near = np.roll(far, 100) // 4
    speex, left = SpeexFilter(2048), []
    for at in range(0, len(far), FRAME_SAMPLES):
        left.append(speex.process(near[at : at + FRAME_SAMPLES].tobytes(), far[at : at + FRAME_SAMPLES].tobytes()))
    last = np.frombuffer(b"".join(left[-50:]), "<i2").astype(float)
    assert np.mean(last**2) < 0.01 * np.mean(near[-len(last) :].astype(float) ** 2)


def test_a_ring_keeps_the_last_samples_by_their_place_in_time() -> None:
    ring = SampleRing(10)
    ring.put(3, np.arange(3, 9, dtype="<i2").tobytes())
    assert ring.between(0, 9).tolist() == [0, 0, 0, 3, 4, 5, 6, 7, 8]
    ring.put(12, np.arange(12, 16, dtype="<i2").tobytes())
    assert ring.between(6, 16).tolist() == [6, 7, 8, 0, 0, 0, 12, 13, 14, 15]
    assert ring.between(14, 18).tolist() == [14, 15, 0, 0]
    assert ring.between(0, 8).tolist() == [0, 0, 0, 0, 0, 0, 6, 7]
