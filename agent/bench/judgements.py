"""The bot's own account of who spoke over it, from its log (`debug`, with transcripts): when it knew of the voice, when
it fell silent, when it had decided, and what it remembers having said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.bench.ledger import events, names

ENVIRONMENT = {"OFFHOOK_AGENT_LOG_LEVEL": "debug", "OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}  # the callers are nobody
SAME_S = 1.5  # between a voice on the recording and the bot's account of it
_REMEMBERED_S = 2.0  # after the decision, at most


@dataclass(frozen=True)
class Judgement:
    """One voice over the bot, in s since the call began: known, silent (None: it was not) and decided. `dropped`: what
    was being said was ended; `said`: what the bot remembers of that, None where it says nothing of it."""

    known: float
    silent: float | None
    decided: float
    dropped: bool
    said: str | None = None


def judgements(log: Path) -> dict[str, list[Judgement]]:
    """SIP Call-ID (its first 80 characters) -> the voices over the bot, in the order of their coming."""
    calls: dict[str, list[Mapping[str, Any]]] = {}
    for event in events(log):
        calls.setdefault(str(event.get("call", "")), []).append(event)
    return {sip: judged(calls.get(name, ())) for sip, name in names(log).items()}


def judged(logged: Sequence[Mapping[str, Any]]) -> list[Judgement]:
    """Of one call's log. Pure."""
    if not logged:
        return []
    zero = _at(logged[0])
    found: list[Judgement] = []
    known = silent = None
    for event in logged:
        at = _at(event) - zero
        if event.get("event") == "bot said" and event.get("interrupted") and found:
            last = found[-1]
            if last.dropped and last.said is None and at - last.decided <= _REMEMBERED_S:
                found[-1] = Judgement(last.known, last.silent, last.decided, True, str(event.get("text", "")))
        if event.get("event") != "turn":
            continue
        state, was = event.get("state"), event.get("was")
        if state == "overlap" and was != "overlap":
            known, silent = at, None
        elif state == "overlap":
            silent = at
        elif was == "overlap" and known is not None:
            found.append(Judgement(known, silent, at, dropped=state != "speaking"))
            known = None
    return found


def nearest(judgements: Iterable[Judgement], at: float) -> Judgement | None:
    """The one about a voice that began at `at`, in s."""
    near = [one for one in judgements if abs(one.known - at) <= SAME_S]
    return min(near, key=lambda one: abs(one.known - at), default=None)


def _at(event: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(str(event["timestamp"])).timestamp()
