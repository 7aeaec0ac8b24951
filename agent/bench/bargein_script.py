"""What is said over which answer, on what kind of line: dealt out before the calls, seeded. Pure."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.bench.cast import Sounds
from agent.bench.clip import Clip, Said, joined
from telephony.testing.echo_path import KINDS, EchoPath

Kind = Literal["question", "protest", "backchannel", "nothing"]
MIX: Mapping[Kind, int] = {"question": 3, "protest": 3, "backchannel": 4, "nothing": 2}  # of twelve
PROTESTS = ("wait", "stop", "no", "hold on", "excuse me", "no wait a moment", "one moment please", "sorry stop there")
BACKCHANNELS = (
    "mm hmm",
    "uh huh",
    "yeah",
    "right",
    "okay",
    "i see",
    "sure",
    "great",
    "oh really",
    "yes yes",
    "all right",
)
SPOKEN_OVER_S = (0.9, 1.7)  # after the reply began


@dataclass(frozen=True)
class Condition:
    """A kind of line."""

    name: str
    path: EchoPath | None = None
    impaired: bool = False  # as in `agent.bench.stage.BAD_NETWORK`


CONDITIONS = (
    Condition("no echo"),
    Condition("hybrid, -12 dB, 120 ms", EchoPath(-12, 120, "hybrid", 1)),
    Condition("speakerphone, -6 dB, 400 ms", EchoPath(-6, 400, "speakerphone", 2)),
    Condition("speakerphone, -20 dB, 780 ms", EchoPath(-20, 780, "speakerphone", 3)),
    Condition("3% loss, 30 ms jitter, 1% reordering", impaired=True),
)


@dataclass(frozen=True)
class Over:
    """What to say over the answer to which topic, and how long after that has begun; None: nothing."""

    topic: str
    ask: Clip
    kind: Kind
    clip: Clip | None
    after_s: float


LEVELS, DELAYS = (-6.0, -12.0, -20.0), (40.0, 120.0, 250.0, 400.0, 800.0)
# Every kind of echo, for replies that nobody speaks over.
ECHOES = tuple(
    Condition(f"{kind}, {level:g} dB, {delay:g} ms", EchoPath(level, delay, kind, number))
    for number, (kind, level, delay) in enumerate(itertools.product(KINDS, LEVELS, DELAYS))
)


def undisturbed(
    asks: Mapping[str, str], sounds: Sounds, voices: Sequence[str], count: int, chance: random.Random
) -> list[Over]:
    """So many replies that nobody speaks over."""
    return [
        Over(topic, _clip(sounds, chance.choice(voices), asks[topic]), "nothing", None, 0.0)
        for topic in chance.choices(list(asks), k=count)
    ]


def wanted(asks: Mapping[str, str], voices: Sequence[str]) -> list[tuple[str, str]]:
    """What has to be rendered."""
    return [(voice, text) for voice in voices for text in (*asks.values(), *PROTESTS, *BACKCHANNELS)]


def dealt(
    asks: Mapping[str, str], sounds: Sounds, voices: Sequence[str], turns: int, chance: random.Random
) -> list[Over]:
    """So many turns in the mix's proportions. `asks`: how each topic is asked for."""
    kinds = [kind for kind, count in MIX.items() for _ in range(count)]
    found = []
    for number in range(turns):
        if number % len(kinds) == 0:
            chance.shuffle(kinds)
        kind, voice, topic = kinds[number % len(kinds)], chance.choice(voices), chance.choice(list(asks))
        other = chance.choice([text for name, text in asks.items() if name != topic])
        said = {"question": other, "protest": chance.choice(PROTESTS), "backchannel": chance.choice(BACKCHANNELS)}
        clip = _clip(sounds, voice, said[kind]) if kind in said else None
        found.append(Over(topic, _clip(sounds, voice, asks[topic]), kind, clip, chance.uniform(*SPOKEN_OVER_S)))
    return found


def _clip(sounds: Sounds, voice: str, text: str) -> Clip:
    return joined([Said(text, sounds[voice, text])], voice=voice)
