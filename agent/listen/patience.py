"""From P(turn over) to how long a silence is waited for.

A caller who has not finished goes on after a pause of some length; a caller who has waits for us. Each second of wait
costs the second kind a second, each cut-in costs the first kind what `Manner.cut_in` says. With pauses that are
exponential, mean `t`, the wait that costs least is t * (ln(cut_in / t) - logit(P)): linear in the log odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from agent.listen.evidence import Rhythm
from agent.listen.profile import Profile
from telephony.audio import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of caller is waited for; seconds."""

    least: float  # a pause is no pause before
    cap: float
    cut_in: float  # as annoying as so many seconds of silence
    pause: float  # mean length of a pause inside a thought, beyond `least`


MANNERS = {
    Profile.PLAIN: Manner(0.12, 2.5, 4.0, 0.6),
    Profile.DICTATION: Manner(0.15, 2.5, 8.0, 0.9),
    Profile.DISTRESSED: Manner(0.25, 2.5, 8.0, 0.8),
    Profile.ELDERLY: Manner(0.25, 2.8, 8.0, 0.9),
}
_WEIGHT = 4  # pauses of this caller that count as much as what is known of all
_SLOWEST, _QUICKEST = 1.5, 0.6  # a caller's pauses change the mean by at most these factors


def patience(probability: float, manner: Manner, rhythm: Rhythm | None = None) -> float:
    """Silence in seconds after which a turn that is over with `probability` is taken to be; from `manner.least` to
    `manner.cap`, never longer for a greater probability."""
    pause = mean_pause(manner, rhythm or Rhythm())
    sure = min(max(probability, 1e-6), 1 - 1e-6)
    wait = pause * (log(manner.cut_in / pause) - log(sure / (1 - sure)))
    return min(max(wait, manner.least), manner.cap)


def mean_pause(manner: Manner, rhythm: Rhythm) -> float:
    """The mean pause inside this caller's thoughts, seconds beyond `least`: what is known of all callers and of this
    one, weighed by how much."""
    own = sum(max(0.0, length / SAMPLE_RATE - manner.least) for length in rhythm.pauses)
    mean = (_WEIGHT * manner.pause + own) / (_WEIGHT + len(rhythm.pauses))
    return min(max(mean, _QUICKEST * manner.pause), _SLOWEST * manner.pause)
