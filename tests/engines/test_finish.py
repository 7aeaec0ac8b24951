"""From raw sound to speech, as it comes: the same in pieces as at once, trimmed, and near the common level."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from agent.engines.finish import FLOOR, LEAD, TAIL, Finish
from agent.engines.loudness import TARGET_DBFS, active_dbfs
from agent.engines.lufs import TARGET_LUFS, lufs
from telephony.audio import SAMPLE_RATE, samples_of

RATE = 22_050


def voiced(seconds: float, dbfs: float = -26.0) -> np.ndarray:
    time = np.arange(int(RATE * seconds)) / RATE
    return (np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * 200 * time)).astype(np.float32)


def silent(seconds: float) -> np.ndarray:
    return np.zeros(int(RATE * seconds), dtype=np.float32)


def finished(finish: Finish, wave: np.ndarray, edges: list[int]) -> np.ndarray:
    marks = [0, *edges, len(wave)]
    pieces = [finish.feed(wave[a:b], last=b == len(wave)) for a, b in itertools.pairwise(marks)]
    return samples_of(b"".join(pieces)).astype(np.float32) / 32768


WAVE = np.concatenate([silent(0.3), voiced(0.7), silent(0.4), voiced(0.5), silent(0.5)])


@pytest.mark.parametrize("edges", [[], [1000, 9000, 20_000], [5 * RATE // 10, RATE, 3 * RATE // 2, 2 * RATE]])
def test_the_ends_are_trimmed_and_the_pause_inside_stays(edges: list[int]) -> None:
    sound = finished(Finish(RATE, -26.0), WAVE, edges)
    assert len(sound) / SAMPLE_RATE == pytest.approx(LEAD + 0.7 + 0.4 + 0.5 + TAIL, abs=0.002)
    assert np.flatnonzero(np.abs(sound) > FLOOR)[0] <= (LEAD + 0.002) * SAMPLE_RATE
    inside = sound[int(0.8 * SAMPLE_RATE) : int(1.0 * SAMPLE_RATE)]
    assert np.abs(inside).max() < FLOOR


def test_in_pieces_it_is_what_it_is_at_once() -> None:
    at_once = finished(Finish(RATE, -26.0), WAVE, [])
    in_pieces = finished(Finish(RATE, -26.0), WAVE, [7_000, 15_000, 30_000, 45_000])
    assert len(in_pieces) == len(at_once)
    assert np.abs(in_pieces - at_once).max() < 0.02


@pytest.mark.parametrize("own", [-32.0, -26.0, -20.0])
def test_a_voice_that_is_unlike_itself_is_brought_to_the_level_by_and_by(own: float) -> None:
    wave = voiced(4.0, own)
    sound = finished(Finish(RATE, -26.0), wave, list(range(RATE // 2, len(wave), RATE // 2)))
    assert active_dbfs(sound[-SAMPLE_RATE:], SAMPLE_RATE) == pytest.approx(TARGET_DBFS, abs=1.6)
    steps = [active_dbfs(sound[at : at + 1600], SAMPLE_RATE) for at in range(1600, len(sound) - 1600, 1600)]
    assert np.abs(np.diff(steps)).max() < 1.0  # dB in 0.1 s: nothing jumps


def test_silence_alone_is_nothing() -> None:
    finish = Finish(RATE, -26.0)
    sound = finished(finish, silent(1.0), [RATE // 2])
    assert finish.cut is None
    assert len(sound) <= 2 * LEAD * SAMPLE_RATE + 2


def test_what_comes_at_once_goes_by_its_loudness() -> None:
    for wave in (WAVE, 4 * WAVE, WAVE / 2):
        sound = finished(Finish(RATE, None), wave, [])
        assert lufs(sound, SAMPLE_RATE) == pytest.approx(TARGET_LUFS, abs=0.3)
