"""What the line does by itself when a caller speaks over the bot: it makes the bot quieter, and waits for a verdict.

It does not judge. Whether the caller interrupts, agrees or coughs is for the agent to say, by Pause, Restore or Drop;
an agent that says nothing within `VERDICT` has heard nothing worth stopping for. A detector of speech needs a tenth of
a second to be sure, which is as long as the bot may take to be quiet: so it is quiet already at what may become a
voice, and for `MAYBE` only, unless it does. Pure.
"""

from __future__ import annotations

from telephony.audio import samples

DUCKED = 0.1  # -20 dB
VERDICT = samples(1.5)
MAYBE = samples(0.2)


class Reflex:
    """One call's; positions on the call clock."""

    def __init__(self) -> None:
        self._ducked = 0  # generation
        self._until = 0

    def stir(self, generation: int, at: int) -> None:
        """Something is heard from the caller while `generation` is sent (0: nothing is)."""
        if not self._ducked:
            self._ducked, self._until = generation, at + MAYBE

    def voice(self, generation: int, at: int) -> None:
        """It is the caller's voice."""
        self._ducked, self._until = generation, at + VERDICT

    def restore(self, generation: int) -> None:
        """The verdict: it was no interruption."""
        if generation == self._ducked:
            self._ducked = 0

    def gain(self, generation: int, at: int) -> float:
        """Of what is sent of `generation` at `at`."""
        if self._ducked and (generation != self._ducked or at >= self._until):
            self._ducked = 0
        return DUCKED if self._ducked else 1.0
