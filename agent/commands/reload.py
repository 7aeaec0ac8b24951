"""`offhook reload`: has the running bot read its dialplans again, and says what came of it."""

from __future__ import annotations

from datetime import datetime

import typer

from agent.commands.serve import ConfigFile, DataDir, configured


def reload(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Have the running bot read its dialplans again. Exit code 1 when one of them is bad: it says where, and the
    version before goes on."""
    from agent.commands.bot import told
    from agent.serve.reload import ask

    with told():
        read = ask(configured(config, data_dir).run_dir)
    for name, since in read.good.items():
        typer.echo(f"{name}: good, answers new calls since {datetime.fromtimestamp(since):%Y-%m-%d %H:%M:%S}")
    for line in (*read.notes, *read.errors):
        typer.echo(line, err=True)
    if read.errors:
        raise typer.Exit(1)
