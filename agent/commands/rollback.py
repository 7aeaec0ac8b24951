"""`offhook dialplan rollback`: the good version before the one in a file, back in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.serve import ConfigFile, DataDir, configured


def rollback(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML) that a bot has answered by.")],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Write the good version before the present one back over a dialplan file; run again, the one before that. A
    running bot takes it up. Exit code 1 when there is none."""
    from agent.commands.bot import told
    from agent.dialplan.history import History, before, digest_of

    with told():
        history = History(configured(config, data_dir).history_dir, file)
    file = file.expanduser().resolve()
    present = file.read_bytes() if file.is_file() else b""
    versions = history.versions()
    version = before(versions, digest_of(present))
    if version is None:
        remedy = "a bot that runs keeps each one that it takes up"
        typer.echo(f"{file}: no earlier version is kept in {history.directory}; {remedy}", err=True)
        raise typer.Exit(1)
    if present and digest_of(present) not in {one.digest for one in versions}:
        _put(file.with_name(f"{file.name}~"), present, file)
        typer.echo(f"what was in it was never good, and is now in {file}~")
    _put(file, version.path.read_bytes(), file)
    typer.echo(f"{file}: version {version.number} is back, of {version.came.astimezone():%Y-%m-%d %H:%M:%S}")


def _put(path: Path, text: bytes, like: Path) -> None:
    """Write a file with owner and mode of `like`, if that exists; the command ends with exit code 1 where it can't."""
    from agent.whole_file import write

    try:
        write(path, text, like.stat() if like.exists() else None)
    except OSError as error:
        typer.echo(f"{path}: can't be written: {error.strerror}; the file is as it was", err=True)
        raise typer.Exit(1) from None
