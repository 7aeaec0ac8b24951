"""A dialplan's bot without a call, and its replies as lines, for the commands that ask it something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from agent.reply.reply import Reply
    from agent.reply.responder import Responder


@contextmanager
def told() -> Iterator[None]:
    """An AgentError within is printed, and the command ends with exit code 1."""
    from agent.errors import AgentError

    try:
        yield
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def responder(file: Path) -> Responder:
    """What answers for a dialplan file. Raises DialplanError and ModelError."""
    from agent.dialplan.load import load
    from agent.engines.minilm import MiniLm
    from agent.models.store import ModelStore
    from agent.reply.responder import Responder

    plan = load(file)
    return Responder(plan, MiniLm.load(ModelStore().path("minilm-l6")))


def line(reply: Reply, took: str = "") -> str:
    """Route, topic, score and, if it is given, the time a reply took; then its words."""
    how = f"{reply.route}{' ' + reply.name if reply.name else ''} {reply.confidence:.2f}{', ' + took if took else ''}"
    return f"bot [{how}]: {reply.text}"
