"""A dialplan file to a Dialplan, or everything that is wrong with it at once: `file:line:column: what, and remedy`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agent.dialplan.calendar import Calendar
from agent.dialplan.calendar_findings import booking
from agent.dialplan.check import check
from agent.dialplan.document import Document
from agent.dialplan.empty import check_empty
from agent.dialplan.explain import explain
from agent.dialplan.include import Place, read_document
from agent.dialplan.located import Value
from agent.dialplan.recordings import check_recordings
from agent.dialplan.schema import Dialplan
from agent.dialplan.variables import fill
from agent.dialplan.voice import check_voice
from agent.errors import DialplanError
from telephony.call.number import plain

MOST_FINDINGS = 500
_KEY = "[key]"  # the end of a place, where pydantic means the key itself


class Read(msgspec.Struct, frozen=True):
    """A file as it was read, with those that it includes: the plan when there is no error, and what was found, in the
    order of the files. `turns` has `file:line` of each test's turns, in the order of `plan.tests`; `topics` has
    `file:line:column` of each intent and fact by its name, `callbacks` that of the trunk of the bot's own calls, "" for
    none; `files` are all that were read or looked for, its own first,
    and `sounds` its recordings."""

    path: Path
    plan: Dialplan | None
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    turns: tuple[tuple[str, ...], ...] = ()
    files: tuple[Path, ...] = ()
    sounds: tuple[Path, ...] = ()
    topics: Mapping[str, str] = {}
    callbacks: str = ""


def load(path: Path, place: Place | None = None) -> Dialplan:
    """The dialplan of a file; `place` tells where what it names is, where that is not beside it. Raises
    DialplanError with every error in it."""
    return _good(read([path], place))[0]


def load_all(paths: Sequence[Path]) -> list[Dialplan]:
    """The dialplans of several files, whose numbers and names must differ. Raises DialplanError with every error."""
    return _good(read(paths))


def read(paths: Sequence[Path], place: Place | None = None, today: date | None = None) -> list[Read]:
    """Reads and checks files, and their numbers and names against each other; never raises for what is in them.
    `today`: for what is over or soon will be; None: this machine's."""
    documents = [read_document(path, place) for path in paths]
    places = [place or _beside(path) for path in paths]
    day = today or date.today()
    plans = [_validate(document, where, day) for document, where in zip(documents, places, strict=True)]
    _across(list(zip(paths, documents, strict=True)))
    return [_result(*one) for one in zip(paths, documents, plans, places, strict=True)]


def _beside(path: Path) -> Place:
    return lambda name: path.parent / name


def _good(reads: Sequence[Read]) -> list[Dialplan]:
    errors = [error for one in reads for error in one.errors]
    if errors:
        raise DialplanError(errors)
    return [one.plan for one in reads if one.plan is not None]


def _validate(document: Document, place: Place, today: date) -> Dialplan | None:
    if not document.whole:
        return None
    fill(document)
    plan = None
    try:
        plan = Dialplan.model_validate(document.value)
    except ValidationError as error:
        problems = _causes(error.errors())
        missing = [problem["loc"] for problem in problems if problem["type"] == "missing"]
        unknown = [problem["loc"][:-1] for problem in problems if problem["type"] == "extra_forbidden"]
        for problem in problems:
            path = problem["loc"]
            alone = unknown.count(path[:-1]) == 1
            lacking = [str(one[-1]) for one in missing if one[:-1] == path[:-1] and alone]
            what = explain(problem, document.written(path), lacking)
            if path[-1:] == (_KEY,):
                document.note(path[:-1], what, key=True)
            else:
                document.note(path, what, key=problem["type"] == "extra_forbidden")
    check(document, today)
    if plan is not None:
        check_empty(document)
        check_voice(document, plan.voice)
        check_recordings(document, plan.recordings, plan.stock_texts(), place)
    return plan


def _causes(problems: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that pydantic finds too short only because their entries are wrong."""
    return [
        problem
        for problem in problems
        if problem["type"] != "too_short" or all(_outside(other["loc"], problem["loc"]) for other in problems)
    ]


def _outside(inner: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(inner) <= len(outer) or inner[: len(outer)] != outer


def _across(documents: Sequence[tuple[Path, Document]]) -> None:
    """Numbers, names and appointment books that two files have in common."""
    numbers: dict[str, Path] = {}
    names: dict[str, Path] = {}
    books: dict[str, Path] = {}
    for path, document in documents:
        plan = document.value if isinstance(document.value, dict) else {}
        listed = plan.get("numbers")
        for at, number in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(number, str) and numbers.setdefault(plain(number), path) is not path:
                first = numbers[plain(number)]
                what = f'the number "{number}" is answered by {first} too; leave it to one of them'
                document.note(("numbers", at), what)
        name = plan.get("name")
        if isinstance(name, str) and names.setdefault(name, path) is not path:
            document.note(("name",), f'"{name}" is the name of {names[name]} too; choose another')
        _book(path, document, plan, books)


def _book(path: Path, document: Document, plan: dict[str, Value], books: dict[str, Path]) -> None:
    """An appointment book that two files share, and nobody wrote that they should."""
    at, calendar = booking(plan.get("tools")), plan.get("calendar")
    written = calendar.get("file") if isinstance(calendar, dict) else None
    file = written if isinstance(written, str) else Calendar().file
    if at is not None and books.setdefault(file, path) is not path and written is None:
        what = (
            f'the book "{file}" is that of {books[file]} too; write "file" under "calendar", the same if they share it'
        )
        document.note(("tools", at, "appointments"), what, warning=True)


def _result(path: Path, document: Document, plan: Dialplan | None, place: Place) -> Read:
    findings = [(part.file, one) for part in document.parts for one in sorted(set(part.findings))]
    lines = [(f"{file}:{one.line}:{one.column}: {one.what}", one.warning) for file, one in findings]
    errors = _first(path, [line for line, warning in lines if not warning])
    warnings = _first(path, [line for line, warning in lines if warning])
    plan = None if errors else plan
    files = tuple(Path(part.file) for part in document.parts)
    sounds = tuple(place(file) for file in (plan.recordings if plan is not None else ()))
    calls = document.where(("callbacks", "trunk")) if plan is not None and plan.callbacks is not None else ""
    turns, topics = _turns(document, plan), _topics(document, plan)
    return Read(path, plan, errors, warnings, turns, files, sounds, topics, calls)


def _first(path: Path, lines: Sequence[str]) -> tuple[str, ...]:
    """As many as somebody reads: of a file that is no dialplan every line is wrong."""
    more = len(lines) - MOST_FINDINGS
    rest = f"there are {more} more such lines; mend these first"
    return (*lines[:MOST_FINDINGS], *([f"{path}:1:1: {rest}"] if more > 0 else []))


def _topics(document: Document, plan: Dialplan | None) -> dict[str, str]:
    """Where each intent and fact has its name."""
    listed = {"intents": plan.intents, "facts": plan.facts} if plan is not None else {}
    return {
        topic.name: document.where((section, at, "name"))
        for section, topics in listed.items()
        for at, topic in enumerate(topics)
    }


def _turns(document: Document, plan: Dialplan | None) -> tuple[tuple[str, ...], ...]:
    """Where each test's turns stand."""
    return tuple(
        tuple(_place(document, ("tests", test, "turns", turn)) for turn in range(len(rehearsal.turns)))
        for test, rehearsal in enumerate(plan.tests if plan is not None else ())
    )


def _place(document: Document, path: tuple[str | int, ...]) -> str:
    file, line = document.place(path)
    return f"{file}:{line}"
