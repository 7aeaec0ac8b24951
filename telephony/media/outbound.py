"""The playout ledger: what the bot says in one call, sample by sample, and the account of it.

::

    Say ──► pieces of the current generation ──► fill(): one 20 ms frame a bridge tick ──► the wire
                                                   └─► Began, Played, Ended at call-clock positions

Rules
    * At most one generation is current. A piece of a later one replaces it at once, so two are never audible.
    * `drop(upto)` is a floor that also holds for what arrives later.
    * A pause keeps the sample; `restore` goes on with the next one, or sends the last ones again first. Both may come
      before the generation does, because they travel on another socket.
    * Each piece ends in one Played and each generation in one Ended, after its last Played. A piece that arrives
      after that is discarded in silence; a generation that was dropped before it arrived is answered once.
    * `standby` is the line's own voice for when the agent is gone: an apology, then a hold in a loop. It is
      nobody's generation, and the first piece of a valid one replaces it.

Positions are call-clock samples; the `at` of Played and Ended is the one after the last sample sent. The frame that
`fill` returns leaves in the same bridge tick, so nothing has to be taken off; `delay`, which Began carries, is what the
resampler and the codec keep it for (`telephony.media.delay`). The ledger is pure and not thread-safe: its owner holds
a lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.audio import FRAME_BYTES, SILENCE
from telephony.message import Message
from telephony.messages import REWIND_LIMIT, Began, Ended, Paused, Played, Say, Why

QUEUED_LIMIT = 30 * 16_000 * 2  # bytes of rendered audio one call may queue, far over the agreed credit


@dataclass(slots=True)
class _Generation:
    number: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    next_piece: int = 0
    last_piece: int | None = None
    offset: int = 0  # bytes of the current piece that were sent
    sent: int = 0  # bytes of the generation that were sent
    queued: int = 0  # bytes of rendered audio waiting
    protected: bool = False
    yields: bool = False


class Ledger:
    """One call's playout. `shelf` maps stock ids to PCM and is shared by all calls."""

    def __init__(self, call: str, shelf: Mapping[str, bytes]) -> None:
        self.delay = 0  # from a tick to the wire, in samples
        self.seam = False  # the next frame does not go on where the last one ended
        self._call = call
        self._shelf = shelf
        self._epoch = 0
        self._floor = 0
        self._over: set[int] = set()
        self._current: _Generation | None = None
        self._paused: set[int] = set()
        self._recent = bytearray()  # the last of what was sent of the current generation
        self._again = b""  # of it, what is to be sent once more
        self._standby: tuple[bytes, bytes] | None = None
        self._standby_at = 0

    # ── what the agent asks for ────────────────────────────────────────────────────────────────────

    def attach(self, epoch: int, at: int) -> list[Message]:
        """A new agent: what the old one was saying ends, numbering starts anew. Standby goes on until it speaks."""
        events = self._end(Why.REPLACED, at)
        self._epoch, self._floor = epoch, 0
        self._over.clear()
        self._paused.clear()
        return events

    def say(self, piece: Say, at: int) -> list[Message]:
        """Take one piece. A piece of another epoch is discarded without a word."""
        if piece.epoch != self._epoch:
            return []
        if piece.generation <= self._floor or piece.generation < self.speaking:
            return self._answer_dropped(piece, at)
        events: list[Message] = []
        if self._current is None or piece.generation > self._current.number:
            events += self._end(Why.REPLACED, at)
            self._current = _Generation(piece.generation)
            self._recent.clear()
            self._again = b""
            self.seam = self.seam or self.on_standby
            self._standby = None
        current = self._current
        current.protected = current.protected or piece.protected
        current.yields = current.yields or piece.yields
        if piece.piece < current.next_piece or piece.piece in current.pieces:
            return events
        pcm = self._shelf.get(piece.stock, b"") if piece.stock else piece.pcm
        if not piece.stock:
            if current.queued + len(pcm) > QUEUED_LIMIT:
                pcm = b""
            current.queued += len(pcm)
        current.pieces[piece.piece] = pcm[: len(pcm) & ~1]
        if piece.last:
            current.last_piece = piece.piece
        return events

    def pause(self, generation: int) -> list[Message]:
        """Stop at the sample."""
        if generation <= self._floor or generation in self._paused:
            return []
        self._paused.add(generation)
        if self._current is None or generation != self._current.number:
            return []
        self.seam = True
        return [Paused(self._call, self._epoch, generation, self._current.sent // 2)]

    def restore(self, generation: int, rewind: int = 0) -> None:
        """Go on with the sample after the last one sent, or `rewind` samples before that."""
        if generation in self._paused and generation == self.speaking:
            self.seam = True
            self._again = bytes(self._recent[-2 * rewind :]) if rewind > 0 else b""
        self._paused.discard(generation)

    def drop(self, upto: int, at: int) -> list[Message]:
        """Discard every generation up to `upto`, now and for ever."""
        events: list[Message] = []
        if self._current is not None and self._current.number <= upto:
            events = self._end(Why.DROPPED, at)
        self._raise_floor(upto)
        return events

    # ── what the line does by itself ───────────────────────────────────────────────────────────────

    def standby(self, apology: bytes, hold: bytes, at: int) -> list[Message]:
        """Stop what is being said; play `apology` once, then `hold` in a loop, until a generation begins."""
        events = self._end(Why.REPLACED, at)
        self.seam = True
        self._standby, self._standby_at = (apology, hold), 0
        return events

    def finish(self, at: int) -> list[Message]:
        """The call is over."""
        self._standby = None
        return self._end(Why.CALL_ENDED, at)

    def is_over(self, generation: int) -> bool:
        """True once the generation has ended, or can no longer be heard."""
        return generation <= self._floor or generation < self.speaking

    @property
    def speaking(self) -> int:
        """The current generation's number, 0 when there is none."""
        return self._current.number if self._current is not None else 0

    @property
    def protected(self) -> bool:
        """Whether what is being said keeps its loudness, whoever speaks."""
        return self._current is not None and self._current.protected

    @property
    def yields(self) -> bool:
        """Whether what is being said ends at the caller's voice."""
        return self._current is not None and self._current.yields

    @property
    def on_standby(self) -> bool:
        return self._standby is not None

    def fill(self, at: int) -> tuple[bytes, list[Message]]:
        """The frame that leaves in the tick whose first sample is `at`: FRAME_BYTES bytes, and what it settled."""
        current = self._current
        if current is None:
            return (self._own_frame() if self._standby is not None else SILENCE), []
        if current.number in self._paused:
            return SILENCE, []
        frame, self._again = self._again[:FRAME_BYTES], self._again[FRAME_BYTES:]
        events: list[Message] = []
        while len(frame) < FRAME_BYTES and self._current is current:
            pcm = current.pieces.get(current.next_piece)
            if pcm is None:
                break
            part = pcm[current.offset : current.offset + FRAME_BYTES - len(frame)]
            if part and not current.sent:
                events.append(Began(self._call, self._epoch, current.number, at + len(frame) // 2, self.delay))
            frame += part
            self._recent += part
            current.offset += len(part)
            current.sent += len(part)
            if current.offset >= len(pcm):
                events += self._settle_piece(current, at + len(frame) // 2)
        del self._recent[: -2 * REWIND_LIMIT]
        return frame.ljust(FRAME_BYTES, b"\0"), events

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    def _settle_piece(self, current: _Generation, at: int) -> list[Message]:
        number = current.next_piece
        pcm = current.pieces.pop(number)
        events: list[Message] = [
            Played(self._call, self._epoch, current.number, number, samples=len(pcm) // 2, at=at),
        ]
        current.queued = max(0, current.queued - len(pcm))
        current.next_piece, current.offset = number + 1, 0
        if number == current.last_piece:
            events += self._end(Why.PLAYED, at)
        return events

    def _end(self, why: Why, at: int) -> list[Message]:
        current, self._current = self._current, None
        if current is None:
            return []
        self.seam = self.seam or why is not Why.PLAYED
        events: list[Message] = []
        for number in sorted(current.pieces):
            heard = current.offset // 2 if number == current.next_piece else 0
            events.append(Played(self._call, self._epoch, current.number, number, samples=heard, at=at))
        events.append(Ended(self._call, self._epoch, current.number, samples=current.sent // 2, why=why, at=at))
        self._over.add(current.number)
        self._raise_floor(current.number)
        return events

    def _answer_dropped(self, piece: Say, at: int) -> list[Message]:
        if piece.generation in self._over:
            return []
        self._over.add(piece.generation)
        return [
            Played(self._call, self._epoch, piece.generation, piece.piece, samples=0, at=at),
            Ended(self._call, self._epoch, piece.generation, samples=0, why=Why.DROPPED, at=at),
        ]

    def _raise_floor(self, upto: int) -> None:
        self._floor = max(self._floor, upto)
        self._paused = {number for number in self._paused if number > self._floor}

    def _own_frame(self) -> bytes:
        assert self._standby is not None
        apology, hold = self._standby
        start = self._standby_at
        if start + FRAME_BYTES <= len(apology):
            frame = apology[start : start + FRAME_BYTES]
            self._standby_at += FRAME_BYTES
            return frame
        frame = apology[start:]
        if not hold:
            self._standby_at = len(apology)
            return frame.ljust(FRAME_BYTES, b"\0")
        position = max(0, start - len(apology))
        while len(frame) < FRAME_BYTES:
            part = hold[position : position + FRAME_BYTES - len(frame)]
            frame += part
            position = (position + len(part)) % len(hold)
        self._standby_at = len(apology) + position
        return frame
