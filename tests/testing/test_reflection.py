"""The echo on a test caller's line stays where it is, however unevenly the bot's packets come."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.audio import Samples
from telephony.testing.echo_path import EchoPath
from telephony.testing.reflection import Reflection

RATE, PACKET = 8_000, 160
PATH = EchoPath(0.0, 100.0)


def echoed(late_ms: list[float]) -> tuple[Samples, Samples]:
    """What comes back of a voice whose packets come so late, and of one whose packets do not."""
    voice = np.random.default_rng(3).normal(0, 2_000, len(late_ms) * PACKET).astype(np.int16)
    found = []
    for delays in (late_ms, [0.0] * len(late_ms)):
        reflection = Reflection(PATH, RATE)
        for number, late in enumerate(delays):
            at = number * PACKET + round(late * RATE / 1000)
            reflection.heard(at, number * PACKET, voice[number * PACKET : (number + 1) * PACKET])
        found.append(reflection.under(0, np.zeros(len(voice) + RATE, np.int16)))
    return found[0], found[1]


def lag(one: Samples, other: Samples) -> int:
    """How many samples later `one` is than `other`."""
    size = 2 * len(one)
    products = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    best = int(np.argmax(products))
    return best - size if best > size // 2 else best


@pytest.mark.parametrize("late_ms", [[0.0, 3.0, 1.0, 12.0, 0.5] * 10, [0.0, 30.0] * 25])
def test_jitter_does_not_move_the_echo(late_ms: list[float]) -> None:
    uneven, even = echoed(late_ms)
    assert np.array_equal(uneven, even)


def test_a_stall_moves_the_echo_by_as_much() -> None:
    stalled, even = echoed([0.0] * 25 + [200.0] * 25)
    half = 25 * PACKET + RATE // 10
    assert np.array_equal(stalled[:half], even[:half])
    assert lag(stalled[half:], even[half:]) == pytest.approx(200 * RATE / 1000, abs=1)


def test_what_a_stall_has_moved_is_made_good_in_a_silence() -> None:
    reflection, silence = Reflection(PATH, RATE), np.zeros(PACKET, np.int16)
    click = silence.copy()
    click[0] = 20_000
    for number, late in enumerate([0.0, 200.0, 0.0, 0.0]):
        sound = click if number == 3 else silence
        reflection.heard(number * PACKET + round(late * RATE / 1000), number * PACKET, sound)
    back = reflection.under(0, np.zeros(RATE, np.int16))
    assert int(np.argmax(np.abs(back) > 100)) == pytest.approx(3 * PACKET + 800, abs=8)
