"""Arguments and answers against what a dialplan declares: all of it and nothing else, as each kind is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from agent.tools.kind import Kind, fits, written

Values = tuple[tuple[str, str], ...]


def misfit(declared: Mapping[str, Kind], arguments: Values) -> str:
    """What is wrong with arguments, without a value of them; "" where nothing is."""
    names = [name for name, _ in arguments]
    if len(set(names)) < len(names):
        return "an argument is there twice"
    wrong = _names(declared, names, "argument")
    if wrong:
        return wrong
    return next((_no(name, declared[name]) for name, value in arguments if not fits(declared[name], value)), "")


def values_of(declared: Mapping[str, Kind], answer: Mapping[str, object]) -> tuple[Values, str]:
    """The values of an answer, in the order of the declaration, "" for null; and what is wrong with it, if anything."""
    wrong = _names(declared, list(answer), "value")
    if wrong:
        return (), wrong
    values: list[tuple[str, str]] = []
    for name, kind in declared.items():
        text = written(kind, answer[name])
        if text is None:
            return (), _no(name, kind)
        values.append((name, text))
    return tuple(values), ""


def _names(declared: Mapping[str, Kind], names: list[str], what: str) -> str:
    missing = [name for name in declared if name not in names]
    unknown = [name for name in names if name not in declared]
    if missing:
        return f'the {what} "{missing[0]}" is missing'
    return f'no {what} "{unknown[0][:40]}" is declared' if unknown else ""


def _no(name: str, kind: Kind) -> str:
    return f'"{name}" is not written as a {kind} is'
