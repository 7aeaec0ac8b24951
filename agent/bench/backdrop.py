"""What is around a caller, a street or people talking, and the telephone in between."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.bench.casting import DBFS
from agent.bench.clip import evened
from agent.bench.listening import telephone
from agent.bench.noise import babble, street
from telephony.audio import Samples, samples

BEFORE, BEHIND = samples(0.8), samples(0.6)  # of the place alone, around a phrase
_LOOP_DBFS = -26.0


@dataclass(frozen=True)
class Backdrop:
    """`loops`: what is heard, each evened to the same level; one of them, from anywhere in it, is behind a phrase,
    `snr_db` fainter than the voiced part of it."""

    loops: Sequence[Samples]
    snr_db: float

    def call(self, voice: Samples, chance: random.Random) -> Samples:
        """16 kHz samples of a phrase at the other end of the line. Raises ValueError where nothing is voiced."""
        dbfs = chance.uniform(*DBFS)
        said = np.pad(evened(voice, dbfs), (BEFORE, BEHIND)).astype(np.float64)
        loop = chance.choice(self.loops)
        there = np.arange(len(said)) + chance.randrange(len(loop))
        said += np.take(loop, there, mode="wrap") * 10 ** ((dbfs - self.snr_db - _LOOP_DBFS) / 20)
        mixed: Samples = np.clip(np.rint(said), -32768, 32767).astype(np.int16)
        return telephone(mixed)


def busy(talk: Sequence[Samples], snr_db: float, seed: int) -> Backdrop:
    """A street, and people whose clips are `talk`, where there are any."""
    people = (babble(talk, _LOOP_DBFS, seed),) if talk else ()
    return Backdrop((street(_LOOP_DBFS, seed), *people), snr_db)
