"""What is wrong with transfers, and with what puts callers through."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value
from agent.dialplan.suggestion import suggestion
from telephony.transfers import How

_DEEDS = ("action", "flow", "transfer")
_BLIND = (
    "a blind transfer loses callers: the trunk says yes before anybody answers, and where it is busy the caller is "
    'gone; leave "how" out to have it called first'
)


def check_transfers(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds to the document's findings."""
    first: dict[str, Path] = {}
    for path, transfer in _mappings(plan, "transfers"):
        name = transfer.get("name")
        if isinstance(name, str) and first.setdefault(name, path) != path:
            line = document.line((*first[name], "name"), (*path, "name"))
            what = f'"{name}" is the name of a transfer already, in line {line}; choose another'
            document.note((*path, "name"), what)
        if transfer.get("how") == How.BLIND:
            document.note((*path, "how"), _BLIND, warning=True)
    _named(document, ("operator",), plan.get("operator"), first)
    for path, intent in _mappings(plan, "intents"):
        _named(document, (*path, "transfer"), intent.get("transfer"), first)
        _deeds(document, path, intent)


def _named(document: Document, here: Path, name: Value, transfers: Mapping[str, Path]) -> None:
    if isinstance(name, str) and name not in transfers:
        remedy = suggestion(name, transfers) or '; write it under "transfers"'
        document.note(here, f'"{name}" is no transfer of this file{remedy}')


def _deeds(document: Document, path: Path, intent: Mapping[str, Value]) -> None:
    done = [key for key in _DEEDS if intent.get(key) is not None]
    for key in done[1:]:
        document.note((*path, key), f'"{done[0]}" and "{key}" are two things to do; leave one out', key=True)


def _mappings(plan: Mapping[str, Value], section: str) -> list[tuple[Path, dict[str, Value]]]:
    listed = plan.get(section)
    entries = listed if isinstance(listed, list) else []
    return [((section, at), entry) for at, entry in enumerate(entries) if isinstance(entry, dict)]
