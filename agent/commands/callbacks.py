"""`offhook callbacks`: who waits to be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import told
from agent.commands.serve import ConfigFile, DataDir, configured

if TYPE_CHECKING:
    from pathlib import Path

    from agent.tools.callbacks import Callback


def callbacks(
    done: Annotated[int | None, typer.Option(min=1, metavar="NUMBER", help="this one was called back")] = None,
    *,
    everyone: Annotated[bool, typer.Option("--all", help="those who were called, too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as a JSON array")] = False,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Who waits to be called back, the earliest first, and what came of the bot's tries. Exit code 1 where nobody waits
    under the number that was done."""
    import asyncio

    import msgspec

    from agent.errors import ToolFailed
    from agent.tools.callbacks import FILE

    with told():
        path = configured(config, data_dir).agent.data_dir / FILE
    try:
        found, waiting = asyncio.run(_read(path, done, everyone)) if path.exists() else (done is None, [])
    except ToolFailed as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if not found:
        typer.echo(f"nobody waits under {done}; `offhook callbacks` shows who does", err=True)
        raise typer.Exit(1)
    if as_json:
        told_of = [{**msgspec.to_builtins(one), "state": one.state} for one in waiting]
        typer.echo(msgspec.json.encode(told_of).decode())
    else:
        _show(waiting)


async def _read(path: Path, done: int | None, everyone: bool) -> tuple[bool, list[Callback]]:
    """Whether there was the one that is done, and who waits now, or is known."""
    from datetime import UTC, datetime

    from agent.tools.callbacks import Callbacks

    kept = Callbacks(path)
    try:
        found = done is None or await kept.done(done, datetime.now(UTC))
        return found, await (kept.all() if everyone else kept.open())
    finally:
        await kept.close()


def _show(waiting: list[Callback]) -> None:
    from datetime import datetime

    from rich import box
    from rich.console import Console
    from rich.table import Table

    if not waiting:
        typer.echo("nobody waits to be called back")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "when", "number", "state", "name", "about", "asked", "business"):
        table.add_column(heading, no_wrap=heading in ("", "when", "number"))
    for one in waiting:
        when = f"{datetime.fromisoformat(one.at):%a %Y-%m-%d %H:%M}" if one.at else "as soon as possible"
        asked = f"{datetime.fromisoformat(one.asked):%a %Y-%m-%d %H:%M}"
        table.add_row(str(one.number), when, one.phone, one.state, one.name, one.about, asked, one.business)
    Console(highlight=False, markup=False).print(table)
