"""The command `offhook`. Each command imports what it needs when it runs, so that `offhook --help` is quick."""

from __future__ import annotations

import typer

from agent.commands.bench import app as bench
from agent.commands.call import CallCommand, call
from agent.commands.callbacks import callbacks
from agent.commands.dialplan import app as dialplan
from agent.commands.doctor import doctor
from agent.commands.latency import latency
from agent.commands.models import app as models
from agent.commands.reload import reload
from agent.commands.serve import demo, serve, status

app = typer.Typer(
    name="offhook",
    help="A self-hosted telephone voice bot: answers SIP calls, listens, replies, all on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(demo)
app.command()(status)
app.command()(reload)
app.command(cls=CallCommand)(call)
app.command()(callbacks)
app.command()(doctor)
app.command()(latency)
app.add_typer(bench, name="bench")
app.add_typer(models, name="models")
app.add_typer(dialplan, name="dialplan")


def main() -> None:
    """Entry point of the command `offhook`."""
    app()


if __name__ == "__main__":
    main()
