"""What a call's caller says, turn by turn, from a recogniser that is flushed in every short silence.

::

    feed ─► ring ─► Recogniser ─► Partial / Final ─► JoinedWords ─► Transcript
              └── held back after a flush ──┘
                    resume: again from the last word that the flush may have cut, then what was held
                    else:   on from where it was flushed

A flush makes the recogniser say all it knows at once, but it then hears on as if nothing had been said before. Most
dips of a voice are inside a sentence and some inside a word ("o-pen"), so what was said right before the flush is
decided a second time when the voice goes on.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from agent.engines.contract import Final, Partial, Recognised, RecogniserEngine, RecogniserFailed, Word
from agent.listen.joined import JoinedWords
from agent.listen.ring import AudioRing
from telephony.audio import SAMPLE_RATE

KEPT = 8 * SAMPLE_RATE  # samples in the ring
HOLD = SAMPLE_RATE * 4 // 10  # a silence of this length is no dip in a word
STUCK = 4 * SAMPLE_RATE  # a recogniser that is this late with a flush is not waited for


class Transcript(msgspec.Struct, frozen=True):
    """All the words of one turn, as far as they are known."""

    turn: int
    text: str
    stable: int = 0  # how many of its first words have held for some updates; all of them when flushed
    at: int = 0  # call clock of the last sample that it takes account of
    flushed: bool = False  # it answers a flush
    words: tuple[Word, ...] = ()  # with places, of what has been settled


Heard = Callable[[Transcript | RecogniserFailed], None]


@dataclass(slots=True)
class _Stretch:
    """Audio that the recogniser is given between two flushes."""

    turn: int
    begun: int | None = None  # call clock of its first sample; None while it has none
    told: bool = False  # the flush that ends it was asked for, and is answered


@dataclass(slots=True)
class _Hold:
    """Audio is held back since a flush."""

    since: int  # call clock
    stretch: _Stretch  # that the flush ended
    answered: bool = False
    resumed: bool = False  # before it was answered
    owed: int = 0  # flushes asked for after that

    @property
    def limit(self) -> int:
        """Samples after which it is over in any case."""
        return STUCK if self.resumed and not self.answered else HOLD


class Ear:
    """One call's. Methods are thread-safe and never wait; `on_heard` is called on the recogniser's thread, with every
    change of the turn's words and for every flush. What a turn's begin has made old is not told any more."""

    def __init__(self, engine: RecogniserEngine, on_heard: Heard) -> None:
        """Open a recogniser; tens of ms. Raises RecogniserError."""
        self._on_heard = on_heard
        self._lock = threading.Lock()
        self._ring = AudioRing(KEPT)
        self._turn = 0
        self._joined = JoinedWords()
        self._said: tuple[str, int] = ("", 0)  # what was told last: text, stable
        self._stretches: deque[_Stretch] = deque([_Stretch(0)])  # the first is worked on, the last is fed
        self._hold: _Hold | None = None
        self._orders: deque[tuple[int, bytes]] = deque()  # for the recogniser: audio, or, without any, a flush
        self._ordering = False
        self._recogniser = engine.open(self._take)

    # ── any thread ────────────────────────────────────────────────────────────────────────────────

    def feed(self, at: int, pcm: bytes) -> None:
        """Audio of the caller whose first sample is at call clock `at`; what was fed before is left out."""
        with self._lock:
            at, pcm = self._ring.add(at, pcm)
            if not pcm:
                return
            if self._hold is None:
                self._give(at, pcm)
            elif self._ring.end - self._hold.since > self._hold.limit:
                self._go_on(self._hold.since)
        self._pass_on()

    def flush(self) -> None:
        """Have the turn's words told as they are now; always answered, unless a turn begins before. Audio is held
        back from now on, until `resume`, `begin`, or it is too long for a dip in speech."""
        with self._lock:
            if self._hold is None:
                self._hold = _Hold(self._ring.end, self._stretches[-1])
                self._cut(told=True)
            elif self._hold.resumed:
                self._hold.owed += 1
            else:  # no voice since the last one: the words are the same
                self._cut(told=True)
        self._pass_on()

    def resume(self) -> None:
        """The caller's voice goes on."""
        with self._lock:
            if self._hold is not None:
                self._hold.resumed = True
                if self._hold.answered:
                    self._go_back()
        self._pass_on()

    def begin(self, turn: int) -> None:
        """What is fed from now on, and what is held back, belongs to `turn`; of what was said before nothing is told
        any more."""
        with self._lock:
            self._turn, self._joined, self._said = turn, JoinedWords(), ("", 0)
            if self._stretches[-1].begun is not None:
                self._cut(told=False)
            self._stretches[-1].turn = turn
            if self._hold is not None:
                self._hold.owed = 0
                self._go_on(self._hold.since)
        self._pass_on()

    def recent(self, samples: int) -> bytes:
        """The caller's last audio: 16 kHz PCM of `samples` samples, or as many as there are; at most 8 s."""
        with self._lock:
            return self._ring.last(samples)

    def close(self) -> None:
        """Nothing is told after what is being told now."""
        self._recogniser.close()

    # ── under the lock ────────────────────────────────────────────────────────────────────────────

    def _give(self, at: int, pcm: bytes) -> None:
        if self._stretches[-1].begun is None:
            self._stretches[-1].begun = at
        self._orders.append((at, pcm))

    def _cut(self, told: bool) -> None:
        self._stretches[-1].told = told
        self._stretches.append(_Stretch(self._turn))
        self._orders.append((0, b""))

    def _go_on(self, start: int) -> None:
        """Give what is kept from `start` on; nothing is held back any more."""
        hold, self._hold = self._hold, None
        for at, pcm in self._ring.since(start):
            self._give(at, pcm)
        for _ in range(hold.owed if hold else 0):
            self._cut(told=True)

    def _go_back(self) -> None:
        assert self._hold is not None
        begun = self._hold.stretch.begun
        since = self._hold.since
        self._go_on(since if begun is None else self._joined.take_back(begun, since))

    def _pass_on(self) -> None:
        """Pass the orders on, in order, by one thread at a time and without the lock: a recogniser may answer at
        once."""
        with self._lock:
            if self._ordering:
                return
            self._ordering = True
        while True:
            with self._lock:
                if not self._orders:
                    self._ordering = False
                    return
                at, pcm = self._orders.popleft()
            if pcm:
                self._recogniser.feed(at, pcm)
            else:
                self._recogniser.flush()

    # ── the recogniser's thread ───────────────────────────────────────────────────────────────────

    def _take(self, result: Recognised) -> None:
        with self._lock:
            news = self._learn(result)
        if news is not None:
            self._on_heard(news)
        self._pass_on()

    def _learn(self, result: Recognised) -> Transcript | RecogniserFailed | None:
        stretch = self._stretches[0]
        current = stretch.turn == self._turn
        match result:
            case RecogniserFailed():
                if current:
                    self._joined.fail(result)
                return result
            case Partial():
                if current:
                    self._joined.believe(result)
            case Final(flushed=False):
                if current:
                    self._joined.settle(result)
            case Final():
                self._stretches.popleft()
                if current:
                    return self._ended(stretch, result)
        return self._news(result.at) if current else None

    def _ended(self, stretch: _Stretch, final: Final) -> Transcript | None:
        self._joined.finish(final, empty=stretch.begun is None)
        told = self._told(final.at, flushed=True) if stretch.told else None
        if self._hold is not None and self._hold.stretch is stretch:
            self._hold.answered = True
            if self._hold.resumed:
                self._go_back()
        return told

    def _news(self, at: int) -> Transcript | None:
        return self._told(at) if (self._joined.text, self._joined.stable) != self._said else None

    def _told(self, at: int, flushed: bool = False) -> Transcript:
        text = self._joined.text
        stable = len(text.split()) if flushed else self._joined.stable
        self._said = (text, stable)
        return Transcript(self._turn, text, stable, at, flushed, self._joined.words)
