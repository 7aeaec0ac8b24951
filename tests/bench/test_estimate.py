"""Percentiles and how far they can be trusted."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.estimate import quantile, rate
from agent.bench.figures import quantiles, share


def test_the_interval_of_a_median_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(3).normal(300, 50, 400).tolist()
    estimate = quantile(values, 0.5)
    assert estimate.low < estimate.value < estimate.high
    width = 2 * 1.96 * 1.2533 * 50 / np.sqrt(400)  # of a normal sample's median
    assert estimate.high - estimate.low == pytest.approx(width, rel=0.35)
    assert quantile(values, 0.5) == estimate


def test_the_interval_covers_the_truth_about_nineteen_times_of_twenty() -> None:
    chance = np.random.default_rng(7)
    hits = 0
    for _ in range(100):
        estimate = quantile(chance.exponential(100, 200).tolist(), 0.5)
        hits += estimate.low <= 100 * np.log(2) <= estimate.high
    assert hits >= 88


def test_one_value_is_its_own_interval_and_none_is_an_error() -> None:
    assert quantile([5.0], 0.95).high == 5.0
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match="no trials"):
        rate(0, 0)


def test_a_rate_of_nothing_seen_is_still_uncertain() -> None:
    none = rate(0, 100)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3.7, abs=0.1)
    assert rate(100, 100).high == pytest.approx(100)
    half = rate(50, 100)
    assert (half.low, half.high) == (pytest.approx(40.4, abs=0.1), pytest.approx(59.6, abs=0.1))


def test_what_was_not_measured_misses_its_limit() -> None:
    (figure,) = quantiles("reply", [], ((0.95, 600.0),))
    assert figure.ok is False
    assert share("cut-ins", 0, 0, 3.0).ok is False
    assert share("cut-ins", 2, 100, 3.0).ok is True
    assert [one.name for one in quantiles("reply", [1.0, 2.0], ((0.5, None), (0.95, 1.5)))] == [
        "reply, p50",
        "reply, p95",
    ]
    assert [one.ok for one in quantiles("reply", [1.0, 2.0], ((0.5, None), (0.95, 1.5)))] == [None, False]
