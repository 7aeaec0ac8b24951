"""`offhook callbacks`: who waits to be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import told
from agent.commands.serve import ConfigFile, DataDir, configured

if TYPE_CHECKING:
    from pathlib import Path

    from agent.tools.callback import Callback
    from agent.tools.callbacks import Callbacks


def callbacks(
    done: Annotated[int | None, typer.Option(min=1, metavar="NUMBER", help="this one was called back")] = None,
    *,
    again: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="the bot tries this one again, from the first try on")
    ] = None,
    never: Annotated[
        str | None, typer.Option(metavar="PHONE", help="the bot never calls this telephone number")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="those who were called, too")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as a JSON array")] = False,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Who waits to be called back, the earliest first, and what came of the bot's tries. Exit code 1 where nobody waits
    under the number that was done, or is to be tried again."""
    import asyncio

    import msgspec

    from agent.errors import ToolFailed
    from agent.tools.callbacks import FILE

    with told():
        path = configured(config, data_dir).agent.data_dir / FILE
    if never is not None and not any(map(str.isdecimal, never)):
        typer.echo(f"{never} is no telephone number; write its digits", err=True)
        raise typer.Exit(1)
    try:
        there = never is not None or path.exists()
        wrong, waiting = asyncio.run(_read(path, done, again, never, everyone)) if there else (_nobody(done, again), [])
    except ToolFailed as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if wrong:
        typer.echo(f"{wrong}; `offhook callbacks` shows who does", err=True)
        raise typer.Exit(1)
    if as_json:
        told_of = [{**msgspec.to_builtins(one), "state": one.state} for one in waiting]
        typer.echo(msgspec.json.encode(told_of).decode())
    else:
        _show(waiting)


async def _read(
    path: Path, done: int | None, again: int | None, never: str | None, everyone: bool
) -> tuple[str, list[Callback]]:
    """What is wrong with what was to be changed, and who waits now, or is known."""
    from agent.tools.callbacks import Callbacks

    kept = Callbacks(path)
    try:
        if never is not None:
            await kept.never(never)
        wrong = await _change(kept, done, again)
        return wrong, await (kept.all() if everyone else kept.open())
    finally:
        await kept.close()


async def _change(kept: Callbacks, done: int | None, again: int | None) -> str:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    if done is not None and not await kept.done(done, now):
        return _nobody(done, None)
    if again is not None and not await kept.again(again, now):
        return _nobody(None, again)
    return ""


def _nobody(done: int | None, again: int | None) -> str:
    if done is not None:
        return f"nobody waits under {done}"
    return f"nobody whom the bot calls, and does not call right now, waits under {again}" if again is not None else ""


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
