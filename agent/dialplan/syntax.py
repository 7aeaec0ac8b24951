"""What is no YAML, in an admin's words and where the mistake is: the parser's place is where it noticed."""

from __future__ import annotations

import contextlib
import re

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, StringMark, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.tokens import ScalarToken, Token

from agent.dialplan.finding import Finding

_NO_COLON = 'no colon after a key; write "key: value", with a space after the colon'
_NEVER_CLOSED = "this quote is never closed; close it"
_TAKEN_ON = (
    "this line is taken for a part of the one above; indent it like its neighbours, "
    "or give the line above the colon that it lacks"
)
_AT_CONTEXT = {  # the library's sign -> what it is; the place is where the thing began
    "could not find expected ':'": _NO_COLON,
    "found unexpected end of stream": _NEVER_CLOSED,
    "expected ',' or ']'": "this [ is never closed, or a comma is missing in it; write [one, two]",
    "expected ',' or '}'": "this { is never closed, or a comma is missing in it; write {key: value, key: value}",
    "found unexpected document separator": _NEVER_CLOSED,
}
_AT_PROBLEM = {  # the same, at the parser's own place
    "found character '\\t'": "a tab stands here; write spaces, and indent with spaces",
    "but found '<scalar>'": 'a quote ended and the text goes on; put the whole text in double quotes: "…"',
    "but found '?'": "indented otherwise than its neighbours; begin the line in the same column as they do",
    "expected <block end>": "indented otherwise than its neighbours; begin the line in the same column as they do",
    "but found another document": "a file holds one dialplan; remove the line --- or ...",
    "expected '<document start>'": "what stands here belongs to nothing; remove it, or indent it like its neighbours",
    "found undefined alias": 'a text that begins with * belongs in quotes: "*…"',
    "while scanning an alias": 'a text that begins with * belongs in quotes: "*"',
    "while scanning an anchor": 'a text that begins with & belongs in quotes: "&…"',
    "unknown escape character": "in double quotes a backslash means something to YAML; write it twice",
    "expected escape sequence": "in double quotes a backslash means something to YAML; write it twice",
    "but found ','": "a comma stands here with nothing before it; remove it, or write what is missing",
    "expected the node content": "this character means something to YAML; put the whole text in quotes",
    "sequence entries are not allowed": 'a text that begins with - belongs in quotes: "- …"',
    "mapping keys are not allowed": 'a text that begins with ? belongs in quotes: "? …"',
    "while scanning a block scalar": 'a text that begins with | or > belongs in quotes: "…"',
    "while scanning a tag": 'a text that begins with ! belongs in quotes: "!…"',
    "while parsing a tag": 'a text that begins with ! belongs in quotes: "!…"',
    "undefined tag handle": 'a text that begins with ! belongs in quotes: "!…"',
    "directive": "a line that begins with % means something to YAML; begin it otherwise, or put it in quotes",
    "maximum depth": "too many lists and mappings stand in each other here; a dialplan needs a few",
}
_LOOKS_LIKE = (  # what stands at the begin of a line and only looks like what it is meant to be
    (re.compile(r"^[ ]*(-[ ]+)?([\w-]+:)?(?P<here>[\u00a0\u1680\u2000-\u200d\u202f\u205f\u3000\ufeff])"),
     "this space is none to YAML; write it anew as a plain space"),
    (re.compile(r"^\s*(?P<here>[–—−‐•·])\s"), 'an entry of a list begins with a plain hyphen; write "- "'),
    (re.compile(r"^\s*(?P<here>\*)\s"), 'an entry of a list begins with a hyphen; write "- "'),
    (re.compile(r"^(?P<here><<<<<<< |=======$|>>>>>>> )"),
     "two versions of the file were joined here; keep the lines of one, and remove this line"),
    (re.compile(r"^\s*(?P<here>```)"), "these marks belong to a page from which the text was copied; remove the line"),
    (re.compile(r"^\s*(?P<here>-)[^\s-]"), 'no space after the hyphen of an entry; write "- " and the entry'),
)  # fmt: skip
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
    alike = _alike(error.problem_mark or error.context_mark, text)
    unquoted = _unquoted(error.problem_mark, text) if str(error.problem).startswith("expected") else None
    return alike or unquoted or _told(error, text)


def _told(error: MarkedYAMLError, text: str) -> Finding:
    """By what the library says."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    begun = next((what for sign, what in _AT_CONTEXT.items() if sign in said), None)
    if begun is not None:
        return _at(error.context_mark or error.problem_mark, begun)
    if "but found '<scalar>'" in said and (begin := _quote_before(error.problem_mark, text)) is not None:
        return _at(begin, _NEVER_CLOSED)
    return _at(error.problem_mark or error.context_mark, _what(said, error.problem_mark, text))


def _alike(mark: StringMark | None, text: str) -> Finding | None:
    """The finding for a character that only looks like a space or a hyphen, in the lines until the parser's place."""
    lines = text.splitlines()[: mark.line + 1] if mark is not None else []
    texts = _within_texts(text)
    for sign, what in _LOOKS_LIKE:
        for at, line in enumerate(lines):
            found = sign.match(line)
            if found and at not in texts:
                return Finding(at + 1, found.start("here") + 1, f"not YAML: {what}")
    return None


def _within_texts(text: str) -> set[int]:
    """The lines, from 0, that go on a quoted text or a block of text, in which every character is right."""
    within: set[int] = set()
    with contextlib.suppress(YAMLError):
        for token in YAML(typ="safe", pure=True).scan(text):
            if isinstance(token, ScalarToken) and token.style:
                within.update(range(token.start_mark.line + 1, token.end_mark.line))
    return within


def _quote_before(mark: StringMark | None, text: str) -> StreamMark | None:
    """Where a quote began that ended right before the parser's place, in another line: it was to end in its own."""
    before: Token | None = None
    try:
        for token in YAML(typ="safe", pure=True).scan(text):
            if mark is not None and token.start_mark.index >= mark.index:
                break
            before = token
    except YAMLError:
        pass
    across = isinstance(before, ScalarToken) and before.style and before.start_mark.line < before.end_mark.line
    return before.start_mark if before is not None and across else None


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
    return next((what for sign, what in _AT_PROBLEM.items() if sign in said), f"{said}; put texts in quotes")


def _at(mark: StreamMark | None, what: str) -> Finding:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Finding(line, column, f"not YAML: {what}")


def _colon(mark: StringMark | None, text: str) -> str:
    """A colon where none may be: within a text, or because the line belongs to the one above."""
    line = text.splitlines()[mark.line] if mark is not None else ""
    if mark is not None and ": " in line[: mark.column]:
        return 'a text with a colon in it belongs in quotes: "…"'
    return _TAKEN_ON
