"""A sound file as the caller can say it: anything libsndfile reads, brought to 16 kHz mono."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from telephony.audio import Samples, resample
from telephony.errors import AudioError

LONGEST_S = 600


def load(path: Path | str) -> Samples:
    """The file's sound, int16, shape (n,), 16 kHz; several channels are averaged. Raises AudioError with the file,
    the reason and what would be right."""
    path = Path(path)
    wanted = "a sound file is needed, such as 16-bit WAV at any rate"
    if not path.is_file():
        raise AudioError(f"{path} is not a file; {wanted}")
    if path.stat().st_size == 0:
        raise AudioError(f"{path} is empty (0 bytes); {wanted}")
    try:
        with soundfile.SoundFile(path) as file:
            rate, frames = int(file.samplerate), int(file.frames)
            if frames > LONGEST_S * rate:
                raise AudioError(f"{path} is {frames / rate:.0f} s long; at most {LONGEST_S} s can be said in a turn")
            wave = file.read(dtype="float64", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"{path} cannot be read as sound: {error}; {wanted}") from error
    if not len(wave):
        raise AudioError(f"{path} has a header but no sound in it; {wanted}")
    return resample(np.nan_to_num(wave.mean(axis=1)), rate)
