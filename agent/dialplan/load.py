"""A dialplan file to a Dialplan, or everything that is wrong with it at once: `file:line:column: what, and remedy`."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agent.dialplan.check import check
from agent.dialplan.explain import explain
from agent.dialplan.finding import Finding
from agent.dialplan.located import Located
from agent.dialplan.schema import Dialplan
from agent.errors import DialplanError

LARGEST = 1_000_000  # bytes of a file


class Read(msgspec.Struct, frozen=True):
    """A file as it was read: the plan when there is no error, and what was found, in the order of the file. `lines`
    has those of each test's turns, in the order of `plan.tests`."""

    path: Path
    plan: Dialplan | None
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    lines: tuple[tuple[int, ...], ...] = ()


def load(path: Path) -> Dialplan:
    """The dialplan of a file. Raises DialplanError with every error in it."""
    return load_all([path])[0]


def load_all(paths: Sequence[Path]) -> list[Dialplan]:
    """The dialplans of several files, whose numbers and names must differ. Raises DialplanError with every error."""
    reads = read(paths)
    errors = [error for one in reads for error in one.errors]
    if errors:
        raise DialplanError(errors)
    return [one.plan for one in reads if one.plan is not None]


def read(paths: Sequence[Path]) -> list[Read]:
    """Reads and checks files, and their numbers and names against each other; never raises for what is in them."""
    documents: list[tuple[Path, Located, Dialplan | None]] = []
    for path in paths:
        document = _document(path)
        if isinstance(document, Finding):
            empty = Located("{}")
            empty.findings.append(document)
            documents.append((path, empty, None))
        else:
            documents.append((path, document, _validate(document)))
    _across([(path, document) for path, document, _ in documents])
    return [_result(path, document, plan) for path, document, plan in documents]


def _document(path: Path) -> Located | Finding:
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "name a file in it" if isinstance(error, IsADirectoryError) else "name a dialplan file that exists"
        return Finding(1, 1, f"can't be read: {error.strerror}; {remedy}")
    if len(data) > LARGEST:
        return Finding(1, 1, f"is {len(data)} bytes long; a dialplan has at most {LARGEST}")
    try:
        return Located(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return Finding(1, 1, "this is UTF-16; save the file as UTF-8")
        if b"\0" in data:
            return Finding(1, 1, "this is no text file; a dialplan is YAML, saved as UTF-8")
        before = data[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return Finding(line, column, "not UTF-8 from here on; save the file as UTF-8")


def _validate(document: Located) -> Dialplan | None:
    if document.findings and document.value is None:
        return None
    plan = None
    try:
        plan = Dialplan.model_validate(document.value)
    except ValidationError as error:
        for problem in _causes(error.errors()):
            document.note(
                problem["loc"],
                explain(problem, document.written(problem["loc"])),
                key=problem["type"] == "extra_forbidden",
            )
    check(document)
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


def _across(documents: Sequence[tuple[Path, Located]]) -> None:
    """Numbers and names that two files have in common."""
    numbers: dict[str, Path] = {}
    names: dict[str, Path] = {}
    for path, document in documents:
        plan = document.value if isinstance(document.value, dict) else {}
        listed = plan.get("numbers")
        for at, number in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(number, str) and numbers.setdefault(number, path) is not path:
                what = f'the number "{number}" is answered by {numbers[number]} too; leave it to one of them'
                document.note(("numbers", at), what)
        name = plan.get("name")
        if isinstance(name, str) and names.setdefault(name, path) is not path:
            document.note(("name",), f'"{name}" is the name of {names[name]} too; choose another')


def _result(path: Path, document: Located, plan: Dialplan | None) -> Read:
    findings = sorted(set(document.findings))
    lines = [(f"{path}:{one.line}:{one.column}: {one.what}", one.warning) for one in findings]
    errors = tuple(line for line, warning in lines if not warning)
    warnings = tuple(line for line, warning in lines if warning)
    return Read(path, None, errors, warnings) if errors else Read(path, plan, errors, warnings, _turns(document, plan))


def _turns(document: Located, plan: Dialplan | None) -> tuple[tuple[int, ...], ...]:
    """The lines of each test's turns."""
    return tuple(
        tuple(document.at(("tests", test, "turns", turn))[0] for turn in range(len(rehearsal.turns)))
        for test, rehearsal in enumerate(plan.tests if plan is not None else ())
    )
