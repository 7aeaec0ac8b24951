"""How late an event loop is: what everything that it does has to wait for."""

from __future__ import annotations

import asyncio

import numpy as np

EVERY_S = 0.05
STEP_MS = 0.5  # of the histogram
STEPS = 2_000  # up to a second; what is later counts as that


class LoopLag:
    """Sleeps and looks how late it woke. p99 is over all looks since the start, to half a millisecond."""

    def __init__(self) -> None:
        self._counts = np.zeros(STEPS, np.int64)
        self._worst = 0.0

    async def run(self) -> None:
        """Look, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self.note((loop.time() - due) * 1000)

    def note(self, late_ms: float) -> None:
        """One look."""
        self._worst = max(self._worst, late_ms)
        self._counts[min(STEPS - 1, max(0, int(late_ms / STEP_MS)))] += 1

    def worst(self) -> float:
        """ms, the worst since this was last asked."""
        worst, self._worst = self._worst, 0.0
        return worst

    @property
    def p99_ms(self) -> float:
        """The upper end of the step that holds the 99th percentile; 0.0 before the first look."""
        total = int(self._counts.sum())
        if not total:
            return 0.0
        step = int(np.searchsorted(np.cumsum(self._counts), 0.99 * total))
        return (step + 1) * STEP_MS
