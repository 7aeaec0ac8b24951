"""The bot's own account of each turn, beside what was heard at the wire.

The bot keeps a line a turn in `latency.jsonl` (`agent.ledger.entry`), under its own name of the call; its log tells
which SIP call that was. A reply is the one that became audible at the same time, by both clocks.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from agent.ledger.entry import Entry

SAME_MS = 250.0  # between the two clocks of one call


def entries(data_dir: Path) -> list[Entry]:
    """What the bot under `data_dir` wrote; a line that cannot be read is left out, as a bot that was killed leaves
    half a one."""
    found = []
    for path in sorted(data_dir.rglob("latency*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(line, type=Entry))
            except msgspec.MsgspecError:
                continue
    return found


def names(log: Path) -> dict[str, str]:
    """SIP Call-ID (its first 80 characters) -> the bot's name of the call."""
    return {str(event["sip_call_id"]): str(event.get("call", "")) for event in events(log) if "sip_call_id" in event}


def speechless(log: Path) -> int:
    """How often the model gave nothing that may be said, so that the text was said as written; drafts included."""
    return sum(event.get("event") == "the model gave nothing to say" for event in events(log))


def events(log: Path) -> Iterator[dict[str, Any]]:
    """The lines of a bot's log that are JSON objects."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{"):
            with contextlib.suppress(ValueError):  # half a line of a process that was killed
                yield json.loads(line)


def matched(entries_: Iterable[Entry], at_ms: Sequence[float | None]) -> list[Entry | None]:
    """For each of a call's replies the entry that became audible within 250 ms of it, each entry once. `at_ms`: when
    the reply was heard, from the answer; None gives None."""
    left = list(entries_)
    found: list[Entry | None] = []
    for at in at_ms:
        near = [entry for entry in left if at is not None and abs(heard_at(entry) - at) <= SAME_MS]
        best = min(near, key=lambda entry: abs(heard_at(entry) - (at or 0.0)), default=None)
        if best is not None:
            left.remove(best)
        found.append(best)
    return found


def heard_at(entry: Entry) -> float:
    """ms from the answer to the reply's first audible sample."""
    return entry.ended_ms + entry.audible
