"""A YAML document as plain values, and where in the file each of them stands.

Built from ruamel.yaml's node graph and not from its constructor: every duplicate key is a finding, not an end, and
every key, item and value has its line and column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from agent.dialplan.finding import Finding
from agent.dialplan.syntax import syntax_finding

Path = tuple[str | int, ...]
Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]

DEEPEST = 60  # lists and mappings in each other
MOST_NODES = 50_000  # aliases can multiply: a bomb of them is refused
_NO_TEXT = re.compile(r"[\0\ud800-\udfff]")  # by an escape such as "\0" or "\ud800": not for screens and file names
_CUT = re.compile(r"\s+#[^\s#]")  # a comment written without a space is none that was meant
_TAG = "tag:yaml.org,2002:"
_ON = ("true", "on", "yes", "y", "t", "1")  # as the schema takes them, whatever their case


def is_on(value: Value) -> bool:
    """Whether it is read as true."""
    return str(value).lower() in _ON


class Located:
    """The document of a file. `at(path)` is the place of a value, `at(path, key=True)` that of its key."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.value: Value = None
        self._values: dict[Path, tuple[int, int]] = {}
        self._keys: dict[Path, tuple[int, int]] = {}
        self._written: dict[Path, str] = {}
        self._lines = text.splitlines()
        self._nodes = 0
        self._anchors: Counter[Node] = Counter()  # how often each value that has one stands in the document
        root = self._compose(text)
        if root is not None:
            self.value = self._read(root, (), frozenset())
            self.findings.extend(_unused(node) for node, times in self._anchors.items() if times == 1)
        elif not self.findings:
            self.findings.append(Finding(1, 1, "the file is empty; `dialplans/clinic.yaml` shows what belongs in it"))

    def at(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or its key) at the path, or of the nearest thing around it."""
        if key and path in self._keys:
            return self._keys[path]
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, (1, 1))

    def written(self, path: Path) -> str:
        """A scalar as it stands in the file: "+49", "0049"; "" for anything else."""
        return self._written.get(path, "")

    def note(self, path: Path, what: str, *, key: bool = False, warning: bool = False) -> None:
        """Add a finding at the place of `path`."""
        self.findings.append(Finding(*self.at(path, key=key), what, warning))

    def _compose(self, text: str) -> Node | None:
        yaml = YAML(typ="safe", pure=True)
        yaml.max_depth = DEEPEST
        try:
            node: Node | None = yaml.compose(text)
        except YAMLError as error:
            self.findings.append(syntax_finding(error, text))
            return None
        return node

    def _read(self, node: Node, path: Path, within: frozenset[int]) -> Value:
        place = _place(node)
        self._values[path] = place
        self._nodes += 1
        self._anchors.update([node] if node.anchor else [])
        if id(node) in within:
            self.note(path, "this alias stands for something that holds itself; write it out")
            return None
        if self._nodes > MOST_NODES:
            if self._nodes == MOST_NODES + 1:
                self.note(path, f"more than {MOST_NODES} values, counting aliases; write out fewer")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path, within | {id(node)})
        if isinstance(node, SequenceNode):
            return [self._read(item, (*path, at), within | {id(node)}) for at, item in enumerate(node.value)]
        if not isinstance(node, ScalarNode):
            raise TypeError(f"YAML has no node {type(node).__name__}")
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path, within: frozenset[int]) -> dict[str, Value]:
        read: dict[str, Value] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.findings.append(Finding(*_place(key), "a key must be a plain word; write `key: value`"))
                continue
            self._anchors.update([key] if key.anchor else [])
            name = self._text(key)
            if name in read:
                line, _ = self._keys[*path, name]
                what = f'"{name}" is here twice, first in line {line}; keep one of them'
                self.findings.append(Finding(*_place(key), what))
                continue
            self._keys[*path, name] = _place(key)
            read[name] = self._read(value, (*path, name), within)
            if isinstance(value, ScalarNode) and not value.value and not value.style:
                self._values[*path, name] = _place(key)  # nothing stands nowhere: the parser's mark is a line off
        return read

    def _text(self, node: ScalarNode) -> str:
        """The scalar as it stands in the file, able to be written out."""
        text = str(node.value)
        if _NO_TEXT.search(text):
            self.findings.append(Finding(*_place(node), "a character that no text has is written here; remove it"))
        return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)

    def _scalar(self, node: ScalarNode, path: Path) -> Value:
        text = self._text(node)
        self._written[path] = text
        if text and not node.style and _CUT.match(self._lines[node.end_mark.line][node.end_mark.column :]):
            what = 'the text ends here, since " #" begins a comment; put the whole text in quotes'
            self.findings.append(Finding(node.end_mark.line + 1, node.end_mark.column + 1, what, warning=True))
        match str(node.tag).removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _number(text)
            case "float":
                return _number(text)
            case "str" | "timestamp":
                return text
            case tag:
                self.note(path, f'the tag "{tag}" means nothing here; leave it off')
                return text


def strings(value: Value) -> list[tuple[int, str]]:
    """The strings of a list, with their places in it; none where it is no list."""
    return [(at, item) for at, item in enumerate(value) if isinstance(item, str)] if isinstance(value, list) else []


def texts(value: Value, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every string in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from texts(item, (*path, at))


def mapped(value: Value, change: Callable[[str], str]) -> Value:
    """The value with every string in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    return [mapped(item, change) for item in value] if isinstance(value, list) else value


def _number(text: str) -> Value:
    """The number, or the text where Python reads it differently (octal, sexagesimal)."""
    for kind in (int, float):
        try:
            return kind(text.replace("_", ""))
        except ValueError:
            continue
    return text


def _unused(node: Node) -> Finding:
    """An anchor without an alias is rather the begin of a text."""
    what = f'"&{node.anchor}" is no part of the text, but a name for it that nothing uses; put the whole text in quotes'
    return Finding(*_place(node), what, warning=True)


def _place(node: Node) -> tuple[int, int]:
    mark = node.start_mark
    return mark.line + 1, mark.column + 1
