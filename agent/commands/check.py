"""`offhook dialplan check`: what is wrong with dialplan files, and how well what is in them tells callers apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.serve import ConfigFile

if TYPE_CHECKING:
    from agent.dialplan.load import Read
    from agent.reply.left_out import Alike, LeftOut
    from agent.reply.once import Once


def check(
    files: Annotated[list[Path], typer.Argument(help="Dialplan files (YAML).")],
    fast: Annotated[bool, typer.Option("--fast", help="Don't try the phrases against each other.")] = False,
    config: ConfigFile = None,
) -> None:
    """Say everything that is wrong with dialplan files, each as `file:line:column: what is wrong, what would be
    right`, which topics sound alike, and what would become of your phrases had you not written them. Exit code 1 on an
    error, 0 with warnings only."""
    from agent.dialplan.load import read

    reads = read(files)
    tried = _tried([one for one in reads if one.plan is not None], fast)
    for one in reads:
        found = tried.get(one.path)
        for warning in (*one.warnings, *_forbidden(one, config), *_warnings(one, found)):
            typer.echo(f"{warning} (warning)")
        for error in one.errors:
            typer.echo(error)
        if one.plan is not None:
            intents, facts = len(one.plan.intents), len(one.plan.facts)
            counts = f"{intents} intent{'s' * (intents != 1)}, {facts} fact{'s' * (facts != 1)}"
            typer.echo(f"{one.path}: good. {one.plan.name}: {counts}")
            typer.echo(f"{one.path}: {found if isinstance(found, str) else _figures(found)}")
    if any(one.errors for one in reads):
        raise typer.Exit(1)


def _tried(reads: list[Read], fast: bool) -> dict[Path, LeftOut | str]:
    """What came of the phrases of good files, or why they were not tried."""
    if fast or not reads:
        return {one.path: "your phrases were not tried against each other (--fast)" for one in reads}
    from agent.commands.bot import embedder
    from agent.errors import AgentError
    from agent.reply.once import Once

    try:
        once = Once(embedder())
        return {one.path: _tried_one(one, once) for one in reads}
    except AgentError as error:
        return {one.path: f"your phrases were not tried against each other: {error}" for one in reads}


def _tried_one(one: Read, once: Once) -> LeftOut | str:
    from agent.reply.left_out import MOST, left_out, phrases_of

    if one.plan is None:
        raise ValueError(f"{one.path} is not good")
    many = len(phrases_of(one.plan))
    if many > MOST:
        return f"your phrases were not tried against each other: {many} are more than {MOST}"
    return left_out(one.plan, once)


def _forbidden(one: Read, config: Path | None) -> list[str]:
    """Whether the bot may make the callbacks of a good file, by the configuration."""
    from agent.commands.serve import configured
    from agent.dialplan.callback_findings import forbidden
    from agent.errors import ConfigError

    if one.plan is None or one.plan.callbacks is None:
        return []
    try:
        why = forbidden(one.plan.callbacks, configured(config, None).trunk)
    except ConfigError as error:
        why = f"whether anybody is called back is not known: {error}"
    return [f"{one.callbacks}: {why}"] if why is not None else []


def _warnings(one: Read, found: LeftOut | str | None) -> list[str]:
    alike = () if found is None or isinstance(found, str) else found.alike
    return [f"{one.topics[pair.first]}: {_alike(pair)}" for pair in alike]


def _alike(pair: Alike) -> str:
    there, back = pair.there, pair.back
    other = f", and {len(back.examples)} of {back.out_of} of the second to the first" if back.examples else ""
    return (
        f"{pair.first} and {pair.second} sound alike: {len(there.examples)} of {there.out_of} examples of the first "
        f'are nearer to the second ("{there.examples[0]}"){other}; write more examples like it under "{pair.first}", '
        "or make them one"
    )


def _figures(found: LeftOut | None) -> str:
    if found is None or not found.phrases:
        return "there are no phrases to try against each other"

    def share(count: int) -> str:
        return f"{count / found.phrases:.0%}"

    return (
        f"of {found.phrases} phrases of yours, each tried as if it were not written, {share(found.acted_on)} act, "
        f"{share(found.asked_back)} are asked back, {share(found.another)} are taken for another, "
        f"{share(found.unknown)} are not known"
    )
