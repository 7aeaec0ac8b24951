"""A measured figure beside its limit, and how a run is shown: a table for people, JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from agent.bench.estimate import quantile, rate
from agent.bench.identity import Identity
from agent.bench.machine import Harness, Machine


class Figure(msgspec.Struct, frozen=True):
    """One measurement. `ok` is None where there is no limit to meet."""

    name: str
    value: float
    unit: str
    limit: float | None = None  # at most this
    samples: int = 1
    detail: str = ""
    interval: tuple[float, float] | None = None  # that holds `value` in 95% of repetitions

    @property
    def ok(self) -> bool | None:
        return None if self.limit is None else self.value <= self.limit


class Run(msgspec.Struct, frozen=True):
    """What one `offhook bench` command found."""

    suite: str
    machine: Machine
    harness: Harness | None
    figures: tuple[Figure, ...]
    problems: tuple[str, ...] = ()  # calls that went wrong, in words
    identity: Identity | None = None
    notes: tuple[str, ...] = ()  # what one has to know to read the figures

    @property
    def ok(self) -> bool:
        return not self.problems and all(figure.ok is not False for figure in self.figures)


def percentiles(name: str, values: Sequence[float], unit: str = "ms", limit: float | None = None) -> Figure:
    """The p95 of `values` against `limit`, with p50, least and greatest as detail."""
    if not values:
        return Figure(name, float("inf"), unit, limit, 0, "nothing was measured")
    p50, p95 = np.percentile(values, (50, 95))
    detail = f"p50 {p50:.0f}, least {min(values):.0f}, greatest {max(values):.0f}"
    return Figure(f"{name}, p95", round(float(p95), 1), unit, limit, len(values), detail)


def quantiles(
    name: str, values: Sequence[float], limits: Sequence[tuple[float, float | None]], unit: str = "ms"
) -> tuple[Figure, ...]:
    """A figure for each (share, limit), such as (0.95, 600.0) for a p95, with its interval."""
    found = []
    for share, limit in limits:
        label = f"{name}, p{round(100 * share)}"
        if not values:
            found.append(Figure(label, float("inf"), unit, limit, 0, "nothing was measured"))
            continue
        estimate = quantile(values, share)
        interval = (round(estimate.low, 1), round(estimate.high, 1))
        found.append(Figure(label, round(estimate.value, 1), unit, limit, len(values), "", interval))
    return tuple(found)


def share(name: str, hits: int, trials: int, limit: float | None = None, detail: str = "") -> Figure:
    """Hits of trials in percent, with its interval."""
    if not trials:
        return Figure(name, float("inf"), "%", limit, 0, "nothing was measured")
    estimate = rate(hits, trials)
    told = f"{hits} of {trials}" + (f"; {detail}" if detail else "")
    interval = (round(estimate.low, 1), round(estimate.high, 1))
    return Figure(name, round(estimate.value, 2), "%", limit, trials, told, interval)


def as_json(run: Run) -> str:
    """One JSON object: the run's fields, each figure with its `ok`."""
    body = msgspec.to_builtins(run)
    for figure, plain in zip(run.figures, body["figures"], strict=True):
        plain["ok"] = figure.ok
        if plain["value"] == float("inf"):
            plain["value"] = None
    body["ok"] = run.ok
    return msgspec.json.encode(body).decode()


def with_turns(run: Run, turns: Sequence[msgspec.Struct]) -> bytes:
    """The same, indented, with the run's turns one by one."""
    body = {**msgspec.json.decode(as_json(run)), "turns": msgspec.to_builtins(turns)}
    return msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n"


def show(run: Run, console: Console) -> None:
    """A table, the machine, and what went wrong."""
    machine = run.machine
    table = Table(title=f"offhook bench {run.suite}", title_justify="left")
    for column in ("figure", "measured", "at most", "n", ""):
        table.add_column(column, justify="right" if column in ("measured", "at most", "n") else "left")
    for figure in run.figures:
        mark = {None: "", True: "[green]ok[/green]", False: "[red]missed[/red]"}[figure.ok]
        limit = "" if figure.limit is None else f"{figure.limit:g} {figure.unit}"
        measured = "-" if figure.value == float("inf") else f"{figure.value:g} {figure.unit}".strip()
        if figure.interval is not None:
            measured += f" ({figure.interval[0]:g}-{figure.interval[1]:g})"
        table.add_row(figure.name, measured, limit, str(figure.samples), f"{mark} {figure.detail}".strip())
    console.print(table)
    console.print(
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}, "
        f"Python {machine.python}; load {machine.load_before} before the run",
        highlight=False,
    )
    if run.harness is not None:
        harness = run.harness
        console.print(
            f"harness: {harness.cores:.2f} of a core; its {harness.packets} packets left {harness.late_p50_ms:.1f} ms "
            f"late (p50), {harness.late_p99_ms:.1f} (p99), {harness.late_worst_ms:.1f} (worst)",
            highlight=False,
        )
    if run.identity is not None:
        identity = run.identity
        settings = ", ".join(f"{name} {value}" for name, value in identity.settings.items())
        console.print(
            f"run {identity.run}: code {identity.code}, configuration {identity.config}, "
            f"dialplan {identity.dialplan}; {settings}",
            highlight=False,
        )
    for note in run.notes:
        console.print(note, highlight=False)
    for problem in run.problems[:20]:
        console.print(f"[red]{problem}[/red]", highlight=False)
    if len(run.problems) > 20:
        console.print(f"[red]and {len(run.problems) - 20} more[/red]")
