"""The mappings of a list in a dialplan, each where it stands; and values of which no two may have the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value

Entry = tuple[Path, dict[str, Value]]


def entries(value: Value, path: Path) -> list[Entry]:
    """The mappings of the list at `path`; none where it is no list."""
    listed = value if isinstance(value, list) else []
    return [((*path, at), entry) for at, entry in enumerate(listed) if isinstance(entry, dict)]


def check_taken(
    document: Document, among: Iterable[tuple[Path, Mapping[str, Value]]], key: str, wording: Callable[[str, str], str]
) -> dict[str, Path]:
    """Note each value of `key` that an earlier entry has; `wording` gets the value and that entry's line. Returns which
    entry has each first."""
    seen: dict[str, Path] = {}
    for path, entry in among:
        value = entry.get(key)
        if isinstance(value, str):
            first = seen.setdefault(value, path)
            if first != path:
                line = document.line((*first, key), (*path, key))
                document.note((*path, key), wording(value, line))
    return seen
