"""A dialplan's bot without a call, its replies as lines, and files that are written, for the dialplan's commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from agent.engines.minilm import MiniLm
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
    from agent.reply.responder import Responder

    plan = load(file)
    return Responder(plan, embedder())


def embedder() -> MiniLm:
    """What understands. Raises ModelError and EngineError."""
    from agent.engines.minilm import MiniLm
    from agent.models.store import ModelStore

    return MiniLm.load(ModelStore().path("minilm-l6"))


def write(path: Path, data: bytes) -> None:
    """Write a file that was asked for; the command ends with exit code 1 where it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        typer.echo(f"{path}: can't be written: {error.strerror}; name a file in a folder that exists", err=True)
        raise typer.Exit(1) from None


def line(reply: Reply, took: str = "") -> str:
    """Route, topic, score, the model that words it in a call, the time a reply took if that is given, and whether it is
    said slowly; then its words."""
    from agent.reply.tier import Tier

    what = f"{reply.route}{' ' + reply.name if reply.name else ''} {reply.confidence:.2f}"
    tier = reply.tier.value if reply.tier is not Tier.STOCK else ""
    return f"bot [{', '.join(filter(None, (what, tier, took, 'slowly' if reply.slow else '')))}]: {reply.text}"
