"""What became of a reply is read from the recording: made-up ones, of which it is known."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.overlap import gaps, overlap
from telephony.audio import Samples, samples
from telephony.testing.measure import Span

REPLY = samples(4.0)
BEGAN = samples(1.0)
VOICE = BEGAN + samples(1.5)


def reply(seed: int = 1) -> Samples:
    """Noise in syllables of 150 ms with 50 ms between them."""
    chance = np.random.default_rng(seed)
    at = np.arange(REPLY) % samples(0.2)
    return np.where(at < samples(0.15), chance.normal(0, 3000, REPLY), 0).astype(np.int16)


def recorded(*parts: tuple[float, float, float]) -> Samples:
    """A bot's track: of the reply from second to second, at so many dB."""
    track = [np.zeros(BEGAN, np.int16)]
    said = reply()
    for start, end, level in parts:
        track.append((said[samples(start) : samples(end)] * 10 ** (level / 20)).astype(np.int16))
    return np.concatenate([*track, np.zeros(samples(1.5), np.int16)])


def pause(seconds: float) -> tuple[float, float, float]:
    return (0.0, seconds, -200.0)


def test_a_reply_that_goes_on_as_if_nothing_were() -> None:
    found = overlap(reply(), recorded((0, 4, 0)), Span(BEGAN, samples(6.0)), VOICE)
    assert found is not None
    assert (found.ducked, found.silent, found.resumed, found.whole) == (None, None, None, True)


def test_one_that_is_ducked_and_comes_back() -> None:
    found = overlap(reply(), recorded((0, 1.6, 0), (1.6, 2.4, -20), (2.4, 4, 0)), Span(BEGAN, samples(6.0)), VOICE)
    assert found is not None
    assert found.ducked == pytest.approx(100, abs=20)
    assert (found.silent, found.whole) == (None, True)


def test_one_that_is_stopped() -> None:
    found = overlap(reply(), recorded((0, 1.6, 0), (1.6, 1.8, -20)), Span(BEGAN, samples(4.0)), VOICE)
    assert found is not None
    assert found.ducked == pytest.approx(100, abs=20)
    assert found.silent == pytest.approx(300, abs=60)
    assert (found.resumed, found.whole) == (None, False)


def test_one_that_pauses_and_goes_on_where_it_was() -> None:
    track = recorded((0, 1.6, 0), (1.6, 1.8, -20), pause(0.7), (1.8, 4, 0))
    found = overlap(reply(), track, Span(BEGAN, len(track)), VOICE)
    assert found is not None
    assert found.silent == pytest.approx(300, abs=60)
    assert found.resumed == pytest.approx(700, abs=20)
    assert found.whole


def test_one_whose_first_packets_were_late_is_known_all_the_same() -> None:
    track = recorded((0.02, 0.3, 0), (0.28, 1.6, 0), (1.6, 1.8, -20))
    found = overlap(reply(), track, Span(BEGAN, samples(4.0)), VOICE)
    assert found is not None
    assert found.silent == pytest.approx(300, abs=60)


def test_what_went_on_and_was_heard_later_is_whole() -> None:
    track = recorded((0, 1.62, 0), pause(0.05), (1.4, 4, 0))
    found = overlap(reply(), track, Span(BEGAN, len(track)), VOICE)
    assert found is not None
    assert found.whole


def test_where_a_reply_was_cut_in_a_pause_of_its_speaker_is_not_known_to_the_sample() -> None:
    found = overlap(reply(), recorded((0, 1.76, 0)), Span(BEGAN, samples(4.0)), VOICE)
    assert found is not None
    assert found.cut is not None
    assert found.sure is not None
    assert found.sure <= samples(1.76) <= found.cut
    assert found.cut - found.sure <= samples(0.1)


def test_one_that_falls_silent_in_a_pause_of_its_speaker_is_silent_from_there_and_how_loud_it_was_is_not_told() -> None:
    said = reply()
    said[samples(1.55) : samples(2.05)] = 0
    track = np.concatenate([np.zeros(BEGAN, np.int16), said[: samples(2.05)], np.zeros(samples(3.0), np.int16)])
    found = overlap(said, track, Span(BEGAN, len(track)), VOICE)
    assert found is not None
    assert found.ducked is None
    assert found.silent == pytest.approx(50, abs=20)


def test_another_reply_is_not_judged() -> None:
    assert overlap(reply(2), recorded((0, 4, 0)), Span(BEGAN, samples(6.0)), VOICE) is None


def test_gaps_of_a_reply_that_nobody_spoke_over() -> None:
    whole = Span(BEGAN - samples(0.1), samples(6.0))
    assert gaps(reply(), recorded((0, 4, 0)), whole) == 0
    found = gaps(reply(), recorded((0, 2, 0), (2, 2.2, -20), (2.2, 4, 0)), whole)
    assert found is not None
    assert found >= 10
