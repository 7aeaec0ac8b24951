"""Human speech for tests: Debian's prompts of Asterisk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
PROMPT = "vm-intro"


def prompt_8k(name: str) -> np.ndarray:
    """int16 samples at 8 kHz of a prompt; says which package is missing."""
    path = SOUNDS / f"{name}.wav"
    assert path.exists(), f"{path} is missing: apt-get install asterisk-core-sounds-en-wav"
    wave, rate = soundfile.read(path, dtype="int16")
    assert rate == 8000
    return np.asarray(wave)
