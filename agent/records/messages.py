"""Messages that callers leave: their voice as WAV, and beside it who called and where to call back, as JSON.

Both files are readable by their owner only (0600). The words that the recogniser made of it are written only where
the admin asked for transcripts.
"""

from __future__ import annotations

import hashlib
import json
import threading
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec

from agent.reply.reply import TakenMessage
from agent.whole_file import write
from telephony.audio import SAMPLE_RATE
from telephony.messages import OngoingCall

LONGEST = 5 * 60 * SAMPLE_RATE * 2  # bytes: 5 min of one message


class Tape:
    """The caller's voice while a message is taken. Fed by the audio thread, driven by the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = False
        self._open = bytearray()
        self._kept = bytearray()

    def feed(self, pcm: bytes) -> None:
        """Record a frame, if the tape runs."""
        with self._lock:
            if self._running and len(self._kept) + len(self._open) < LONGEST:
                self._open += pcm

    def run(self) -> None:
        """Record from now on."""
        with self._lock:
            self._running = True

    def keep(self) -> None:
        """The turn is over and is part of the message."""
        with self._lock:
            self._kept += self._open
            self._open.clear()
            self._running = False

    def stop(self) -> None:
        """Record no more; a turn that was not kept is forgotten."""
        with self._lock:
            self._open.clear()
            self._running = False

    def take(self) -> bytes:
        """The message's PCM; the tape is blank after."""
        with self._lock:
            pcm = bytes(self._kept)
            self._kept.clear()
            self._open.clear()
            self._running = False
        return pcm


class MessageRecord(msgspec.Struct, frozen=True):
    """What the JSON file says."""

    call: str
    caller: str
    called: str
    dialplan: str
    left_at: str  # ISO 8601, UTC
    call_back: str  # "" when unknown
    confirmed: bool  # the caller said that the number is right
    complete: bool  # False: the call ended before the caller was through
    seconds: float
    audio: str  # file name of the WAV
    notes: dict[str, str] | None = None  # what was taken down before the message, by name
    text: str | None = None


def save(
    directory: Path,
    call: OngoingCall,
    pcm: bytes,
    taken: TakenMessage | None,
    *,
    with_text: bool,
    complete: bool = True,
    again: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Path:
    """Write a message; blocking. `complete` is False when the call ended before it was; with `again` one that this call
    has left already is not written twice. Returns the JSON's path. Raises OSError."""
    left, key = now(), _key(call, taken)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if again and (saved := next(directory.glob(f"*-{key}.json"), None)) is not None:
        return saved
    stem = f"{left:%Y%m%d-%H%M%S}-{''.join(c if c.isalnum() else '-' for c in call.call)[:40]}-{key}"
    audio, record = directory / f"{stem}.wav", directory / f"{stem}.json"
    entry = MessageRecord(
        call=call.call,
        caller=call.caller,
        called=call.called,
        dialplan=call.dialplan,
        left_at=left.isoformat(timespec="seconds"),
        call_back=_call_back(call, taken),
        confirmed=bool(taken and taken.confirmed),
        complete=complete and taken is not None,
        seconds=round(len(pcm) / 2 / SAMPLE_RATE, 1),
        audio=audio.name,
        notes=dict(taken.notes) if taken and taken.notes else None,
        text=taken.text if taken and with_text else None,
    )
    write(audio, _wav(pcm))
    body = {key: value for key, value in msgspec.to_builtins(entry).items() if value is not None}
    write(record, json.dumps(body, indent=2).encode() + b"\n")
    return record


def _key(call: OngoingCall, taken: TakenMessage | None) -> str:
    """What tells a message from others: the call, and what was taken down in it. 12 hexadecimal digits."""
    return hashlib.sha256(msgspec.msgpack.encode((call.call, taken))).hexdigest()[:12]


def _call_back(call: OngoingCall, taken: TakenMessage | None) -> str:
    """The number as the trunk wrote it, "+" and all, where it is the one they called from."""
    own = "".join(character for character in call.caller if character.isdigit())
    return call.caller if taken is None or (own and taken.number == own) else taken.number


def _wav(pcm: bytes) -> bytes:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(pcm)
    return buffer.getvalue()
