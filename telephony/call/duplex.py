"""A call's sound both ways, where the two meet: what is sent is what may come back, and a voice makes the bot quieter.

The detector's thread has this and nothing else of a call: the stack's objects must be freed on the thread that owns
the stack, and whoever holds the last reference to one frees it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from telephony.media.echo import EchoCanceller, Filter
from telephony.media.fader import Fader
from telephony.media.inbound import CallerFrame, InboundClock
from telephony.media.outbound import Ledger
from telephony.media.reflex import Reflex
from telephony.message import Message


class Duplex:
    """`lock` guards `ledger`; every method takes it itself."""

    def __init__(self, call: str, shelf: Mapping[str, bytes], make_filter: Callable[[int], Filter]) -> None:
        self.clock = InboundClock()
        self.lock = threading.Lock()
        self.ledger = Ledger(call, shelf)
        self._echo = EchoCanceller(make_filter)
        self._reflex = Reflex()
        self._fader = Fader()
        self._voiced = False  # a voice, or what may become one, since the last tick

    # ── the clock thread ───────────────────────────────────────────────────────────────────────────

    def heard(self, pcm: bytes, holes: int, waited: int | None, played: int | None = None) -> CallerFrame | None:
        """One bridge tick of the caller's sound, without the echo; see `InboundClock.tick`."""
        frame = self.clock.tick(pcm, holes, waited, played)
        return None if frame is None else self._echo.cancel(frame)

    def fill(self) -> tuple[bytes, list[Message]]:
        """The bot's frame for this bridge tick, and what it settled."""
        with self.lock:
            at = self.clock.at
            yields = self._voiced and self.ledger.yields
            dropped = self.ledger.drop(self.ledger.speaking, at) if yields else []
            self._voiced = False
            gain = 1.0 if self.ledger.protected else self._reflex.gain(self.ledger.speaking, at)
            seam, self.ledger.seam = self.ledger.seam, False
            frame, events = self.ledger.fill(at)
        sent = self._fader.apply(frame, gain, seam)
        self._echo.sent(at, sent)
        return sent, dropped + events

    # ── the detector's thread ──────────────────────────────────────────────────────────────────────

    def noticed(self, stirring: bool, voice: bool) -> None:
        """After every frame of the caller: whether it may be the begin of a voice, and whether it is."""
        if stirring or voice:
            with self.lock:
                self._voiced = True
                (self._reflex.voice if voice else self._reflex.stir)(self.ledger.speaking, self.clock.at)
        self._echo.search()

    # ── the agent ──────────────────────────────────────────────────────────────────────────────────

    def restore(self, generation: int, rewind: int) -> None:
        """It was no interruption."""
        with self.lock:
            self.ledger.restore(generation, rewind)
            self._reflex.restore(generation)
