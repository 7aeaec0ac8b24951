"""How many calls there are, over all dialplans: with one alone there is room to work ahead of its caller."""

from __future__ import annotations


class Presence:
    """A count that sessions keep. Belongs to one thread."""

    def __init__(self) -> None:
        self._calls = 0

    @property
    def alone(self) -> bool:
        """At most one call."""
        return self._calls <= 1

    def come(self) -> None:
        """One more."""
        self._calls += 1

    def go(self) -> None:
        """One less."""
        self._calls -= 1
