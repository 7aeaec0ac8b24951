"""`offhook dialplan schema`: the JSON Schema of a dialplan file, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.bot import write


def schema(
    out: Annotated[Path | None, typer.Option(help="The file to write it to; without, it is printed.")] = None,
) -> None:
    """The JSON Schema of a dialplan, with which an editor completes and checks its keys."""
    from agent.dialplan.json_schema import json_schema

    text = json_schema()
    if out is None:
        typer.echo(text)
        return
    write(out, f"{text}\n".encode())
    typer.echo(f"{out}: written")
