"""Ledger and recording side by side."""

from __future__ import annotations

import pytest

from agent.bench.truth import agreement


def test_a_ledger_that_agrees_passes_and_one_that_lacks_a_stage_does_not() -> None:
    good = agreement([(300.0 + turn, 305.0 + turn) for turn in range(40)])
    assert [figure.ok for figure in good] == [True, True, None]
    assert good[-1].value == 5.0
    lacking = agreement([(270.0 + turn, 305.0 + turn) for turn in range(40)])
    assert [figure.ok for figure in lacking] == [False, False, None]


def test_both_directions_count_and_a_few_turns_may_be_off() -> None:
    pairs = [(300.0, 308.0)] * 20 + [(300.0, 292.0)] * 19 + [(300.0, 400.0)]
    assert [figure.value for figure in agreement(pairs)][:2] == [8.0, pytest.approx(8.0, abs=0.1)]


def test_no_turns_are_no_agreement() -> None:
    assert all(figure.ok is False for figure in agreement([]))
