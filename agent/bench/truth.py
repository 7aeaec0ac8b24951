"""Whether the bot's own account of a turn agrees with what the caller's recording shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agent.bench.figures import Figure, quantiles

APART_P50_MS, APART_P95_MS = 10.0, 25.0


def agreement(pairs: Sequence[tuple[float, float]]) -> tuple[Figure, ...]:
    """Figures of `pairs` of ms from the caller's last voiced sample to the bot's first audible one: as the ledger has
    it (`Entry.audible`), and as it was heard at the wire. Beyond these limits the ledger is wrong: a stage is missing
    in it, or one of the two takes something else for the end of the caller's voice. For a network without delays of its
    own: those are heard at the wire and nobody in the bot can know them."""
    apart = [abs(ledger - heard) for ledger, heard in pairs]
    limits = ((0.5, APART_P50_MS), (0.95, APART_P95_MS))
    figures = quantiles("ledger and wire apart", apart, limits)
    if not pairs:
        return figures
    less = float(np.median([heard - ledger for ledger, heard in pairs]))
    return (*figures, Figure("ledger reads less than the wire, median", round(less, 1), "ms", None, len(pairs)))
