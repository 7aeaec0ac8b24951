"""`offhook dialplan`: check a dialplan file, and ask it something without a call; other commands are beside this."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.bot import line, responder, told
from agent.commands.check import check
from agent.commands.diff import diff
from agent.commands.explain import explain
from agent.commands.new import new
from agent.commands.rehearse import run_tests
from agent.commands.render import render
from agent.commands.rollback import rollback
from agent.commands.route import route
from agent.commands.schema import schema
from agent.commands.talk import talk
from agent.commands.tool import tool
from agent.commands.typed_call import call

app = typer.Typer(help="What the bot says: check a dialplan file, try it by text, and test it.", no_args_is_help=True)


@app.command()
def ask(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    words: Annotated[list[str], typer.Argument(help="What the caller says; one argument a turn.")],
    caller: Annotated[str, typer.Option(help="The number that the caller calls from.")] = "5550100",
) -> None:
    """Show what the bot would answer: the route, the topic and its score, and the reply."""
    with told():
        conversation = responder(file).conversation(caller)
        typer.echo(f"bot: {conversation.greet().text}")
        for said in words:
            typer.echo(f"caller: {said}")
            typer.echo(line(conversation.answer(said)))


app.command()(check)
app.command()(new)
app.command()(render)
app.command()(explain)
app.command()(route)
app.command()(schema)
app.command()(talk)
app.command()(call)
app.command()(tool)
app.command()(diff)
app.command()(rollback)
app.command("test")(run_tests)
