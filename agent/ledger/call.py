"""The ledger of one call: turns as they are timed, and each told when its reply is over.

::

    SpeechEnded, marks, drafts, commit ─► TurnSpans ── Began ──► Waterfall
                                              └─ starved, Ended ──► Timed

A turn's entry waits for the end of its reply, because only then it is known whether the line ever ran dry; meanwhile
the caller's next turn may already be timed.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agent.ledger.entry import Entry
from agent.ledger.lead_in import lead_in
from agent.ledger.spans import TurnSpans
from agent.live import Live, Starved, Timed, Waterfall
from telephony import messages as wire
from telephony.audio import ms


class CallLedger:
    """Times the turns of one call; `emit` gets the live events. Pure but for that."""

    def __init__(self, call: str, emit: Callable[[Live], None]) -> None:
        self.spans = TurnSpans()
        self._lead = 0  # samples of silence that the latest reply's sound begins with
        self._call = call
        self._emit = emit
        self._open: dict[int, Entry] = {}  # by generation, audible and not over
        self._playing: wire.Began | None = None  # the latest answer to become audible
        self._behind = (0, 0, 0)  # generation, samples before its own first sound, when that was handed over

    def silent(self, message: wire.SpeechEnded, now: int) -> None:
        """The caller's voice ended, and it is known `now`."""
        self.spans.start(message.at, now, message.delay)

    def sounded(self, generation: int, at: int, pcm: bytes, before: int = 0) -> None:
        """The reply's first sound, `pcm` (16 kHz), was handed to the line; `before` samples of something else go before
        it."""
        if before:
            self._behind = (generation, before, at)
            self._time_answer()
        else:
            self.spans.mark("sound", at)
            self._lead = lead_in(pcm)

    def began(self, message: wire.Began, turn: int) -> None:
        """The line sent the first sample of the generation that answers the caller's `turn`-th turn. For a generation
        that answers nobody, call `spans.clear`."""
        self.spans.heard(message.at, message.delay, self._lead)
        self._lead = 0
        entry = self.spans.entry(self._call, turn, message.generation)
        self.spans.clear()
        self._playing = message
        if entry is None:
            return
        self._open[message.generation] = entry
        self._emit(
            Waterfall(
                self._call, turn, entry.stages, entry.audible, entry.route, entry.kind,
                entry.drafted, entry.drafts, entry.wasted,
            )
        )  # fmt: skip
        self._time_answer()

    def _time_answer(self) -> None:
        """Where something was said before the answer: when the answer itself was sent."""
        began, (generation, before, handed) = self._playing, self._behind
        if began is not None and began.generation == generation:
            self.answered(generation, max(began.at + before, handed), began.delay)

    def answered(self, generation: int, at: int, delay: int = 0) -> None:
        """Where an acknowledgement or a filler went first: the answer's own first sample was sent at `at`, counted
        like `Began.at`."""
        entry = self._open.get(generation)
        if entry is not None:
            heard = ms(at + delay) + 20.0 - entry.ended_ms
            self._open[generation] = msgspec.structs.replace(entry, marks={**entry.marks, "answer": round(heard, 1)})

    def ran_dry(self, generation: int) -> None:
        """The line has played all it was given of a reply that is not over. Behind an acknowledgement that is a pause
        as speakers make it; in the middle of an answer its sound was late."""
        entry = self._open.get(generation)
        if entry is not None and not entry.answering:
            self._open[generation] = msgspec.structs.replace(entry, pauses=entry.pauses + 1)
            return
        self._emit(Starved(self._call, generation))
        if entry is not None:
            self._open[generation] = msgspec.structs.replace(entry, starved=entry.starved + 1)

    def over(self, message: wire.Ended) -> None:
        """The line is through with a generation."""
        entry = self._open.pop(message.generation, None)
        if entry is not None:
            self._tell(msgspec.structs.replace(entry, heard_ms=round(ms(message.samples), 1), why=message.why.value))

    def close(self) -> None:
        """The call is over: what is open is told as it stands."""
        for entry in self._open.values():
            self._tell(entry)
        self._open.clear()

    def _tell(self, entry: Entry) -> None:
        self._emit(Timed(entry))
