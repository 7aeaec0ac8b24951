"""A dialplan as plain values, joined of its own file and those that it includes, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Sequence

from agent.dialplan.located import Located, Path, Value

# Lists in these are joined; of others the first file's wins.
_JOINED = frozenset(
    {
        "intents",
        "facts",
        "slots",
        "flows",
        "menus",
        "tools",
        "transfers",
        "results",
        "unanswered",
        "tests",
        "interruptions",
    }
)
_KINDS = {dict: "a mapping", list: "a list"}


class Document:
    """`parts` are the files, its own first. What an earlier one says wins; lists of topics, tests and phrases are
    joined, and mappings key by key. Findings are kept by the part in which they are."""

    def __init__(self, parts: Sequence[Located]) -> None:
        self.parts = tuple(parts)
        self.value: Value = parts[0].value
        self._origins: dict[Path, tuple[Located, Path]] = {(): (parts[0], ())}
        for part in parts[1:]:
            if isinstance(part.value, dict):
                self.value = self._joined((), self.value, part.value, part)

    @property
    def whole(self) -> bool:
        """Whether every part could be read. What is wrong with one of which nothing is known can't be told."""
        own, *included = self.parts
        return not (own.value is None and own.findings) and all(part.value is not None for part in included)

    def is_own(self, path: Path) -> bool:
        """Whether what is at the path stands in the dialplan's own file."""
        return self._origin(path)[0] is self.parts[0]

    def place(self, path: Path) -> tuple[str, int]:
        """The file and the line of the value at the path."""
        part, within = self._origin(path)
        return part.file, part.at(within)[0]

    def where(self, path: Path) -> str:
        """The place of the value at the path, as in a finding: "salon.yaml:7:11"."""
        part, within = self._origin(path)
        line, column = part.at(within)
        return f"{part.file}:{line}:{column}"

    def line(self, path: Path, beside: Path) -> str:
        """The line of the value at the path, for a finding at `beside`: "7", or "7 of shared.yaml" in another file."""
        file, line = self.place(path)
        return str(line) if file == self.place(beside)[0] else f"{line} of {file}"

    def written(self, path: Path) -> str:
        """A scalar as it stands in its file; "" for anything else."""
        part, within = self._origin(path)
        return part.written(within)

    def note(self, path: Path, what: str, *, key: bool = False, warning: bool = False) -> None:
        """Add a finding at the place of `path`."""
        part, within = self._origin(path)
        part.note(within, what, key=key, warning=warning)

    def _origin(self, path: Path) -> tuple[Located, Path]:
        """The part in which the path stands, and its path there."""
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self._origins)
        part, within = self._origins[known]
        return part, (*within, *path[len(known) :])

    def _joined(self, path: Path, own: Value, other: Value, part: Located) -> Value:
        """What the files so far say at the path, and after it what `part` says there."""
        if isinstance(own, dict) and isinstance(other, dict):
            return self._merged(path, own, other, part)
        if isinstance(own, list) and isinstance(other, list):
            return self._appended(path, own, other, part) if path[0] in _JOINED else own
        if isinstance(own, dict | list):
            file, _ = self.place(path)
            part.note(path, f'"{path[-1]}" is {_KINDS[type(own)]} in {file}; write one here too, or leave the key out')
        return own

    def _merged(self, path: Path, own: dict[str, Value], other: dict[str, Value], part: Located) -> Value:
        merged = dict(own)
        for key, value in other.items():
            here = (*path, key)
            if key in own:
                merged[key] = self._joined(here, own[key], value, part)
            else:
                merged[key] = value
                self._origins[here] = (part, here)
        return merged

    def _appended(self, path: Path, own: list[Value], other: list[Value], part: Located) -> Value:
        for at in range(len(other)):
            self._origins[*path, len(own) + at] = (part, (*path, at))
        return [*own, *other]
