"""`offhook dialplan schema`: the JSON Schema of a dialplan file, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[Path | None, typer.Option(help="The file to write it to; without, it is printed.")] = None,
) -> None:
    """The JSON Schema of a dialplan, with which an editor completes and checks its keys."""
    from agent.dialplan.json_schema import json_schema

    text = json_schema()
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        remedy = "name a file in a folder that you may write to"
        typer.echo(f"{out}: can't be written: {error.strerror}; {remedy}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{out}: written")
