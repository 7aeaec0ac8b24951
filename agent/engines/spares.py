"""KaldiRecognizers that have heard speech before, so that a caller's first words are decoded as quickly as later ones.

A recogniser builds the paths through its graph as words come up and keeps them, up to a limit. Measured on 2 cores: of
one that is new a second of speech takes 0.35-0.55 s of the processor and a flush 30-120 ms; after 30 s of speech 0.14
s and 20-30 ms, after 3 minutes 0.08. It grows by 85 MB in those 30 s and by 150 MB in 2 minutes. So a spare hears
something before it is needed, is handed from call to call, and goes when it has become large.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from agent.engines import heap

log = structlog.get_logger()

RATE = 16_000
KEPT = 2  # spares that are got ready ahead
MOST = 4  # that are kept when calls give them back
WORN = 110 * RATE  # fed samples after which one goes
PIECE = RATE // 5 * 2  # bytes fed at once, so that the thread can be ended
FIRST = 10 * RATE  # samples that the first spare hears: a caller may ring as soon as the bot is ready
NICE = 10  # of the thread that gets spares ready: calls go first


@dataclass
class Decoder:
    """A KaldiRecognizer and the samples it has been fed in its life."""

    engine: Any
    fed: int = 0

    @property
    def worn(self) -> bool:
        """Whether it has become large."""
        return self.fed >= WORN


class Spares:
    """Thread-safe. `make` opens a KaldiRecognizer (60-100 ms) and may raise whatever Vosk raises."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._spares: list[Decoder] = []
        self._speech: tuple[bytes, ...] = ()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def warm(self, speech: Sequence[bytes]) -> None:
        """From now on keep spares that have heard `speech` (utterances, 16 kHz PCM), got ready in the background."""
        with self._changed:
            self._speech = tuple(speech)
            if self._thread is None and speech and not self._closed:
                self._thread = threading.Thread(target=self._run, name="vosk-spares", daemon=True)
                self._thread.start()

    def take(self) -> Decoder:
        """The spare that has heard most, or a new one."""
        return self.spare() or Decoder(self._make())

    def spare(self) -> Decoder | None:
        """The spare that has heard most; None when there is none."""
        with self._changed:
            if not self._spares:
                return None
            best = max(self._spares, key=lambda decoder: decoder.fed)
            self._spares.remove(best)
            self._changed.notify_all()
            return best

    def give(self, decoder: Decoder) -> None:
        """Back from a call, its last utterance finished."""
        with self._changed:
            if not self._closed and not decoder.worn and len(self._spares) < MOST:
                self._spares.append(decoder)
        heap.trim()

    def close(self) -> None:
        """Let go of all of them."""
        with self._changed:
            self._closed = True
            self._spares.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        most = FIRST
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._spares) < KEPT)
                if self._closed:
                    return
            try:
                decoder = self._warmed(most)
            except Exception as error:  # noqa: BLE001 - vosk raises nothing narrower; calls open their own then
                log.warning("no spare recogniser", reason=str(error))
                return
            most = WORN
            if decoder is not None:
                self.give(decoder)

    def _warmed(self, most: int) -> Decoder | None:
        decoder = Decoder(self._make())
        for utterance in self._speech:
            if decoder.fed >= most:
                break
            for start in range(0, len(utterance), PIECE):
                if self._closed:
                    return None
                decoder.engine.AcceptWaveform(utterance[start : start + PIECE])
            decoder.engine.FinalResult()
            decoder.fed += len(utterance) // 2
        return decoder
