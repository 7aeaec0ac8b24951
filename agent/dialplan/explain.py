"""What pydantic finds wrong, in an admin's words: what it is, what would be right, and the likely misspelling."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from agent.dialplan import callbacks, flows, transfers
from agent.dialplan.calendar import FileName, Weekday
from agent.dialplan.hours import Day
from agent.dialplan.remote import HeaderName
from agent.dialplan.results import Address
from agent.dialplan.schema import Dialplan, Fact, Intent
from agent.dialplan.section import Key, Name, Number
from agent.dialplan.slots import Clock
from agent.dialplan.suggestion import suggestion

QUOTES = "„“”‚‘’«»‹›"  # word processors write these; YAML reads them as text
_KINDS = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
_WORDS: Mapping[Any, str] = {  # the kind of text -> what would be right
    Name: 'a name is lower-case letters, digits and underscores, such as "opening_hours"',
    Key: 'a telephone key is one of "0" to "9", "*" and "#", in quotes',
    Number: 'a number is digits with or without "+" in front, a SIP user name, or "*" for all others',
    Clock: 'a time is hours and minutes, in quotes: "9:00", "17:30"',
    Day: 'a day is year, month and day, in quotes: "2026-12-25", or "12-25"',
    transfers.Target: 'a transfer goes to a number, a user at the trunk, or a SIP URI such as "sip:desk@pbx.example"',
    callbacks.Trunk: "a trunk is called as in offhook.toml, by letters, digits and . _ -",
    callbacks.Shown: 'a number that people see is digits, with or without "+" in front',
    flows.Keys: 'keys are digits, "*", "#" and "A" to "D", such as "9#"',
    transfers.Keys: 'keys are digits, "*", "#" and "A" to "D", with "," for a pause of a second: ",12#"',
    FileName: 'a file is a plain name such as "calls.csv", in the bot\'s data directory',
    Address: 'an address is such as "desk@example.com"',
    HeaderName: 'the name of a header is letters, digits and hyphens, such as "X-Branch"',
}
_READ = re.compile(r"\+?[\d\s()/.-]{3,}")  # a number as people write it to be read
_GAPS = re.compile(r"[\s()/.-]+")
PATTERNS = {kind.__metadata__[0].pattern: remedy for kind, remedy in _WORDS.items()}  # by the pattern itself
_MISSPELT = 0.8  # from here on a key is another one with a letter wrong, whichever is missing
_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
}


def explain(error: ErrorDetails, written: str = "", lacking: Collection[str] = ()) -> str:
    """One finding as a sentence. `written`: the value as it stands in the file; `lacking`: the keys that are missing
    beside it."""
    where = [part for part in error["loc"] if isinstance(part, str)]
    key = next((part for part in reversed(where) if part != "[key]"), "")
    handlers = {
        "missing": lambda: f'"{key}" is missing here; add it',
        "extra_forbidden": lambda: _unknown(error["loc"], lacking),
        "string_too_short": lambda: f'"{key}" is empty; write what belongs there, or leave the key out',
        "string_pattern_mismatch": lambda: f'"{error["input"]}" can\'t be used; {_pattern(error)}',
        "too_short": lambda: f'"{key}" has too few entries; write at least {_context(error).get("min_length", 1)}',
        "too_long": lambda: f'"{key}" has too many entries; at most {_context(error).get("max_length")}',
        "string_too_long": lambda: _long(error, written),
        "enum": lambda: _choice(error),
        "literal_error": lambda: f'"{key}" can only be true; write "{key}: true", or leave the key out',
    }
    handler = handlers.get(error["type"])
    return handler() if handler is not None else _type(error, key, written)


def _pattern(error: ErrorDetails) -> str:
    value = error["input"]
    if set(value) & set(QUOTES):
        return f'only straight quotes count: "{value.strip(QUOTES)}"'
    digits = _GAPS.sub("", value.replace("(0)", ""))  # which is not dialled behind a country's code
    if _READ.fullmatch(value) and re.fullmatch(_context(error)["pattern"], digits):
        return f'write its digits without anything between them: "{digits}"'
    return PATTERNS[_context(error)["pattern"]]


def _long(error: ErrorDetails, written: str) -> str:
    most = _context(error).get("max_length", 0)
    begin = "this is" if written in ("", error["input"]) else "with its variables this is"
    return f"{begin} too long to say or match; at most {most} characters"


def _type(error: ErrorDetails, key: str, written: str) -> str:
    """A value of another kind than the key has, or out of bounds."""
    value, kind = error["input"], error["type"]
    found = "nothing" if value is None else _KINDS.get(type(value), type(value).__name__)
    said = f'an entry of "{key}"' if _is_entry(error) else f'"{key}"'
    leave = ", or leave the key out" if value is None and key not in ("intents", "") else ""
    if kind == "string_type":
        meant = "" if value is None else written or _meant(value)
        return f"{said} must be text, not {found}; " + (f'write it in quotes: "{meant}"' if meant else "write a text")
    if kind in ("tuple_type", "list_type"):
        return f'{said} must be a list, not {found}; write one entry a line, each after "- "{leave}'
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        name = said if key else "a dialplan"
        return f"{name} must be a mapping, not {found}; write `key: value` lines, indented alike{leave}"
    if kind.startswith("bool"):
        return f'{said} must be on or off, not {found}; write "on" or "off"'
    return _figure(error, said, found, written)


def _figure(error: ErrorDetails, said: str, found: str, written: str) -> str:
    kind = error["type"]
    if kind in _BOUNDS:
        return f"{said} can't be {written or error['input']}; write {_BOUNDS[kind].format(**_context(error))}"
    if kind.startswith("int"):
        return f"{said} must be a whole number, not {written or found}; write figures, such as 30"
    if kind.startswith(("float", "finite")):
        return f"{said} must be a number, not {written or found}; write figures, such as 0.5"
    return f'"{written}" can\'t be used; {error["msg"]}' if written else f"{said} can't be used so; {error['msg']}"


def _is_entry(error: ErrorDetails) -> bool:
    return bool(error["loc"]) and isinstance(error["loc"][-1], int)


def _meant(value: object) -> str:
    """The text that `{business}` or `[yes: please]` was meant to be, which is a mapping to YAML; "" for anything
    else."""
    match list(value.items()) if isinstance(value, dict) else []:
        case [(name, None)]:
            return f"{{{name}}}"
        case [(name, str() as rest)]:
            return f"{name}: {rest}"
    return ""


def _unknown(loc: tuple[str | int, ...], lacking: Collection[str]) -> str:
    known = _fields(loc[:-1])
    if len(loc) == 1 and (loc[0] in Intent.model_fields or loc[0] in Fact.model_fields):
        return f'"{loc[0]}" belongs to an intent or a fact; indent it like the other lines of that'
    if loc[-1] in list(Weekday) and "open" in known:
        return f'"{loc[-1]}" belongs under "open"; write "open:" above it, and indent the days'
    word = str(loc[-1]).lower()
    likely = suggestion(word, known, likeness=_MISSPELT)
    near = likely or suggestion(word, lacking, likeness=0.0 if len(lacking) == 1 else 0.6) or suggestion(word, known)
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
