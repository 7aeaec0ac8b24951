"""What is known about whether the caller is done, when the endpointer is asked: words, sound, rhythm, question."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.listen.profile import Profile
from agent.reply.reply import Expectation


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The caller's own pauses in this call, in samples: those after which they went on with the same turn."""

    pauses: tuple[int, ...] = ()  # the latest ones, oldest first

    def paused(self, length: int) -> Rhythm:
        """One more pause that was not the end."""
        return Rhythm((*self.pauses[-15:], length))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the judge may look at. None: not known (yet), or never asked."""

    said: str = ""  # the turn's words so far
    expects: Expectation = field(default_factory=Expectation)
    flushed: bool = False  # `said` is what a flush in this pause gave, else the recogniser's latest belief
    odds: float | None = None  # log odds, by the language model, that the thought is over
    sound: float | None = None  # P(over) by how the end sounds; NaN where that was asked and is not to be known
    topic: float | None = None  # how well the words fit something that the dialplan knows; its score
    ends: float | None = None  # how much the last words are like the ends of what the dialplan knows; log odds
    rhythm: Rhythm = field(default_factory=Rhythm)
    profile: Profile = Profile.PLAIN
    voiced: int = 0  # samples of voice in this turn
