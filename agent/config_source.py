"""Where a configuration value came from: the TOML file's lines, environment variables, switches; and how a mistake
in it is explained."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from agent.errors import ConfigError

PREFIX = "OFFHOOK_"
RESERVED = frozenset({"OFFHOOK_MODELS", "OFFHOOK_CALL_PASSWORD"})  # read by other commands
_DEFAULT = Path("offhook.toml")


class Source:
    """Nested values, and where each dotted key was given."""

    def __init__(self, values: dict[str, Any], name: str, lines: dict[str, int]) -> None:
        self.values = values
        self._name = name
        self._lines = lines
        self._overrides: dict[str, str] = {}

    @classmethod
    def read(cls, path: Path | None) -> Source:
        """Read a TOML file; `path` None is ./offhook.toml, which need not be there. Raises ConfigError."""
        if path is None and not _DEFAULT.exists():
            return cls({}, "defaults", {})
        path = path or _DEFAULT
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}. Name another file with --config") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start})") from None
        try:
            return cls(tomllib.loads(text), str(path), _lines_of(text))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}{_duplicate(text, error)}") from None

    def where(self, key: str) -> str:
        """ "file:line", or the variable or switch that gave the dotted key."""
        while key:
            if key in self._overrides:
                return self._overrides[key]
            if key in self._lines:
                return f"{self._name}:{self._lines[key]}"
            key = key.rpartition(".")[0]
        return self._name

    def put(self, key: str, value: Any, origin: str) -> None:
        """Override the dotted key."""
        *sections, last = key.split(".")
        target = self.values
        for section in sections:
            target = target.setdefault(section, {})
        target[last] = value
        self._overrides[key] = origin

    def apply_environment(self, environment: Mapping[str, str], model: type[BaseModel]) -> list[str]:
        """Take OFFHOOK_SECTION_KEY variables; returns findings on those that name nothing."""
        known = {PREFIX + key.replace(".", "_").upper(): (key, kind) for key, kind in _settable(model)}
        findings = []
        for variable in sorted(environment):
            if not variable.startswith(PREFIX) or variable in RESERVED:
                continue
            if variable not in known:
                findings.append(f"{variable}: no such setting{_did_you_mean(variable, known)}")
                continue
            key, listed = known[variable]
            text = environment[variable]
            self.put(key, [part.strip() for part in text.split(",") if part.strip()] if listed else text, variable)
        return findings

    def explain(self, error: ValidationError, model: type[BaseModel]) -> list[str]:
        """One line a mistake: where, what is wrong, what would be right."""
        return [self._explain(detail, model) for detail in error.errors(include_url=False)]

    def _explain(self, detail: Any, model: type[BaseModel]) -> str:
        location = [part for part in detail["loc"] if not (isinstance(part, str) and part.startswith("function-"))]
        key = ".".join(str(part) for part in location)
        if detail["type"] == "extra_forbidden":
            siblings = _keys_at(model, location[:-1])
            hint = _did_you_mean(str(location[-1]), siblings) or f"; known are: {', '.join(sorted(siblings))}"
            return f"{self.where(key)}: {key}: no such setting{hint}"
        given = detail.get("input")
        shown = "" if "password" in key or isinstance(given, dict) else f" (given: {given!r})"
        return f"{self.where(key)}: {key}: {_plain(detail['msg'])}{shown}"


def resolve_passwords(source: Source, environment: Mapping[str, str]) -> list[str]:
    """Replace `{ env = ... }` and `{ file = ... }` passwords of registrations by their values; returns findings."""
    findings: list[str] = []
    trunks = source.values.get("trunk", [])
    for index, trunk in enumerate(trunks if isinstance(trunks, list) else []):
        registration = trunk.get("registration") if isinstance(trunk, dict) else None
        if not isinstance(registration, dict) or not isinstance(registration.get("password"), dict):
            continue
        key = f"trunk.{index}.registration.password"
        try:
            registration["password"] = _password(registration["password"], environment)
        except ConfigError as error:
            registration["password"] = ""
            findings.append(f"{source.where(key)}: {key}: {error}")
    return findings


def _password(given: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    match dict(given):
        case {"env": str(name), **rest} if not rest:
            if name not in environment:
                raise ConfigError(f"the environment variable {name} is not set")
            return environment[name]
        case {"file": str(name), **rest} if not rest:
            try:
                return Path(name).expanduser().read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigError(f"{name} cannot be read: {error.strerror}") from None
    raise ConfigError('give a text, { env = "NAME" } or { file = "PATH" }')


def _plain(message: str) -> str:
    return message[0].lower() + message[1:] if message else "is not valid"


def _did_you_mean(word: str, known: typing.Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside `X`, `X | None`, `tuple[X, ...]`, `Annotated[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _keys_at(model: type[BaseModel], location: list[Any]) -> set[str]:
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return set()
        model = inner
    return set(model.model_fields)


def _settable(model: type[BaseModel], prefix: str = "") -> list[tuple[str, bool]]:
    """Dotted keys that a variable can set, and whether the value is a list. Tables in lists can't be."""
    found: list[tuple[str, bool]] = []
    for name, field in model.model_fields.items():
        annotation = field.annotation
        origins = {typing.get_origin(annotation)} | {typing.get_origin(part) for part in typing.get_args(annotation)}
        listed = bool(origins & {tuple, list})
        inner = _model_in(annotation)
        if inner is None:
            if dict not in origins:
                found.append((f"{prefix}{name}", listed))
        elif not listed and not isinstance(annotation, types.UnionType):
            found += _settable(inner, f"{prefix}{name}.")
    return found


_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-\"'.*+]+)\s*=")


def _walk(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each table header and key with its line, as a dotted name; True for a key. tomllib keeps no positions; one key
    a line is how these files are written."""
    counts: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        table, key = _TABLE.match(line), _KEY.match(line)
        if table:
            section = _section(table[2], table[1] == "[[", counts)
            yield number, section, False
        elif key:
            name = key[1].strip("\"'")
            yield number, f"{section}.{name}" if section else name, True


def _lines_of(text: str) -> dict[str, int]:
    """Dotted key -> the line where it is first."""
    lines: dict[str, int] = {}
    for number, name, is_key in _walk(text):
        lines.setdefault(name, number)
        if not is_key:
            lines.setdefault(name.split(".")[0], number)
    return lines


def _section(name: str, in_list: bool, counts: dict[str, int]) -> str:
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    if in_list:
        counts[parts[0]] = counts.get(parts[0], -1) + 1
    if parts[0] in counts:
        parts.insert(1, str(counts[parts[0]]))
    return ".".join(parts)


def _duplicate(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Name the doubled key: tomllib says only where it stumbled."""
    if "overwrite" not in str(error):
        return ""
    seen: dict[str, int] = {}
    for number, name, is_key in _walk(text):
        if is_key and name in seen:
            return f". Line {number}: {name} is already given on line {seen[name]}; remove one of them"
        if is_key:
            seen[name] = number
    return ""
