"""`offhook latency`: where this machine's time goes, turn by turn, and what setting would buy how much."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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

    from agent.config import load
    from agent.errors import AgentError
    from agent.ledger.account import account
    from agent.ledger.store import paths, read

    try:
        switches = {"agent.data_dir": data_dir.expanduser().resolve()} if data_dir else {}
        directory = load(config, switches=switches).agent.data_dir
        kept = read(directory, last)
    except AgentError as error:
        typer.echo(f"offhook: {error}", err=True)
        raise typer.Exit(1) from None
    if kept.unreadable:
        typer.echo(f"offhook: {kept.unreadable} unreadable lines in the ledger are left out", err=True)
    if not kept.entries:
        typer.echo(f"offhook: {paths(directory)[1]} holds no turn that can be read", err=True)
        raise typer.Exit(1)
    found = account(kept.entries)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    show(found, Console(highlight=False))


def show(found: Account, console: Console) -> None:
    """The account as tables and sentences."""
    from rich.table import Table

    console.print(f"{found.turns} turns in {found.calls} calls", style="bold")
    if found.turns < FEW:
        console.print(f"Fewer than {FEW} turns: a p95 says little yet.", style="yellow")
    console.print(_spreads("From the caller's last sound to the bot's first", "", found.audible))
    console.print(_spreads("How long each stage takes, waited for or not", "stage", found.stages))
    table = Table(title="What the caller waits for, in the mean turn", title_justify="left")
    for column in ("stage", "added", "share", "turns"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for one in found.spent:
        table.add_row(one.stage, f"{one.mean:.1f} ms", f"{one.percent:.0f}%", str(one.turns))
    console.print(table)
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


def _spreads(title: str, first: str, spreads: tuple[Spread, ...]) -> object:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in (first, "p50", "p95", "n"):
        table.add_column(column, justify="left" if column == first else "right")
    for one in spreads:
        table.add_row(one.name, f"{one.p50:.0f} ms", f"{one.p95:.0f} ms", str(one.turns))
    return table
