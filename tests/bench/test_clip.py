"""Labels: where a simulated caller's voice begins and ends, on the clean sound."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.clip import Said, active_dbfs, evened, joined
from telephony.audio import Samples
from telephony.testing.background import Background
from telephony.testing.echo_peer import tone

MS = 16


def said(text: str, ms: int, *around: int, pause: float = 0.0, finished: bool = False) -> Said:
    """A tone with silence before and behind it, all in ms."""
    silence = [np.zeros(length * MS, np.int16) for length in (*around, 0, 0)]
    return Said(text, np.concatenate([silence[0], tone(400, ms), silence[1]]), pause, finished)


def test_the_label_is_the_last_voiced_sample_and_not_the_end_of_the_file() -> None:
    clip = joined([said("hello", 500, 40, 300)])
    assert clip.voiced.start == pytest.approx(40 * MS, abs=MS)
    assert clip.voiced.end == pytest.approx(540 * MS, abs=MS)
    assert len(clip.samples) == 840 * MS


def test_a_hiss_above_the_telephones_band_is_not_the_end_of_the_voice() -> None:
    sound = np.concatenate([tone(400, 500), tone(6_000, 200)])
    clip = joined([Said("yes", sound)])
    assert clip.voiced.end == pytest.approx(500 * MS, abs=5 * MS)


def test_a_pause_counts_from_voice_to_voice() -> None:
    clip = joined([said("how much is", 300, 20, 90, pause=700), said("a room", 400, 60, 50)])
    first, second = clip.thoughts
    assert (second.voiced.start - first.voiced.end) / MS == pytest.approx(700, abs=2)
    assert (first.finished, second.finished) == (False, True)
    assert clip.text == "how much is a room"
    quiet = clip.samples[first.voiced.end + MS : second.voiced.start - MS]
    assert not np.any(quiet)


def test_a_delay_moves_the_labels_with_the_sound() -> None:
    clip = joined([said("one", 300, 20, 20, pause=400, finished=True), said("two", 300)])
    later = clip.delayed(123)
    assert later.voiced.start == clip.voiced.start + 123
    assert [one.voiced.ms for one in later.thoughts] == [one.voiced.ms for one in clip.thoughts]
    assert (later.samples[123:] == clip.samples).all()


def test_every_piece_is_as_loud_as_asked_for_pauses_left_out() -> None:
    quiet = (tone(400, 500) // 8).astype(np.int16)
    loud = joined([Said("quiet", np.concatenate([quiet, np.zeros(8_000, np.int16)])), said("loud", 500)], -23.0)
    for thought in loud.thoughts:
        assert active_dbfs(loud.samples[thought.voiced.start : thought.voiced.end]) == pytest.approx(-23, abs=0.3)
    assert np.abs(evened(tone(400, 200), 20.0)).max() == 32767


def test_a_piece_without_a_voice_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing voiced in 'nothing'"):
        joined([Said("nothing", np.zeros(1_600, np.int16))])


def test_a_background_is_looped_under_what_is_said_and_clips() -> None:
    loop: Samples = np.array([1, 2, 3], np.int16)
    background = Background(loop, 16_000)
    assert background.under(np.zeros(4, np.int16)).tolist() == [1, 2, 3, 1]
    assert background.under(np.full(2, 32766, np.int16)).tolist() == [32767, 32767]
    with pytest.raises(ValueError, match="at least one sample"):
        Background(loop[:0], 8_000)
