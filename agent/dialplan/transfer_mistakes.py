"""What is wrong with transfers, and with what puts callers through."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.interruptions import Topics
from agent.dialplan.located import Path, Value
from agent.dialplan.suggestion import suggestion
from telephony.transfers import How

_DEEDS = ("action", "flow", "transfer", "menu")
_BLIND = (
    "a blind transfer loses callers: the trunk says yes before anybody answers, and where it is busy the caller is "
    'gone; leave "how" out to have it called first'
)
_SECONDS = 30  # that it may ring, where nothing is said
_NO_WAITING = 'with a blind transfer the caller is gone at once and waits for nothing; leave "how" out, or remove this'
_NO_KEYS = 'of a blind transfer the bot has no call to send keys in; leave "how" out, or remove this'
_POINTLESS = {"then_send": _NO_KEYS, "waiting": _NO_WAITING}


def check_transfers(document: Document, plan: Mapping[str, Value], topics: Topics) -> None:
    """Adds what it finds to the document's findings. `topics`: where each is, and what, by name."""
    transfers = entries(plan.get("transfers"), ("transfers",))
    taken = '"{}" is the name of a transfer already, in line {}; choose another'
    first = check_taken(document, transfers, "name", taken.format)
    for path, transfer in transfers:
        _blind(document, path, transfer)
        _waiting(document, path, transfer)
        _offers(document, path, transfer, topics)
    _named(document, ("operator",), plan.get("operator"), first)
    for path, intent in entries(plan.get("intents"), ("intents",)):
        _named(document, (*path, "transfer"), intent.get("transfer"), first)
        _deeds(document, path, intent)


def _blind(document: Document, path: Path, transfer: Mapping[str, Value]) -> None:
    if transfer.get("how") != How.BLIND:
        return
    pointless = {key: why for key, why in _POINTLESS.items() if transfer.get(key) is not None}
    for key, why in pointless.items():
        document.note((*path, key), why, key=True)
    if not pointless:
        document.note((*path, "how"), _BLIND, warning=True)


def _waiting(document: Document, path: Path, transfer: Mapping[str, Value]) -> None:
    waiting, seconds = transfer.get("waiting"), transfer.get("seconds", _SECONDS)
    every = waiting.get("every") if isinstance(waiting, dict) else None
    if isinstance(every, int) and isinstance(seconds, int) and every >= seconds:
        what = f'it rings for {seconds} s, so nothing is said meanwhile; write fewer here, or more "seconds"'
        document.note((*path, "waiting", "every"), what, warning=True)


def _offers(document: Document, path: Path, transfer: Mapping[str, Value], topics: Topics) -> None:
    name = transfer.get("offers")
    if not isinstance(name, str):
        return
    if name not in topics:
        remedy = suggestion(name, topics) or "; write the name of one"
        document.note((*path, "offers"), f'"{name}" is no intent and no fact of this file{remedy}')
    if transfer.get("otherwise") is not None:
        document.note((*path, "otherwise"), '"offers" is what comes then; leave the one or the other out', key=True)
    for key in ("failed", "closed"):
        text = transfer.get(key)
        if (isinstance(text, str) and not text.strip().endswith("?")) or (text is None and key == "failed"):
            here = (*path, key if key in transfer else "offers")
            document.note(here, f'nobody is asked whether they want what is offered; end "{key}" with that question')


def _named(document: Document, here: Path, name: Value, transfers: Mapping[str, Path]) -> None:
    if isinstance(name, str) and name not in transfers:
        remedy = suggestion(name, transfers) or '; write it under "transfers"'
        document.note(here, f'"{name}" is no transfer of this file{remedy}')


def _deeds(document: Document, path: Path, intent: Mapping[str, Value]) -> None:
    done = [key for key in _DEEDS if intent.get(key) is not None]
    for key in done[1:]:
        document.note((*path, key), f'"{done[0]}" and "{key}" are two things to do; leave one out', key=True)
