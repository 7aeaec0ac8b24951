"""The ledger on disk: `latency.jsonl` under the data directory, one line a turn, and the file before it.

Only its owner reads it, and no caller's words are in it. A thread writes, so that no event loop waits for a disk.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from agent.errors import LedgerError
from agent.ledger.entry import Entry
from agent.line_file import LineFile

LIMIT = 5_000_000  # bytes a file; two are kept, which is some 20,000 turns
WAITING = 10_000  # entries for a disk that does not answer; then turns are lost
CLOSE_S = 2.0

log = structlog.get_logger()


def paths(data_dir: Path) -> tuple[Path, Path]:
    """The file that was full, and the one that is written to."""
    return data_dir / "latency.1.jsonl", data_dir / "latency.jsonl"


class LedgerStore:
    """Appends entries; `put` never waits. The file is made with the first entry. What cannot be written is lost, and
    said once."""

    def __init__(self, data_dir: Path, limit: int = LIMIT) -> None:
        old, self._path = paths(data_dir)
        self._file = LineFile(self._path, old, limit)
        self._queue: queue.Queue[Entry | None] = queue.Queue(WAITING)
        self._encoder = msgspec.json.Encoder()
        self._failed = False
        self._thread: threading.Thread | None = None

    def put(self, entry: Entry) -> None:
        """Write an entry, soon. One thread calls it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
            self._thread.start()
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(entry)

    def close(self) -> None:
        """Write what waits, for two seconds at most."""
        if self._thread is not None:
            with contextlib.suppress(queue.Full):
                self._queue.put_nowait(None)
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while (entry := self._queue.get()) is not None:
            try:
                self._file.append(self._encoder.encode(entry))
                self._failed = False
            except OSError as error:
                if not self._failed:
                    log.warning("latency ledger cannot be written", path=str(self._path), reason=error.strerror)
                self._failed = True


@dataclass(frozen=True, slots=True)
class Kept:
    """What a data directory holds: the entries, oldest first, and how many lines were no entry."""

    entries: tuple[Entry, ...]
    unreadable: int


def read(data_dir: Path, last: int | None = None) -> Kept:
    """All that is kept, or the `last` entries of it. Raises LedgerError where there is nothing, or it can't be read."""
    decoder = msgspec.json.Decoder(Entry)
    entries: list[Entry] = []
    unreadable = 0
    there = [path for path in paths(data_dir) if path.exists()]
    if not there:
        raise LedgerError(
            f"{paths(data_dir)[1]} is not there: no turn has been timed yet. Make a call to a running offhook "
            "(offhook serve), or name its --data-dir"
        )
    for path in there:
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read: {error.strerror}") from None
        for line in filter(None, lines):
            try:
                entries.append(decoder.decode(line))
            except msgspec.MsgspecError:
                unreadable += 1
    return Kept(tuple(entries[-last:] if last else entries), unreadable)
