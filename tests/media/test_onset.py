"""The begin of a voice that was made quiet is given once, and only where something was."""

from __future__ import annotations

from telephony.media.onset import REACH, Onset


def test_what_was_hidden_is_given_once_with_all_that_came_between() -> None:
    onset = Onset()
    for pcm, hidden in ((b"a", True), (b"b", False), (b"c", True)):
        onset.keep(pcm, hidden)
    assert onset.give() == b"abc"
    assert onset.give() == b""


def test_what_passed_as_it_was_is_not_given_again() -> None:
    onset = Onset()
    onset.keep(b"a", False)
    assert onset.give() == b""
    onset.keep(b"b", True)
    onset.forget()
    assert onset.give() == b""


def test_no_more_than_a_little_is_kept() -> None:
    onset = Onset()
    for number in range(2 * REACH):
        onset.keep(bytes([number]), True)
    assert onset.give() == bytes(range(REACH, 2 * REACH))
