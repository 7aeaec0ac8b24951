"""`offhook dialplan test`: what dialplan files say must come of what callers say, run by text or by voice."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.bot import embedder, told, write

if TYPE_CHECKING:
    from agent.dialplan.load import Read
    from agent.dialplan.rehearsal import Outcome

CALLS = 2


def run_tests(
    files: Annotated[list[Path], typer.Argument(help="Dialplan files (YAML).")],
    *,
    junit: Annotated[Path | None, typer.Option(help="Write the outcomes there too, as JUnit's XML.")] = None,
    only: Annotated[str, typer.Option(help="Run the tests with this text in their names, and no others.")] = "",
    sip: Annotated[bool, typer.Option("--sip", help="Each test is a real call on this machine, by voice.")] = False,
    calls: Annotated[int, typer.Option(min=1, max=4, help="With --sip: calls at once.")] = CALLS,
    again: Annotated[
        bool, typer.Option("--again", help="With --sip: what fails is rung once more, said anew.")
    ] = False,
    loss: Annotated[float, typer.Option(min=0, max=50, help="With --sip: packets lost each way, in percent.")] = 0.0,
    jitter: Annotated[float, typer.Option(min=0, max=500, help="With --sip: ms that packets come late.")] = 0.0,
) -> None:
    """Run the tests in dialplan files, and say of each that fails `file:line: name: turn: what was wanted, what
    came`. Exit code 1 where one fails, none has `--only` in its name, or a file is broken."""
    from agent.dialplan.junit import document

    if not sip and (calls != CALLS or again or loss or jitter):
        raise typer.BadParameter("--calls, --again, --loss and --jitter are of calls; add --sip")
    with told():
        suites = _by_voice(files, only, calls, again, (loss / 100, jitter)) if sip else _suites(files, only)
    if junit is not None:
        write(junit, document(suites))
    run = [outcome for outcomes in suites.values() for outcome in outcomes]
    if any(outcome.failure for outcome in run) or (only and not run):
        raise typer.Exit(1)


def _suites(files: list[Path], only: str) -> dict[str, list[Outcome]]:
    """The outcomes by file, said as they come. Raises DialplanError with every error in the files, ModelError and
    EngineError."""
    from agent.dialplan.rehearsal import rehearse
    from agent.reply.responder import Responder

    reads = _good(files)
    engine = embedder()
    suites: dict[str, list[Outcome]] = {}
    for one in reads:
        if one.plan is not None:
            outcomes = list(rehearse(Responder(one.plan, engine), only)) if one.plan.tests else []
            _tell(one, outcomes, only)
            suites[str(one.path)] = outcomes
    return suites


def _by_voice(
    files: list[Path], only: str, calls: int, again: bool, network: tuple[float, float]
) -> dict[str, list[Outcome]]:
    """The same over SIP; `network` is the part of packets that is lost, and by how many ms they come late. Raises
    BotFailed besides."""
    from agent.bench.by_voice import rehearse_by_voice
    from telephony.testing.relay import Impairment

    reads = {one.path: one for one in _good(files)}
    shows = sys.stderr.isatty()

    def named(name: str) -> bool:
        return only.lower() in name.lower()

    def progress(text: str) -> None:
        if shows:
            typer.echo(f"\r{text}\033[K", nl=False, err=True)

    def over(path: Path, outcome: Outcome) -> None:
        progress("")
        _tell_failure(reads[path], outcome)

    with tempfile.TemporaryDirectory(prefix="offhook-") as directory:
        running = rehearse_by_voice(
            list(reads.values()), named, Path(directory), calls=calls, again=again, network=Impairment(*network),
            progress=progress, over=over,
        )  # fmt: skip
        outcomes = asyncio.run(running)
    progress("")
    for path, one in reads.items():
        tests = one.plan.tests if one.plan is not None else ()
        _tell_count(one, outcomes[path], only, sum(test.text_only is True and named(test.name) for test in tests))
    return {str(path): found for path, found in outcomes.items()}


def _good(files: list[Path]) -> list[Read]:
    """The files, read. Raises DialplanError with every error in them."""
    from agent.dialplan.load import read
    from agent.errors import DialplanError

    reads = read(files)
    errors = [error for one in reads for error in one.errors]
    if errors:
        raise DialplanError(errors)
    return reads


def _tell(one: Read, outcomes: list[Outcome], only: str) -> None:
    """Says a file's failures and counts."""
    for outcome in outcomes:
        _tell_failure(one, outcome)
    _tell_count(one, outcomes, only)


def _tell_failure(one: Read, outcome: Outcome) -> None:
    """Says where a test failed, of one that passed in its second call where it failed in the first."""
    failure = outcome.failure or outcome.before
    if failure is not None:
        name = " ".join(outcome.name.split())
        passed = "passed when rung again; before: " if outcome.failure is None else ""
        typer.echo(f"{one.turns[outcome.place][failure.turn]}: {name}: {passed}{failure}")


def _tell_count(one: Read, outcomes: list[Outcome], only: str, left_out: int = 0) -> None:
    passed = sum(outcome.failure is None for outcome in outcomes)
    second = sum(outcome.failure is None and outcome.before is not None for outcome in outcomes)
    beside = f" ({second} when rung again)" if second else ""
    beside += f", {left_out} by text only" if left_out else ""
    if outcomes or left_out:
        typer.echo(f"{one.path}: {passed} of {len(outcomes)} tests passed{beside}")
    elif one.turns:
        typer.echo(f'{one.path}: no test has "{only}" in its name')
    else:
        typer.echo(f'{one.path}: no tests; write them under "tests"')
