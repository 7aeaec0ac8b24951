"""KaldiRecognizers that have heard speech before, so that a caller's first words are decoded as quickly as later ones.

A recogniser builds the paths through its graph as words come up and keeps them, without a limit that could be set.
Measured: a new one takes up to 160 ms for a 240 ms step of a caller's first words and up to 94 ms for a flush; after 10
s of a dialplan's prompts 38 and 33 ms at most, after 20 s flushes take 18 ms (median), after 32 s 16. To hear those
takes 2.0, 2.9 and 3.7 s of the processor. It grows with the words that are new to it: to 50 MB with 50, 79 with 180,
104 with 340. Silence, hiss, and the same words again add nothing, other people's voices without words 26 MB in 150 s.
So a spare hears something before it is needed, is handed from call to call, and goes before it is large. As many are
ready as make `AT_ONCE` with those in calls. Where one in a call has become large, another is got ready and takes its
place.
"""

from __future__ import annotations

import json
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from agent.engines import heap

log = structlog.get_logger()

RATE = 16_000
AT_ONCE = 4  # recognisers that are there for calls, in use or not: four calls may begin in one second
MOST = 4  # that are kept when calls give them back
WORN = 200  # words after which one is large, those that it heard twice counted twice
LONG = 300 * RATE  # samples after which it is taken for large whatever they were
SPENT = 3.0  # times as much after which it is replaced even where no spare is ready
PIECE = RATE // 5 * 2  # bytes fed at once, so that the thread can be ended
RESTS = 4.0  # times as long as it worked, while there are calls
WARM = 10 * RATE  # samples that one hears before its first call; 20 s answer no sooner, and take 30 MB more at four


@dataclass(eq=False)
class Decoder:
    """A KaldiRecognizer; the samples it has been fed in its life, and the words that it made of them."""

    engine: Any
    fed: int = 0
    words: int = 0

    def made_out(self, text: str) -> None:
        """An utterance is over, of which it made `text`."""
        self.words += len(text.split())

    @property
    def age(self) -> float:
        """From 1 on it is large."""
        return max(self.words / WORN, self.fed / LONG)

    @property
    def worn(self) -> bool:
        """Whether it is to go when another is there."""
        return self.age >= 1.0

    @property
    def spent(self) -> bool:
        """Whether a new one is better, however slow."""
        return self.age >= SPENT


class Spares:
    """Thread-safe. `make` opens a KaldiRecognizer (60-100 ms) and may raise whatever Vosk raises."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._spares: list[Decoder] = []
        self._out = weakref.WeakSet[Decoder]()  # in use: one that failed is let go of, and never comes back
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
        """The spare that has heard most without being large, or a new one."""
        with self._changed:
            best = min(self._spares, key=lambda decoder: (decoder.worn, -decoder.words), default=None)
            if best is not None:
                return self._lend(best)
        decoder = Decoder(self._make())
        with self._changed:
            return self._lend(decoder)

    def fresh(self) -> Decoder | None:
        """A spare in place of a large one; None when there is none yet."""
        with self._changed:
            spare = next((decoder for decoder in self._spares if not decoder.worn), None)
            if spare is not None:
                return self._lend(spare)
            self._changed.notify_all()  # one is wanted
            return None

    def _lend(self, decoder: Decoder) -> Decoder:
        if decoder in self._spares:
            self._spares.remove(decoder)
        self._out.add(decoder)
        self._changed.notify_all()
        return decoder

    def give(self, decoder: Decoder) -> None:
        """Back from a call, its last utterance finished."""
        with self._changed:
            self._out.discard(decoder)
            if not self._closed:
                self._spares.append(decoder)
            large = [spare for spare in self._spares if spare.worn]
            if len(self._spares) > (self._wanted() if large else MOST):
                self._spares.remove(max(self._spares, key=lambda spare: spare.age))
            self._changed.notify_all()
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
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._lacking())
                if self._closed:
                    return
            try:
                decoder = self._warmed()
            except Exception as error:  # noqa: BLE001 - vosk raises nothing narrower; calls open their own then
                log.warning("no spare recogniser", reason=str(error))
                return
            if decoder is not None:
                self.give(decoder)

    def _rest(self, worked: float) -> None:
        """Calls go first. A lower priority would not help: whoever waits for a lock that this thread holds, malloc's or
        Python's, would wait until the cores have nothing else to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._out, worked * RESTS)

    def _lacking(self) -> bool:
        return sum(not spare.worn for spare in self._spares) < self._wanted()

    def _wanted(self) -> int:
        further = len(self._out) > AT_ONCE or any(decoder.worn for decoder in self._out)
        return max(int(further), AT_ONCE - len(self._out))

    def _warmed(self) -> Decoder | None:
        decoder = Decoder(self._make())
        for utterance in self._speech:
            if decoder.fed >= WARM:
                break
            for start in range(0, len(utterance), PIECE):
                if self._closed:
                    return None
                begun = time.perf_counter()
                decoder.engine.AcceptWaveform(utterance[start : start + PIECE])
                self._rest(time.perf_counter() - begun)
            decoder.made_out(json.loads(decoder.engine.FinalResult())["text"])
            decoder.fed += len(utterance) // 2
        return decoder
