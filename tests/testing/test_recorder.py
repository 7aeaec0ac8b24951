"""Where packets are heard, and what the recording holds."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.audio import Samples
from telephony.errors import AudioError
from telephony.testing.echo_peer import tone
from telephony.testing.recorder import Playout, Track, recording

LOUD = np.full(160, 5000, np.int16)
QUIET = np.zeros(160, np.int16)


def place(arrivals: list[tuple[int, int, Samples]]) -> list[int | None]:
    playout = Playout(8_000)
    return [playout.place(at, stamp, samples) for at, stamp, samples in arrivals]


def test_arrival_jitter_below_the_anchor_is_smoothed() -> None:
    assert place([(100, 0, LOUD), (250, 160, LOUD), (420, 320, LOUD)]) == [100, 260, 420]


def test_a_late_packet_moves_everything_after_it_and_silence_gives_it_back() -> None:
    placed = place([(0, 0, LOUD), (200, 160, LOUD), (320, 320, LOUD), (480, 480, QUIET), (640, 640, QUIET)])
    assert placed == [0, 200, 360, 520, 640]


def test_a_lost_packet_leaves_its_place_empty() -> None:
    assert place([(0, 0, LOUD), (320, 320, LOUD)]) == [0, 320]


def test_an_overtaken_packet_is_heard_only_if_its_turn_is_not_over() -> None:
    assert place([(0, 0, LOUD), (300, 320, LOUD), (310, 160, LOUD)]) == [0, 320, None]
    assert place([(0, 0, LOUD), (100, 320, LOUD), (110, 160, LOUD)]) == [0, 320, 160]


def test_a_new_time_base_starts_at_its_arrival_and_stamps_wrap() -> None:
    assert place([(0, 0, LOUD), (160, 1_000_000, LOUD)]) == [0, 160]
    assert place([(0, 2**32 - 160, LOUD), (150, 0, LOUD)]) == [0, 160]


def test_never_earlier_than_arrival_whatever_the_network_does() -> None:
    random = np.random.default_rng(1)
    playout = Playout(8_000)
    for number in range(2_000):
        at = number * 160 + int(random.exponential(200))
        placed = playout.place(at, number * 160, LOUD if random.random() < 0.5 else QUIET)
        assert placed is None or placed >= at


def test_both_rates_of_a_call_end_up_on_one_clock(tmp_path: Path) -> None:
    ours, theirs = Track(), Track()
    ours.write(8_000, 4_000, tone(440, 200)[::2])
    theirs.write(16_000, 24_000, tone(440, 200))
    theirs.write(8_000, -80, np.full(160, 1000, np.int16))  # begins before 0: cut
    both = recording(ours, theirs, 40_000)
    assert len(both.caller) == len(both.bot) == 40_000
    assert abs(int(np.flatnonzero(np.abs(both.caller) > 2000)[0]) - 8_000) < 20
    assert int(np.flatnonzero(np.abs(both.bot) > 2000)[0]) == 24_000
    assert abs(int(both.bot[:160].mean()) - 1000) < 300
    both.save(tmp_path / "mix.wav")
    data, rate = soundfile.read(tmp_path / "mix.wav", dtype="int16")
    assert rate == 16_000
    assert (data[:, 0] == both.caller).all()
    assert (data[:, 1] == both.bot).all()


def test_a_recording_that_cannot_be_written_says_where() -> None:
    with pytest.raises(AudioError, match=r"/nowhere/mix.wav"):
        recording(Track(), Track()).save("/nowhere/mix.wav")
