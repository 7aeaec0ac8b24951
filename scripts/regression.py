"""Logistic regression with a ridge, and what it gives for rows that it has not seen: for the fits in this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

SEED = 3
FOLDS = 10
Floats = NDArray[np.float64]


def balanced(over: Floats) -> Floats:
    """Weights with which finished and unfinished count the same."""
    return np.where(over == 1, 0.5 / over.mean(), 0.5 / (1 - over.mean()))


def regression(inputs: Floats, over: Floats, weight: Floats, ridge: float) -> Floats:
    """Weights, then the bias, of a logistic regression, by Newton's method."""
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    pull = np.array([ridge] * inputs.shape[1] + [1e-6])
    found = np.zeros(len(pull))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weight * (chance - over)) + pull * found
        bend = (rows * np.maximum(weight * chance * (1 - chance), 1e-9)[:, None]).T @ rows + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return found


def held_out(inputs: Floats, over: Floats, weight: Floats, groups: Sequence[str], ridge: float) -> Floats:
    """Log odds of every row by a regression that has not seen the row's group."""
    _, number = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(SEED).permutation(number.max() + 1)[number] % FOLDS
    return held_out_of(inputs, fold, lambda at: regression(inputs[at], over[at], weight[at], ridge))


def held_out_of(inputs: Floats, folds: Sequence[object], fit: Callable[[NDArray[np.bool_]], Floats]) -> Floats:
    """The same, with the rows' folds given, and how the weights are found of the rows that are chosen."""
    logits, fold = np.zeros(len(inputs)), np.asarray(folds)
    for one in np.unique(fold):
        rest = fold != one
        found = fit(rest)
        logits[~rest] = inputs[~rest] @ found[:-1] + found[-1]
    return logits
