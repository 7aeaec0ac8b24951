from __future__ import annotations

from math import isfinite

from agent.bench.prefixes import measure


async def test_every_figure_is_measured() -> None:
    told: list[str] = []
    figures = await measure(1, told.append)
    assert len(told) == 3
    assert len({figure.name for figure in figures}) == len(figures) == 8
    assert all(isfinite(figure.value) and figure.value > 0 for figure in figures)
