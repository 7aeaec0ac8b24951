"""Files that can be said, and the one clear error for those that cannot."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.errors import AudioError
from telephony.testing import sound_file
from telephony.testing.measure import audible_spans


def wav(path: Path, rate: int, channels: int, subtype: str = "PCM_16", seconds: float = 0.5) -> Path:
    at = np.arange(round(rate * seconds)) / rate
    sine = 0.3 * np.sin(2 * np.pi * 440 * at)
    soundfile.write(path, np.column_stack([sine, *[0.5 * sine] * (channels - 1)]), rate, subtype=subtype)
    return path


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(8_000, 1, "PCM_16"), (44_100, 2, "PCM_16"), (48_000, 6, "PCM_24"), (16_000, 1, "ULAW"), (22_050, 1, "FLOAT")],
)
def test_any_rate_and_any_channels_become_16_khz_mono(tmp_path: Path, rate: int, channels: int, subtype: str) -> None:
    samples = sound_file.load(wav(tmp_path / "a.wav", rate, channels, subtype))
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(8_000, abs=2)
    assert int(np.abs(np.fft.rfft(samples)).argmax()) * 2 == pytest.approx(440, abs=2)
    assert audible_spans(samples)


def test_each_unusable_file_has_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "zero.wav").touch()
    (tmp_path / "text.wav").write_text("this is not sound\n" * 100)
    whole = wav(tmp_path / "a.wav", 8_000, 1).read_bytes()
    (tmp_path / "header.wav").write_bytes(whole[:30])
    wav(tmp_path / "none.wav", 8_000, 1, seconds=0)
    for name, complaint in [
        ("missing.wav", "is not a file"),
        ("", "is not a file"),
        ("zero.wav", r"empty \(0 bytes\)"),
        ("text.wav", "cannot be read as sound"),
        ("header.wav", "cannot be read as sound|no sound in it"),
        ("none.wav", "no sound in it"),
    ]:
        with pytest.raises(AudioError, match=complaint) as error:
            sound_file.load(tmp_path / name)
        assert name in str(error.value)
        assert "\n" not in str(error.value)


def test_an_hour_of_sound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", np.zeros(601 * 1_000, np.int16), 1_000)
    with pytest.raises(AudioError, match="601 s long"):
        sound_file.load(tmp_path / "long.wav")


def test_not_a_number_is_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nan.wav", np.full(800, np.nan), 8_000, subtype="FLOAT")
    assert np.abs(sound_file.load(tmp_path / "nan.wav")).max() <= 1  # the resampler's dither
