"""`offhook latency`: where this machine's time goes, turn by turn, and what setting would buy how much."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.serve import configured

if TYPE_CHECKING:
    from rich.console import Console

    from agent.ledger.account import Account, Spread

FEW = 20  # turns; fewer say little of a p95


def latency(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="offhook.toml; default: the one here")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="where the bot keeps latency.jsonl")] = None,
    last: Annotated[int | None, typer.Option(min=1, help="only the latest N turns")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as one JSON object")] = False,
) -> None:
    """Where the time of the bot's turns went, and what would buy how much of it."""
    import msgspec
    from rich.console import Console

    from agent.errors import AgentError
    from agent.ledger.account import account
    from agent.ledger.store import paths, read

    try:
        directory = configured(config, data_dir).agent.data_dir
        kept = read(directory, last)
    except AgentError as error:
        typer.echo(f"offhook: {error}", err=True)
        raise typer.Exit(1) from None
    if kept.unreadable:
        typer.echo(f"offhook: {kept.unreadable} unreadable lines in the ledger are left out", err=True)
    if not kept.entries:
        typer.echo(f"offhook: {paths(directory)[1]} holds no turn that can be read", err=True)
        raise typer.Exit(1)
    found = account(kept.entries, len(os.sched_getaffinity(0)))
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    show(found, Console(highlight=False))


def show(found: Account, console: Console) -> None:
    """The account as tables and sentences."""
    console.print(f"{found.turns} turns in {found.calls} calls", style="bold")
    if found.turns < FEW:
        console.print(f"Fewer than {FEW} turns: a p95 says little yet.", style="yellow")
    _print(
        console, "From the caller's last sound to the bot's first:", ("", "p50", "p95", "turns"), _rows(found.audible)
    )
    _print(
        console, "How long each stage takes, waited for or not:", ("stage", "p50", "p95", "turns"), _rows(found.stages)
    )
    _print(
        console,
        "What the caller waits for, in the mean turn:",
        ("", "added", "share", "turns"),
        [(one.stage, f"{one.mean:.1f} ms", f"{one.percent:.0f}%", str(one.turns)) for one in found.spent],
    )
    console.print(
        f"{found.drafted_percent:.0f}% of the replies were drafted ahead; {found.wasted} of {found.drafts} drafts were "
        f"wasted, {found.wasted_ms:.0f} ms of work a turn."
    )
    for count, what in (
        (found.starved, "times a reply stopped because its sound was late"),
        (found.cut_in, "replies began before the caller was done"),
    ):
        if count:
            console.print(f"{count} {what}.", style="yellow")
    console.print(f"The agent's event loop was {found.loop_lag_ms:.0f} ms late at worst.")
    if not found.advice:
        console.print("No setting would buy 3 ms a turn.")
        return
    console.print("What would buy how much, at most, off the mean turn:", style="bold")
    for advice in found.advice:
        console.print(f"  {advice.most:5.1f} ms  {advice.text}.")


def _rows(spreads: tuple[Spread, ...]) -> list[tuple[str, ...]]:
    return [(one.name, f"{one.p50:.0f} ms", f"{one.p95:.0f} ms", str(one.turns)) for one in spreads]


def _print(console: Console, title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", min_width=0 if number else 16)
    for row in rows:
        table.add_row(*row)
    console.print(title, style="bold")
    console.print(table)
