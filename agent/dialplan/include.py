"""The files that a dialplan includes: found from where it is, read, and refused where they make no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os.path import realpath
from pathlib import Path

from agent.dialplan.document import Document
from agent.dialplan.finding import Finding
from agent.dialplan.located import Located, strings
from agent.dialplan.schema import INCLUDE
from agent.dialplan.section import MOST_INCLUDED
from agent.dialplan.yaml_file import nothing, read_yaml

Place = Callable[[str], Path]


def read_document(path: Path, place: Place | None = None) -> Document:
    """A dialplan file together with those that it includes, which are where `place` says, or else beside it; what is
    wrong with them is among the findings."""
    own = read_yaml(path)
    if isinstance(own, Finding):
        return Document([nothing(path, own)])
    return Document([own, *_included(path, own, place or (lambda name: path.parent / name))])


def _included(path: Path, own: Located, place: Place) -> Iterator[Located]:
    """The included files, each once."""
    listed = own.value.get(INCLUDE) if isinstance(own.value, dict) else None
    seen = {realpath(path)}
    for at, name in strings(listed)[:MOST_INCLUDED]:
        here, file = (INCLUDE, at), place(name)
        if realpath(file) in seen:
            what = "is this file itself" if realpath(file) == realpath(path) else "is here twice"
            own.note(here, f'"{name}" {what}; remove it')
            continue
        seen.add(realpath(file))
        part = read_yaml(file)
        if isinstance(part, Finding):
            own.note(here, f'"{name}" {part.what}')
        yield nothing(file) if isinstance(part, Finding) else _plain(part)


def _plain(part: Located) -> Located:
    """The included file without what one may not have."""
    if isinstance(part.value, dict):
        if INCLUDE in part.value:
            what = "an included file includes no other; name the others in the file that includes this one"
            part.note((INCLUDE,), what, key=True)
        part.value = {key: value for key, value in part.value.items() if key != INCLUDE}
    elif not part.findings:
        part.note((), "an included file must be a mapping; write `key: value` lines, indented alike")
    return part
