"""Who speaks in a dialplan's tests: a voice, a level and a place to call from, drawn by the name of the test, so that
it is the same whenever the test is run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from agent.bench.cast import VOICES, Voice
from agent.bench.noise import street
from telephony.audio import Samples

DBFS = (-28.0, -20.0)  # of the voiced part
_STREETS = (None, 30.0, 24.0)  # dB below the voice


@dataclass(frozen=True)
class Part:
    """How one test is spoken. `noise_db`: by how much a street is fainter than the voice; None for a quiet place."""

    voice: Voice
    dbfs: float
    noise_db: float | None
    seed: int

    @property
    def background(self) -> Samples | None:
        """What is heard around the caller, 16 kHz, to be looped."""
        return None if self.noise_db is None else street(self.dbfs - self.noise_db, self.seed)


def part(name: str) -> Part:
    """Of the test with this name."""
    chance = random.Random(name)
    return Part(chance.choice(VOICES), chance.uniform(*DBFS), chance.choice(_STREETS), chance.randrange(2**31))
