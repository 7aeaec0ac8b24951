"""How near something is to the topics of a dialplan, each of which has several texts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

NEAREST = 2  # texts of a topic that count: one may be so by chance
NOTHING = -9.0  # as near as a text that is not there

Floats = npt.NDArray[np.float32]


def of_all(similarities: Floats) -> float:
    """The mean of the largest few."""
    if len(similarities) <= NEAREST:
        return float(similarities.mean())
    return float(np.partition(similarities, -NEAREST)[-NEAREST:].mean())


class Nearest:
    """Of texts that lie topic behind topic. `lengths`: how many each has, at least one."""

    def __init__(self, lengths: Sequence[int]) -> None:
        ends = np.cumsum(lengths)
        beyond = int(ends[-1]) if len(ends) else 0
        # a row a topic, at least as long as what counts, filled with the place behind all texts
        self._places = np.full((len(lengths), max([NEAREST, *lengths])), beyond)
        for row, end, length in zip(self._places, ends, lengths, strict=True):
            row[:length] = np.arange(end - length, end)

    def of(self, similarities: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Of each topic the mean of its largest few, NOTHING where no text is there; and which text is the nearest."""
        rows = np.append(similarities, np.float32(NOTHING))[self._places]
        largest = np.partition(rows, -NEAREST, axis=1)[:, -NEAREST:]
        there = largest > NOTHING
        count = there.sum(axis=1)
        means = np.where(there, largest, 0.0).sum(axis=1) / np.maximum(count, 1)
        places: npt.NDArray[np.intp] = self._places[np.arange(len(rows)), rows.argmax(axis=1)]
        return np.where(count > 0, means, NOTHING).astype(np.float32), places
