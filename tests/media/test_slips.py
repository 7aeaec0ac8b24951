"""The caller's sound against the call clock, by the stream's own count."""

from __future__ import annotations

from telephony.media.slips import Slips

TICK = 320
WRAP = 1 << 33


def fed(slips: Slips, played: list[int | None], at: int = 0) -> list[int]:
    """Note a tick each; what is believed behind each of them."""
    found = []
    for number, place in enumerate(played):
        slips.note(at + (number + 1) * TICK, place)
        found.append(slips.later)
    return found


def test_a_stream_that_is_played_without_slips_is_where_it_was() -> None:
    assert fed(Slips(), [5_000 + TICK * number for number in range(10)]) == [0] * 10


def test_a_frame_left_out_and_one_played_twice() -> None:
    places = [0, 320, 640, 1_280, 1_600, 1_920, 1_920, 2_240, 2_560]
    assert fed(Slips(), places) == [0, 0, 0, 0, -320, -320, -320, 0, 0]


def test_one_tick_that_was_read_in_between_is_not_believed_but_doubted() -> None:
    slips = Slips()
    assert fed(slips, [0, 320, 960]) == [0, 0, 0]
    assert slips.doubtful
    assert fed(slips, [960, 1_280], at=3 * TICK) == [0, 0]
    assert not slips.doubtful


def test_a_quiet_stream_says_nothing() -> None:
    slips = Slips()
    assert fed(slips, [0, 320, None, None, 1_280]) == [0] * 5
    assert fed(slips, [1_280] * 4, at=5 * TICK) == [0] * 4  # nothing comes: another offset in every tick


def test_the_count_runs_over_and_a_peer_may_begin_anew() -> None:
    slips = Slips()
    assert fed(slips, [WRAP - 320, 0, 320]) == [0, 0, 0]
    assert fed(slips, [4_000_000, 4_000_320, 4_000_640, 4_000_960], at=3 * TICK) == [0] * 4
    assert fed(slips, [4_001_280, 4_001_280, 4_001_600], at=7 * TICK) == [0, 0, 320]
