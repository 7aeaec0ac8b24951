"""What the bot itself tells of its calls, read from its log as that grows: what it heard, what it said, and what came
of each reply. The words are there only where the bot logs transcripts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.reply.reply import Reply, Route, TakenMessage, TextPart
from agent.reply.told import Told, told


class Heard(msgspec.Struct, frozen=True):
    """A turn of the caller, as the bot heard it; `closed`: by the recogniser of what was asked for alone."""

    text: str
    closed: str = ""


class Said(msgspec.Struct, frozen=True):
    """What was heard of something that the bot said, and what it was; None where that is not known, as of a filler."""

    text: str
    reply: Told | None
    interrupted: bool = False  # by the caller, whose turn it was then


Entry = Heard | Said


class BotLog:
    """`path` is the bot's log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0  # bytes
        self._names: dict[str, str] = {}  # SIP Call-ID -> the bot's name of the call
        self._entries: dict[str, list[Entry]] = defaultdict(list)

    def entries(self, sip_call_id: str) -> Sequence[Entry]:
        """All of a call so far, in order; none while the bot has not told of it."""
        self._grow()
        return self._entries[self._names.get(sip_call_id[:80], "")]

    def _grow(self) -> None:
        with self._path.open("rb") as log:
            log.seek(self._read)
            whole, _, _ = log.read().rpartition(b"\n")
        self._read += len(whole) + bool(whole)
        for line in whole.splitlines():
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            if "sip_call_id" in event:
                self._names[event["sip_call_id"]] = event["call"]
            entries = self._entries[event.get("call", "")]
            match event["event"]:
                case "caller said":
                    entries.append(Heard(event["text"], event.get("closed", "")))
                case "bot said":
                    made = told(event["reply"]) if "reply" in event else None
                    entries.append(Said(event["text"], made, event.get("interrupted", False)))
        except (ValueError, TypeError, KeyError, AttributeError):  # no line of ours
            return


def heard(entries: Sequence[Entry]) -> str:
    """What the bot heard in a turn: of one that went on after it had been answered, all of it."""
    texts: list[str] = []
    for entry in entries:
        if isinstance(entry, Heard):
            if texts and entry.text.startswith(texts[-1]):
                texts.pop()
            texts.append(entry.text)
    return " ".join(texts)


def reply(entries: Sequence[Entry]) -> Reply | None:
    """All that the bot said in a turn as one reply, as `agent.reply.text_call` puts them together: its words are those
    that were heard. None where it said nothing."""
    said = [entry for entry in entries if isinstance(entry, Said)]
    if not said:
        return None
    made = [entry.reply for entry in said if entry.reply is not None]
    last = made[-1] if made else Told(Route.SILENCE)
    return Reply(
        last.route,
        (TextPart(" ".join(entry.text for entry in said)),),
        last.name,
        last.confidence,
        hang_up=last.hang_up,
        message=TakenMessage("", "", False) if any(one.message for one in made) else None,
        tool=next((one.tool for one in reversed(made) if one.tool is not None), None),
        transfer=next((one.transfer for one in reversed(made) if one.transfer), ""),
    )


def answered(entries: Sequence[Entry]) -> bool:
    """Whether a turn is over for the bot: it has said something since it heard the caller, to its end, and waits for no
    tool."""
    last = entries[-1] if entries else None
    return isinstance(last, Said) and not last.interrupted and (last.reply is None or last.reply.tool is None)
