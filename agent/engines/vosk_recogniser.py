"""The border to Vosk: one KaldiRecognizer a call, on a thread of its own, with its times on the call clock.

::

    feed(at, pcm) ─► bounded queue ─► thread: AcceptWaveform ─► Partial / Final ─► on_result
    peek()        ─►      "                   silence, PartialResult ─► Partial(asked=True), always
    flush()       ─►      "                   FinalResult   ─► Final(flushed=True), always
    drop()        ─►      "                   Reset         ─► Final(flushed=True) without words, always

Vosk decodes 240 ms at a time, and only what has another 155 ms behind it. A peek puts just enough silence after the
audio for the next such step, so that what was said is decoded now; the utterance goes on behind the silence.
Vosk's own endpoint rules are set at installation (`vosk_conf.py`) so that the session's flush comes first.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import structlog

from agent.engines.clock_map import ClockMap
from agent.engines.contract import Final, Partial, Recognised, RecogniserFailed, Word
from agent.engines.spares import Decoder, Spares
from agent.errors import RecogniserError

log = structlog.get_logger()

SAMPLE_RATE = 16_000
QUEUE_LIMIT = 10 * SAMPLE_RATE * 2  # bytes of audio a recogniser may be behind before the oldest is dropped
CHUNK_LIMIT = SAMPLE_RATE // 5 * 2  # bytes per AcceptWaveform: what is behind is caught up in 200 ms pieces
UPDATE = SAMPLE_RATE * 240 // 1000  # samples that Vosk decodes at a time: with each, its belief may change
AHEAD = SAMPLE_RATE * 156 // 1000  # samples that it wants to see beyond them

OnResult = Callable[[Recognised], None]


class _Order(Enum):
    PEEK = "peek"
    FLUSH = "flush"
    DROP = "drop"


class VoskRecogniser:
    """One call's recogniser. Methods are thread-safe and never wait; results come on its own thread.

    Its KaldiRecognizer comes from `spares` and goes back there; after a failure it takes another, once a failure. What
    was fed to the failed one since its last Final is lost, and said so by `RecogniserFailed`.
    """

    def __init__(self, spares: Spares, on_result: OnResult, on_closed: Callable[[VoskRecogniser], None]) -> None:
        self._spares = spares
        self._on_result = on_result
        self._on_closed = on_closed
        self._ready = threading.Condition()
        self._audio: deque[tuple[int, bytes]] = deque()
        self._queued = 0  # bytes
        self._dropped = 0  # bytes, since last told
        self._orders: deque[tuple[int, _Order]] = deque()  # how many queued chunks go before each
        self._closed = False
        self._idle = False  # it waits for work
        self._decoder: Decoder | None = self._opened()
        self._clock = ClockMap(fed=self._decoder.fed)
        self._begun = self._clock.fed  # as the engine counts: where its pipeline, and with it its steps, began
        self._quiet = True  # the engine has decoded all that it was fed
        self._belief = Partial("", 0)
        self._told, self._told_at = "", 0  # text and call clock of the last Partial told
        self._at = 0
        self._thread = threading.Thread(target=self._run, name="vosk", daemon=True)
        self._thread.start()

    # ── any thread ────────────────────────────────────────────────────────────────────────────────

    def feed(self, at: int, pcm: bytes) -> None:
        """Queue audio whose first sample is at call clock `at`; what overlaps with audio fed before is left out. After
        a flush audio from before it may be fed once more, and is heard once more."""
        with self._ready:
            if self._closed or not pcm:
                return
            self._audio.append((at, pcm))
            self._queued += len(pcm)
            while self._queued > QUEUE_LIMIT:
                _, oldest = self._audio.popleft()
                self._queued -= len(oldest)
                self._dropped += len(oldest)
                self._orders = deque((max(0, count - 1), order) for count, order in self._orders)
            self._ready.notify_all()

    def peek(self) -> None:
        """Ask for a Partial of all that was fed before this call."""
        self._ask(_Order.PEEK)

    def flush(self) -> None:
        """Ask for a Final of all that was fed before this call."""
        self._ask(_Order.FLUSH)

    def drop(self) -> None:
        """Have the utterance that was fed before this call forgotten."""
        self._ask(_Order.DROP)

    def settle(self, within: float) -> bool:
        """Wait until all is told that was fed and asked for before this call; False when `within` s are not enough, or
        it is closed."""
        with self._ready:
            self._ready.wait_for(lambda: self._closed or self._settled_down, within)
            return self._settled_down

    def close(self) -> None:
        """No result comes after the one in work; the thread ends by itself."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end, for orderly shutdown."""
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    @property
    def _settled_down(self) -> bool:
        return self._idle and not (self._audio or self._orders)

    def _ask(self, order: _Order) -> None:
        with self._ready:
            if not self._closed:
                self._orders.append((len(self._audio), order))
                self._ready.notify_all()

    # ── its own thread ────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            while (work := self._next()) is not None:
                at, pcm, order, dropped = work
                if dropped:
                    self._tell(RecogniserFailed(f"too slow: {dropped / 32:.0f} ms of audio dropped", self._at, True))
                self._work(at, pcm, order)
        finally:
            self._give_back()
            self._on_closed(self)

    def _next(self) -> tuple[int, bytes, _Order | None, int] | None:
        """Wait for contiguous audio (at, pcm), or for an order whose audio has been taken; None at the end."""
        with self._ready:
            self._idle = True
            self._ready.notify_all()
            self._ready.wait_for(lambda: self._closed or self._audio or self._orders)
            self._idle = False
            if self._closed:
                return None
            dropped, self._dropped = self._dropped, 0
            at, pcm, taken = self._take(self._orders[0][0] if self._orders else len(self._audio))
            self._orders = deque((count - taken, order) for count, order in self._orders)
            order = self._orders.popleft()[1] if self._orders and self._orders[0][0] == 0 else None
            return at, pcm, order, dropped

    def _take(self, limit: int) -> tuple[int, bytes, int]:
        joined = bytearray()
        start, taken = self._at, 0
        while taken < limit and len(joined) < CHUNK_LIMIT:
            at, pcm = self._audio[0]
            if not joined:
                start = at
            elif at != start + len(joined) // 2:
                break
            self._audio.popleft()
            self._queued -= len(pcm)
            joined += pcm
            taken += 1
        return start, bytes(joined), taken

    def _work(self, at: int, pcm: bytes, order: _Order | None) -> None:
        try:
            if self._decoder is None:
                self._start(self._opened())
            if pcm:
                self._accept(at, pcm)
            if order:
                self._obey(order)
        except Exception as error:  # noqa: BLE001 - a foreign engine may raise anything; the call must go on
            self._recover(error)
            if order is _Order.PEEK:
                self._tell(Partial("", self._at, asked=True))
            elif order:
                self._tell(Final("", (), self._at, flushed=True))

    def _accept(self, at: int, pcm: bytes) -> None:
        skip = self._clock.skip(at)
        pcm = pcm[skip * 2 :]
        if not pcm:
            return
        self._clock.add(at + skip, len(pcm) // 2)
        self._at = self._clock.at
        self._quiet = False
        self._decode(pcm)
        text = self._belief.text
        if text and (text != self._told or self._at - self._told_at >= UPDATE):
            self._told, self._told_at = text, self._at
            self._tell(self._belief)

    def _decode(self, pcm: bytes) -> None:
        if self._engine.AcceptWaveform(pcm):
            self._finish(self._engine.Result(), flushed=False)
            return
        heard = json.loads(self._engine.PartialResult())
        self._belief = Partial(heard.get("partial", ""), self._at, self._words(heard.get("partial_result", ())))

    def _obey(self, order: _Order) -> None:
        match order:
            case _Order.PEEK:
                self._pad()
                self._tell(Partial(self._belief.text, self._at, self._belief.words, asked=True))
                return
            case _Order.FLUSH if self._quiet:
                self._finish(self._engine.Result(), flushed=True)
            case _Order.FLUSH:
                self._begun = self._clock.fed
                self._finish(self._engine.FinalResult(), flushed=True)
            case _Order.DROP:
                self._forget_utterance()
        self._quiet = True
        self._clock.reopen()
        self._renew()

    def _pad(self) -> None:
        """Put silence after the audio, up to where the engine decodes all of it. Nothing to do where nothing came."""
        if self._quiet:
            return
        piped = self._clock.fed - self._begun
        silence = max(1, -(-piped // UPDATE)) * UPDATE + AHEAD - piped
        self._clock.pause(silence)
        self._decode(bytes(2 * silence))
        self._quiet = True

    def _forget_utterance(self) -> None:
        """Whatever the engine has of the utterance is gone, and so is what it has not decoded yet."""
        if self._quiet:
            self._engine.Reset()
        else:
            self._engine.FinalResult()
            self._begun = self._clock.fed
        self._settled(self._belief.text)
        self._tell(Final("", (), self._at, flushed=True))

    def _finish(self, result: str, flushed: bool) -> None:
        heard = json.loads(result)
        text = heard.get("text", "")
        words = self._words(heard.get("result", ()))
        self._settled(text)
        if flushed or text:
            self._tell(Final(text, words, self._at, flushed))

    def _settled(self, text: str) -> None:
        self._lent.made_out(text)
        self._belief = Partial("", self._at)
        self._told, self._told_at = "", self._at
        self._clock.forget(self._clock.fed)

    @property
    def _lent(self) -> Decoder:
        assert self._decoder is not None
        return self._decoder

    @property
    def _engine(self) -> Any:
        return self._lent.engine

    def _start(self, decoder: Decoder) -> None:
        self._decoder, self._clock = decoder, ClockMap(self._clock.at, decoder.fed)
        self._begun, self._belief, self._quiet = decoder.fed, Partial("", self._clock.at), True

    def _renew(self) -> None:
        """After a flush nothing of the utterance is left in the engine: another one hears as well (WER .418 and .419
        on 240 prompts). A large one goes when a spare is ready."""
        self._lent.fed = self._clock.fed
        spent = self._lent.spent
        if not self._lent.worn or (self._queued and not spent):
            return
        spare = self._spares.fresh()
        if spare is not None:
            self._start(spare)
        elif spent:
            self._decoder = None
            self._start(self._opened())

    def _give_back(self) -> None:
        decoder, self._decoder = self._decoder, None
        if decoder is None:
            return
        try:
            decoder.engine.FinalResult()
        except Exception:  # noqa: BLE001 - a foreign engine may raise anything; this one is not used again
            return
        decoder.fed = self._clock.fed
        self._spares.give(decoder)

    def _words(self, entries: Sequence[dict[str, Any]]) -> tuple[Word, ...]:
        return tuple(self._word(entry) for entry in entries)

    def _word(self, entry: dict[str, Any]) -> Word:
        start = self._clock.start_of(round(entry["start"] * SAMPLE_RATE))
        end = self._clock.end_of(round(entry["end"] * SAMPLE_RATE))
        return Word(entry["word"], start, max(start, end), float(entry.get("conf", 1.0)))

    def _recover(self, error: Exception) -> None:
        self._decoder = None
        reason = str(error) or type(error).__name__
        try:
            self._start(self._opened())
        except RecogniserError as second:
            log.error("recogniser failed and could not be opened anew", reason=reason, then=str(second))
            self._tell(RecogniserFailed(reason, self._at, recovered=False))
            return
        self._tell(RecogniserFailed(reason, self._at, recovered=True))

    def _opened(self) -> Decoder:
        try:
            return self._spares.take()
        except Exception as error:  # vosk raises nothing narrower
            raise RecogniserError(f"Vosk cannot open a recogniser: {error}") from error

    def _tell(self, result: Recognised) -> None:
        with self._ready:
            if self._closed:
                return
        try:
            self._on_result(result)
        except Exception:  # the receiver's fault must not end recognition; it is logged with its trace
            log.exception("the receiver of recognition results failed")
