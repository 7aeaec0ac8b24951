"""`offhook dialplan route`: which of several dialplan files answers a called number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.bot import told


def route(
    number: Annotated[str, typer.Argument(help="The called number, as the trunk sends it.")],
    files: Annotated[list[Path], typer.Argument(help="Dialplan files (YAML).")],
) -> None:
    """Say which file answers a called number: the one that lists it, else the one with "*". Exit code 1 if none
    does."""
    from agent.dialplan.load import load_all
    from agent.dialplan.numbers import numbers_of
    from telephony.call.admission import CATCH_ALL, LOOPBACK, answering, listed
    from telephony.call.number import normalise

    with told():
        numbers = numbers_of([str(file) for file in files], load_all(files))
    names = (normalise(number, LOOPBACK), number)
    file = answering(numbers, *names)
    if file is None:
        known = ", ".join(numbers)
        what = f'no file answers "{number}", and callers get 404; list it in one of them, or "*" for all others'
        typer.echo(f"{what} (listed are {known})", err=True)
        raise typer.Exit(1)
    others = "" if listed(numbers, *names) else f' ("{CATCH_ALL}", no file lists the number)'
    typer.echo(f"{file}{others}")
