"""How well scores tell one kind from another: area under the curve and false alarms, with bootstrapped intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Measure = Callable[[Floats, Bools], float]

RESAMPLES = 1_000
SEED = 7


class Interval(msgspec.Struct, frozen=True):
    """A measure and its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def area(scores: Floats, over: Bools) -> float:
    """Area under the ROC curve: the chance that what is over scores higher than what is not; ties count half."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    wholes = int(over.sum())
    return float((ranks[over].sum() - wholes * (wholes + 1) / 2) / (wholes * (len(over) - wholes)))


def cut_ins(scores: Floats, over: Bools, missed: float = 0.1) -> float:
    """Share of the unfinished that score as high as the finished do when `missed` of these are missed."""
    threshold = np.quantile(scores[over], missed, method="lower")
    return float((scores[~over] >= threshold).mean())


def interval(measure: Measure, scores: Floats, over: Bools, groups: Sequence[str]) -> Interval:
    """`measure` of scores, shape (n,), and its interval over resampled `groups`."""
    return spread(lambda rows: measure(scores[rows], over[rows]), over, groups)


def spread(of_rows: Callable[[npt.NDArray[np.int64]], float], over: Bools, groups: Sequence[str]) -> Interval:
    """A number that is computed from some of the rows, and its interval over resampled groups: whatever belongs
    together is drawn together."""
    _, group = np.unique(np.array(groups), return_inverse=True)
    members = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    rng = np.random.default_rng(SEED)
    found = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([members[at] for at in rng.integers(0, len(members), len(members))])
        if 0 < over[rows].sum() < len(rows):
            found.append(of_rows(rows))
    low, high = np.nanpercentile(found, (2.5, 97.5))
    return Interval(of_rows(np.arange(len(over))), float(low), float(high))
