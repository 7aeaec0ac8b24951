"""`offhook dialplan test`: what dialplan files say must come of what callers say, run by text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import embedder, told, write

if TYPE_CHECKING:
    from agent.dialplan.load import Read
    from agent.dialplan.rehearsal import Outcome


def run_tests(
    files: Annotated[list[Path], typer.Argument(help="Dialplan files (YAML).")],
    junit: Annotated[Path | None, typer.Option(help="Write the outcomes there too, as JUnit's XML.")] = None,
    only: Annotated[str, typer.Option(help="Run the tests with this text in their names, and no others.")] = "",
) -> None:
    """Run the tests in dialplan files, and say of each that fails `file:line: name: turn: what was wanted, what
    came`. Exit code 1 where one fails, none has `--only` in its name, or a file is broken."""
    from agent.dialplan.junit import document

    with told():
        suites = _suites(files, only)
    if junit is not None:
        write(junit, document(suites))
    run = [outcome for outcomes in suites.values() for outcome in outcomes]
    if any(outcome.failure for outcome in run) or (only and not run):
        raise typer.Exit(1)


def _suites(files: list[Path], only: str) -> dict[str, list[Outcome]]:
    """The outcomes by file, said as they come. Raises DialplanError with every error in the files, ModelError and
    EngineError."""
    from agent.dialplan.load import read
    from agent.dialplan.rehearsal import rehearse
    from agent.errors import DialplanError
    from agent.reply.responder import Responder

    reads = read(files)
    errors = [error for one in reads for error in one.errors]
    if errors:
        raise DialplanError(errors)
    engine = embedder()
    suites: dict[str, list[Outcome]] = {}
    for one in reads:
        if one.plan is not None:
            outcomes = list(rehearse(Responder(one.plan, engine), only)) if one.plan.tests else []
            _tell(one, outcomes, only)
            suites[str(one.path)] = outcomes
    return suites


def _tell(one: Read, outcomes: list[Outcome], only: str) -> None:
    """Says a file's failures and counts."""
    failures = [(outcome, outcome.failure) for outcome in outcomes if outcome.failure is not None]
    for outcome, failure in failures:
        name = " ".join(outcome.name.split())
        typer.echo(f"{one.turns[outcome.place][failure.turn]}: {name}: {failure}")
    if outcomes:
        typer.echo(f"{one.path}: {len(outcomes) - len(failures)} of {len(outcomes)} tests passed")
    elif one.turns:
        typer.echo(f'{one.path}: no test has "{only}" in its name')
    else:
        typer.echo(f'{one.path}: no tests; write them under "tests"')
