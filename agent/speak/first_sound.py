"""How long a reply of each kind takes to its first sound on this machine, learnt from those that were made."""

from __future__ import annotations

from agent.ledger.entry import Kind

_AT_FIRST_MS = {"stock": 0.0, "rendered": 180.0, "model": 450.0, "strong": 900.0}
_WEIGHT = 0.2  # of the latest


class FirstSound:
    """A running mean for each kind. Belongs to one thread."""

    def __init__(self) -> None:
        self._ms = dict(_AT_FIRST_MS)

    def took(self, kind: Kind, ms: float) -> None:
        """One took `ms` from the first moment of its making."""
        self._ms[kind] += _WEIGHT * (ms - self._ms[kind])

    def expected(self, kind: Kind, worked_ms: float) -> float:
        """Milliseconds that are left when it has been in the making for `worked_ms`."""
        return max(0.0, self._ms[kind] - worked_ms)
