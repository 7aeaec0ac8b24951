"""What pydantic finds wrong, in an admin's words: what it is, what would be right, and the likely misspelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.dialplan.suggestion import suggestion

QUOTES = "„“”‚‘’«»‹›"  # word processors write these; YAML reads them as text
_KINDS = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
_TELEPHONE_KEY = 'a telephone key is one of "0" to "9", "*" and "#", in quotes'
_FILE = 'a file is a plain name such as "calls.csv", in the bot\'s data directory'
_ADDRESS = 'an address is such as "desk@example.com"'
_KEYS = 'keys are digits, "*", "#" and "A" to "D", with "," for a pause of a second: ",12#"'
_PATTERNS = {
    "name": 'a name is lower-case letters, digits and underscores, such as "opening_hours"',
    "[key]": 'a name is lower-case letters, digits and underscores, such as "business"',
    "digit": _TELEPHONE_KEY,
    "key": _TELEPHONE_KEY,
    "between": 'a time is hours and minutes, in quotes: "9:00", "17:30"',
    "date": 'a day is year, month and day, in quotes: "2026-12-25", or "12-25"',
    "then_send": _KEYS,
    "press": 'keys are digits, "*", "#" and "A" to "D", such as "9#"',
    "target": 'a transfer goes to a number, a user at the trunk, or a SIP URI such as "sip:desk@pbx.example"',
    "file": _FILE,
    "csv": _FILE,
    "sender": _ADDRESS,
    "to": _ADDRESS,
    "numbers": 'a number is digits with or without "+" in front, a SIP user name, or "*" for all others',
}


def explain(error: ErrorDetails, written: str = "") -> str:
    """One finding as a sentence. `written`: the value as it stands in the file."""
    where = [part for part in error["loc"] if isinstance(part, str)]
    key = where[-1] if where else ""
    handlers = {
        "missing": lambda: f'"{key}" is missing here; add it',
        "extra_forbidden": lambda: _unknown(error["loc"]),
        "string_too_short": lambda: f'"{key}" is empty; write what belongs there, or leave the key out',
        "string_pattern_mismatch": lambda: (
            f'"{error["input"]}" can\'t be used; {_pattern(error["input"], _of_keys(where))}'
        ),
        "too_short": lambda: f'"{key}" has too few entries; write at least {_context(error).get("min_length", 1)}',
        "too_long": lambda: f'"{key}" has too many entries; at most {_context(error).get("max_length")}',
        "string_too_long": lambda: _long(error, written),
        "enum": lambda: _choice(error),
        "literal_error": lambda: f'"{key}" can only be true; write "{key}: true", or leave the key out',
    }
    handler = handlers.get(error["type"])
    return handler() if handler is not None else _type(error, key, written)


def _of_keys(where: list[str]) -> str:
    """The key whose pattern it is; that of a telephone key where it stands among `keys`."""
    return "key" if where[-1:] == ["[key]"] and "keys" in where else where[-1]


def _pattern(value: str, key: str) -> str:
    if set(value) & set(QUOTES):
        return f'only straight quotes count: "{value.strip(QUOTES)}"'
    return _PATTERNS.get(key, "")


def _long(error: ErrorDetails, written: str) -> str:
    most = _context(error).get("max_length", 0)
    begin = "this is" if written in ("", error["input"]) else "with its variables this is"
    return f"{begin} too long to say or match; at most {most} characters"


def _type(error: ErrorDetails, key: str, written: str) -> str:
    value = error["input"]
    found = "nothing" if value is None else _KINDS.get(type(value), type(value).__name__)
    kind = error["type"]
    if kind == "string_type":
        meant = written or _braced(value)
        remedy = f'write it in quotes: "{meant}"' if meant else "write a text"
        entry = "an entry of " if isinstance(error["loc"][-1], int) else ""
        return f'{entry}"{key}" must be text, not {found}; {remedy}'
    leave = ", or leave the key out" if value is None and key != "intents" else ""
    if kind in ("tuple_type", "list_type"):
        return f'"{key}" must be a list, not {found}; write one entry a line, each after "- "{leave}'
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        name = f'"{key}"' if key else "a dialplan"
        return f"{name} must be a mapping, not {found}; write `key: value` lines, indented alike"
    if kind.startswith("bool"):
        return f'"{key}" must be on or off, not {found}'
    if kind.startswith("float"):
        return f'"{key}" must be a number, not {found}'
    return f'"{key}": {error["msg"][0].lower()}{error["msg"][1:]}'  # bounds: pydantic's words are plain enough


def _braced(value: object) -> str:
    """The text that `{business}` was meant to be, which is a mapping to YAML; "" for anything else."""
    return f"{{{next(iter(value))}}}" if isinstance(value, dict) and list(value.values()) == [None] else ""


def _unknown(loc: tuple[str | int, ...]) -> str:
    known = _fields(loc[:-1])
    if len(loc) == 1 and (loc[0] in Intent.model_fields or loc[0] in Fact.model_fields):
        return f'"{loc[0]}" belongs to an intent or a fact; indent it like the other lines of that'
    near = suggestion(str(loc[-1]).lower(), known)
    return f'"{loc[-1]}" is not known here{near or "; known are " + ", ".join(sorted(known))}'


def _choice(error: ErrorDetails) -> str:
    expected = str(_context(error).get("expected", ""))
    word = str(error["input"])
    choices = re.findall("'(.+?)'", expected)
    return f'"{word}" is not known here; use {expected}{suggestion(word.lower(), choices)}'


def _fields(path: tuple[str | int, ...]) -> list[str]:
    """The keys that the schema has at a path."""
    model: type[BaseModel] = Dialplan
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model(model.model_fields[part].annotation)
            model = inner or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model(annotation: Any) -> type[BaseModel] | None:
    """The model within an annotation such as `tuple[Intent, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := _model(inner)) is not None), None)


def _context(error: ErrorDetails) -> Mapping[str, Any]:
    return error.get("ctx", {})
