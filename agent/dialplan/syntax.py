"""What is no YAML, in an admin's words and where the mistake is: the parser's place is where it noticed."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.reader import ReaderError

from agent.dialplan.finding import Finding

_NO_COLON = 'no colon after a key; write "key: value", with a space after the colon'
_TAKEN_ON = (
    "this line is taken for a part of the one above; indent it like its neighbours, "
    "or give the line above the colon that it lacks"
)
_AT_CONTEXT = {  # the library's sign -> what it is; the place is where the thing began
    "could not find expected ':'": _NO_COLON,
    "found unexpected end of stream": "this quote is never closed; close it",
    "expected ',' or ']'": "this [ is never closed, or a comma is missing in it; write [one, two]",
    "expected ',' or '}'": "this { is never closed, or a comma is missing in it",
}
_AT_PROBLEM = {  # the same, at the parser's own place
    "found character '\\t'": "a tab stands here; write spaces, and indent with spaces",
    "but found '<scalar>'": 'a quote ended and the text goes on; put the whole text in double quotes: "…"',
    "but found '?'": "indented otherwise than its neighbours; begin the line in the same column as they do",
    "expected <block end>": "indented otherwise than its neighbours; begin the line in the same column as they do",
    "but found another document": "a file holds one dialplan; remove the line ---",
    "found undefined alias": 'a text that begins with * belongs in quotes: "*…"',
    "while scanning an alias": 'a text that begins with * belongs in quotes: "*"',
    "while scanning an anchor": 'a text that begins with & belongs in quotes: "&…"',
    "unknown escape character": "in double quotes a backslash is written twice",
}
_NAME = re.compile(r"\{\w+\}")
_STARTS = re.compile(r"found character '(.)' that cannot start any token")


def syntax_finding(error: YAMLError, text: str) -> Finding:
    """The finding for what the YAML library raised on a text."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        return Finding(line, column, "a character that no text has stands here; remove it")
    if not isinstance(error, MarkedYAMLError):
        return Finding(1, 1, f"not YAML: {error}")
    unquoted = _unquoted(error.problem_mark, text) if str(error.problem).startswith("expected") else None
    if unquoted is not None:
        return unquoted
    said = " ".join(part for part in (error.context, error.problem) if part)
    begun = next((what for sign, what in _AT_CONTEXT.items() if sign in said), None)
    if begun is not None:
        return _at(error.context_mark or error.problem_mark, begun)
    return _at(error.problem_mark or error.context_mark, _what(said, error.problem_mark, text))


def _unquoted(mark: StringMark | None, text: str) -> Finding | None:
    """The finding for `{name}` in a text without quotes, right before or behind which the parser stopped."""
    if mark is None:
        return None
    line = [*text.splitlines(), ""][mark.line]
    for name in _NAME.finditer(line):
        if name.start() == mark.column or name.end() == len(line[: mark.column].rstrip()):
            what = f'not YAML: a text with {name[0]} in it belongs in quotes: "…"'
            return Finding(mark.line + 1, name.start() + 1, what)
    return None


def _what(said: str, mark: StringMark | None, text: str) -> str:
    starts = _STARTS.search(said)
    if starts and starts.group(1) in "@%`":
        return f'a text that begins with {starts.group(1)} belongs in quotes: "…"'
    if "mapping values are not allowed" in said:
        return _colon(mark, text)
    return next((what for sign, what in _AT_PROBLEM.items() if sign in said), said)


def _at(mark: StringMark | None, what: str) -> Finding:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Finding(line, column, f"not YAML: {what}")


def _colon(mark: StringMark | None, text: str) -> str:
    """A colon where none may be: within a text, or because the line belongs to the one above."""
    line = text.splitlines()[mark.line] if mark is not None else ""
    if mark is not None and ": " in line[: mark.column]:
        return 'a text with a colon in it belongs in quotes: "…"'
    return _TAKEN_ON
