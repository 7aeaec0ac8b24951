"""`offhook dialplan`: check a dialplan file, ask it something without a call, and run its tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agent.dialplan.load import Read
    from agent.dialplan.rehearsal import Outcome

app = typer.Typer(help="What the bot says: check a dialplan file, try it by text, and test it.", no_args_is_help=True)

_Files = Annotated[list[Path], typer.Argument(help="Dialplan files (YAML).")]


@app.command()
def check(files: _Files) -> None:
    """Say everything that is wrong with dialplan files, each as `file:line:column: what is wrong, what would be
    right`. Exit code 1 on an error, 0 with warnings only."""
    from agent.dialplan.load import read

    reads = read(files)
    for one in reads:
        for warning in one.warnings:
            typer.echo(f"{warning} (warning)")
        for error in one.errors:
            typer.echo(error)
        if one.plan is not None:
            intents, facts = len(one.plan.intents), len(one.plan.facts)
            counts = f"{intents} intent{'s' * (intents != 1)}, {facts} fact{'s' * (facts != 1)}"
            typer.echo(f"{one.path}: good. {one.plan.name}: {counts}")
    if any(one.errors for one in reads):
        raise typer.Exit(1)


@app.command()
def ask(
    file: Annotated[Path, typer.Argument(help="A dialplan file (YAML).")],
    words: Annotated[list[str], typer.Argument(help="What the caller says; one argument a turn.")],
    caller: Annotated[str, typer.Option(help="The number that the caller calls from.")] = "5550100",
) -> None:
    """Show what the bot would answer: the route, the topic and its score, and the reply."""
    from agent.dialplan.load import load
    from agent.engines.minilm import MiniLm
    from agent.errors import AgentError
    from agent.models.store import ModelStore
    from agent.reply.responder import Responder

    try:
        plan = load(file)
        embedder = MiniLm.load(ModelStore().path("minilm-l6"))
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    conversation = Responder(plan, embedder).conversation(caller)
    typer.echo(f"bot: {conversation.greet().text}")
    for said in words:
        reply = conversation.answer(said)
        typer.echo(f"caller: {said}")
        typer.echo(f"bot [{reply.route}{' ' + reply.name if reply.name else ''} {reply.confidence:.2f}]: {reply.text}")


@app.command("test")
def run_tests(
    files: _Files,
    junit: Annotated[Path | None, typer.Option(help="Write the outcomes there too, as JUnit's XML.")] = None,
    only: Annotated[str, typer.Option(help="Run the tests with this text in their names, and no others.")] = "",
) -> None:
    """Run the tests in dialplan files, and say of each that fails `file:line: name: turn: what was wanted, what
    came`. Exit code 1 where one fails, none has `--only` in its name, or a file is broken."""
    from agent.errors import AgentError

    try:
        suites = _suites(files, only)
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if junit is not None:
        _write(junit, suites)
    run = [outcome for outcomes in suites.values() for outcome in outcomes]
    if any(outcome.failure for outcome in run) or (only and not run):
        raise typer.Exit(1)


def _suites(files: list[Path], only: str) -> dict[str, list[Outcome]]:
    """The outcomes by file, said as they come. Raises DialplanError with every error in the files, ModelError and
    EngineError."""
    from agent.dialplan.load import read
    from agent.dialplan.rehearsal import rehearse
    from agent.engines.minilm import MiniLm
    from agent.errors import DialplanError
    from agent.models.store import ModelStore
    from agent.reply.responder import Responder

    reads = read(files)
    errors = [error for one in reads for error in one.errors]
    if errors:
        raise DialplanError(errors)
    embedder = MiniLm.load(ModelStore().path("minilm-l6"))
    suites: dict[str, list[Outcome]] = {}
    for one in reads:
        if one.plan is not None:
            outcomes = list(rehearse(Responder(one.plan, embedder), only)) if one.plan.tests else []
            _tell(one, outcomes, only)
            suites[str(one.path)] = outcomes
    return suites


def _tell(one: Read, outcomes: list[Outcome], only: str) -> None:
    """Says a file's failures and counts."""
    failures = [(outcome, outcome.failure) for outcome in outcomes if outcome.failure is not None]
    for outcome, failure in failures:
        name = " ".join(outcome.name.split())
        typer.echo(f"{one.path}:{one.lines[outcome.place][failure.turn]}: {name}: {failure}")
    if outcomes:
        typer.echo(f"{one.path}: {len(outcomes) - len(failures)} of {len(outcomes)} tests passed")
    elif one.lines:
        typer.echo(f'{one.path}: no test has "{only}" in its name')
    else:
        typer.echo(f'{one.path}: no tests; write them under "tests"')


def _write(path: Path, suites: dict[str, list[Outcome]]) -> None:
    """The outcomes as JUnit's XML; exit code 1 where the file cannot be written."""
    from agent.dialplan.junit import document

    try:
        path.write_bytes(document(suites))
    except OSError as error:
        typer.echo(f"{path}: can't be written: {error.strerror}; name a file in a folder that exists", err=True)
        raise typer.Exit(1) from None
