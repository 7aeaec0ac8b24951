"""`offhook dialplan diff`: what is different between two versions of a dialplan file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import told

if TYPE_CHECKING:
    from agent.dialplan.difference import Difference


def diff(
    old: Annotated[Path, typer.Argument(help="The older dialplan file (YAML).")],
    new: Annotated[Path, typer.Argument(help="The newer one.")],
) -> None:
    """Say which topics are new, gone or changed, which other keys are, and which texts have to be rendered before the
    newer file can answer."""
    from agent.dialplan.difference import difference
    from agent.dialplan.load import load

    with told():
        found = difference(load(old), load(new))
    show(found)


def show(found: Difference) -> None:
    """The difference as lines."""
    lines = [
        *(f"topic added: {name}" for name in found.added),
        *(f"topic removed: {name}" for name in found.removed),
        *(f"topic changed: {name} ({', '.join(keys)})" for name, keys in found.changed.items()),
        *(f"changed: {key}" for key in found.keys),
        *_texts("to render", found.rendered),
        *_texts("gone", found.gone),
    ]
    typer.echo("\n".join(lines or ["no difference"]))


def _texts(what: str, texts: Sequence[str]) -> list[str]:
    return [f"{len(texts)} text{'s' * (len(texts) != 1)} {what}:", *(f"  {text}" for text in texts)] if texts else []
