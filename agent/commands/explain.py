"""`offhook dialplan explain`: how the bot takes what a caller says, and what led to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import responder, told

if TYPE_CHECKING:
    from agent.reply.explanation import Explanation


def explain(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    words: Annotated[str, typer.Argument(help="What the caller says, in quotes.")],
) -> None:
    """Say how the first turn of a caller is taken: what is left out, the decision and the bands that led to it, and
    the five nearest topics, each with its score and its nearest example."""
    from agent.reply.explanation import explained

    with told():
        answers = responder(file)
        show(explained(answers.router, words, answers.now().date()))


def show(explanation: Explanation) -> None:
    """The explanation as lines."""
    if explanation.left_out:
        typer.echo("left out: " + ", ".join(f'"{words}"' for words in explanation.left_out))
    typer.echo(f'weighed: "{explanation.weighed}"')
    typer.echo(f"decision: {explanation.decided}")
    typer.echo(f"because {explanation.why}")
    width = max((len(match.topic) for match in explanation.nearest), default=0)
    for match in explanation.nearest:
        typer.echo(f'{match.score:6.2f} {match.topic:{width}} "{match.nearest}"')
