"""Human speech and hold music for tests: what Debian has of Asterisk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

SOUNDS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
MUSIC = Path("/usr/share/asterisk/moh")
PROMPT = "vm-intro"
PIECES = (
    "macroform-cold_day",
    "macroform-robot_dity",
    "macroform-the_simplicity",
    "manolo_camp-morning_coffee",
    "reno_project-system",
)


def prompt_8k(name: str) -> np.ndarray:
    """int16 samples at 8 kHz of a prompt; says which package is missing."""
    path = SOUNDS / f"{name}.wav"
    assert path.exists(), f"{path} is missing: apt-get install asterisk-core-sounds-en-wav"
    wave, rate = soundfile.read(path, dtype="int16")
    assert rate == 8000
    return np.asarray(wave)


def music_8k(name: str, seconds: float) -> np.ndarray:
    """int16 samples at 8 kHz of the begin of a piece of PIECES."""
    path = MUSIC / f"{name}.wav"
    assert path.exists(), f"{path} is missing: apt-get install asterisk-moh-opsound-wav"
    wave, rate = soundfile.read(path, frames=round(seconds * 8_000), dtype="int16")
    assert rate == 8000
    return np.asarray(wave)
