"""What is wrong with transfers, and with what puts callers through."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.located import Path, Value
from agent.dialplan.suggestion import suggestion
from telephony.transfers import How

_DEEDS = ("action", "flow", "transfer", "menu")
_BLIND = (
    "a blind transfer loses callers: the trunk says yes before anybody answers, and where it is busy the caller is "
    'gone; leave "how" out to have it called first'
)
_NO_KEYS = 'of a blind transfer the bot has no call to send keys in; leave "how" out, or remove this'


def check_transfers(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds to the document's findings."""
    transfers = entries(plan.get("transfers"), ("transfers",))
    taken = '"{}" is the name of a transfer already, in line {}; choose another'
    first = check_taken(document, transfers, "name", taken.format)
    for path, transfer in transfers:
        if transfer.get("how") == How.BLIND:
            if transfer.get("then_send") is not None:
                document.note((*path, "then_send"), _NO_KEYS, key=True)
            else:
                document.note((*path, "how"), _BLIND, warning=True)
    _named(document, ("operator",), plan.get("operator"), first)
    for path, intent in entries(plan.get("intents"), ("intents",)):
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
