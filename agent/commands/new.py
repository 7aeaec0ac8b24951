"""`offhook dialplan new`: an interview in the terminal, or a pipe, that writes a dialplan which works."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from agent.interview.answers import Answers

T = TypeVar("T")


def new(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write (YAML); without, it is named after the business.")
    ] = None,
) -> None:
    """Ask about a business, and write the dialplan that answers for it: with comments, tests that pass, and nothing
    that `check` finds. Nothing is written before the last answer."""
    from agent.interview.interview import interview
    from agent.interview.writing import slug, written

    if sys.stdin is None:
        _stop("the interview needs somebody who answers; run it in a terminal")
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # bytes that are no text are an answer like another
    if file is not None:
        _may_write(file)
    answers = interview(_Terminal())
    path = file or Path(f"{slug(answers.name)}.yaml")
    if file is None:
        _may_write(path)
    _write(path, written(answers).encode("utf-8", "replace"))
    _next(path, answers)


class _Terminal:
    """Asks by typer's prompts."""

    def text(self, question: str, hint: str, check: Callable[[str], T]) -> T:
        return self._asked(f"\n{question}" + (f"\n  ({hint})" if hint else ""), "\n> ", check)

    def yes(self, question: str, default: bool) -> bool:
        from agent.reply.utterance import Utterance
        from agent.reply.yes_no import plain, yes_or_no

        def read(typed: str) -> bool:
            answer = typed.strip().lower()
            said = Utterance(answer)
            if answer in ("", "y", "n"):
                return answer == "y" if answer else default
            if not plain(said):
                raise ValueError(f'"{typed}" is no answer to this; write y for yes, or n for no')
            return yes_or_no(said) is True

        return self._asked(f"\n{question} [{'Y/n' if default else 'y/N'}]", ": ", read)

    def tell(self, what: str) -> None:
        typer.echo(f"\n{what}")

    def _asked(self, question: str, suffix: str, check: Callable[[str], T]) -> T:
        """Until `check` is content."""

        def checked(typed: str) -> T:
            try:
                return check(typed)
            except ValueError as error:
                raise typer.BadParameter(str(error)) from None

        answer: T = typer.prompt(question, default="", show_default=False, prompt_suffix=suffix, value_proc=checked)
        return answer


def _may_write(path: Path) -> None:
    """Ends the command where there is no place for the file, or another there that is to stay."""
    if path.is_dir() or not path.parent.is_dir():
        _stop(f"{path}: can't be written there; name a file in a folder that exists")
    if path.exists() and not typer.confirm(f"{path} is there already. Shall it be overwritten?", default=False):
        _stop("nothing is written; name another file")


def _write(path: Path, text: bytes) -> None:
    from agent.whole_file import write

    try:
        write(path, text, path.stat() if path.exists() else None, mode=0o644)
    except OSError as error:
        _stop(f"{path}: can't be written: {error.strerror}; name a file in a folder that exists")


def _next(path: Path, answers: Answers) -> None:
    from agent.dialplan.load import load

    plan, name = load(path), shlex.quote(str(path))
    tests = f"{len(plan.tests)} tests" if len(plan.tests) != 1 else "1 test"
    typer.echo(f"\n{path}: written, for {answers.name}: {len(plan.topics)} topics, {tests}. Next:\n")
    typer.echo(f"  offhook dialplan check {name}      # what is wrong with it, after each change")
    typer.echo(f"  offhook dialplan test {name}       # whether its tests pass, likewise")
    typer.echo(f"  offhook dialplan talk {name}       # try it by text")
    typer.echo(f"  offhook serve --dialplan {name}    # have it answer calls")


def _stop(what: str) -> None:
    typer.echo(what, err=True)
    raise typer.Exit(1)
