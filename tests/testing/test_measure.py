"""Measurements on synthetic signals whose answers are known."""

import numpy as np
import pytest

from telephony.audio import Samples
from telephony.testing.echo_peer import tone
from telephony.testing.measure import Span, audible_spans, dropouts, pauses, time_to_first_audio
from telephony.testing.recorder import Recording

SECOND = 16_000


def line(*sounds: tuple[float, float], seconds: float = 5.0, noise_dbfs: float = -96.0) -> Samples:
    """Tones at (start s, length s) over white noise."""
    wave = np.random.default_rng(0).normal(0, 32768 * 10 ** (noise_dbfs / 20), round(seconds * SECOND))
    for start, length in sounds:
        at = round(start * SECOND)
        wave[at : at + round(length * SECOND)] += tone(500, length * 1000)
    return np.clip(wave, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("noise", [-96.0, -60.0, -45.0])
def test_spans_are_found_to_the_millisecond_over_noise(noise: float) -> None:
    spans = audible_spans(line((1.0, 0.5), (2.5, 0.25), noise_dbfs=noise))
    assert len(spans) == 2
    for span, (start, end) in zip(spans, [(1.0, 1.5), (2.5, 2.75)], strict=True):
        assert abs(span.start - start * SECOND) < 16
        assert abs(span.end - end * SECOND) < 16
    assert pauses(spans) == pytest.approx([1000], abs=2)


def test_short_pauses_are_bridged_and_clicks_are_no_sound() -> None:
    assert len(audible_spans(line((1.0, 0.3), (1.45, 0.3)))) == 1
    assert len(audible_spans(line((1.0, 0.3), (1.45, 0.3)), bridge_ms=100)) == 2
    assert audible_spans(line((1.0, 0.005))) == []
    assert audible_spans(np.zeros(0, np.int16)) == []
    assert audible_spans(np.zeros(SECOND, np.int16)) == []


def test_unbroken_sound_does_not_hide_itself() -> None:
    assert audible_spans(line((0.0, 5.0))) == [Span(0, 5 * SECOND)]


def test_time_to_first_audio() -> None:
    """The caller's span holds silence at both ends: the last voiced sample counts, not the span's end."""
    mix = Recording(line((1.0, 0.8)), line((0.2, 0.5), (2.15, 0.5)))
    assert time_to_first_audio(mix, Span(SECOND // 2, 2 * SECOND)) == pytest.approx(350, abs=1)


def test_a_bot_that_cuts_in_is_negative_and_one_that_still_speaks_is_no_reply() -> None:
    caller = line((1.0, 1.0))
    spoken = Span(SECOND, 2 * SECOND)
    assert time_to_first_audio(Recording(caller, line((1.7, 1.0))), spoken) == pytest.approx(-300, abs=1)
    assert time_to_first_audio(Recording(caller, line((0.5, 0.9))), spoken) is None
    assert time_to_first_audio(Recording(caller, line((0.5, 0.9), (2.5, 0.5))), spoken) == pytest.approx(500, abs=1)


def test_silence_has_no_time() -> None:
    assert time_to_first_audio(Recording(line(), line((1.0, 0.5))), Span(0, SECOND)) is None
    assert time_to_first_audio(Recording(line((1.0, 0.5)), line()), Span(SECOND, 2 * SECOND)) is None


def test_dropouts_are_runs_of_digital_silence() -> None:
    sound = line((0.0, 2.0), noise_dbfs=-60)
    sound[8_000:8_320] = 0
    sound[16_000:16_100] = 0  # 6 ms: no packet is that short
    assert dropouts(sound, Span(0, 2 * SECOND)) == [Span(8_000, 8_320)]
