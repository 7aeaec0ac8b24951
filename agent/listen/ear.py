"""What a call's caller says, turn by turn, from a recogniser that is asked for its words in every short silence.

::

    feed ─► ring ─► Recogniser ─► Partial / Final ─► JoinedWords ─► Transcript
              └── held back after a flush ──┘
                    resume: the stretch once more, as if nothing had been asked
                    no resume within HOLD: on from where it was asked

A recogniser that must say at once all it knows is given a short silence to hear (`Recogniser.peek`). In a pause that
does no harm. But most dips of a voice are inside a sentence and some inside a word ("o-pen"), where it does: so a
stretch that was no more than interrupted is decided again, all of it, without the silence. Stretches are cut in
longer pauses only, so that no word is ever put together from two of them. Measured: docs/performance.md.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import msgspec

from agent.engines.contract import Final, Partial, Recognised, RecogniserEngine, RecogniserFailed, Word
from agent.listen.joined import JoinedWords
from agent.listen.ring import AudioRing
from telephony.audio import samples

KEPT = samples(10.5)  # in the ring
HOLD = samples(0.2)  # a silence of this length is no dip in speech
LONG = samples(3.0)  # a stretch of this length is cut in the next pause
FURTHEST = samples(6.0)  # a stretch that is longer is not decided again
SILENCE = samples(1.0)  # after which any stretch is cut
ONSET = samples(0.5)  # a voice that is known now began less than this ago


class Transcript(msgspec.Struct, frozen=True):
    """All the words of one turn, as far as they are known."""

    turn: int
    text: str
    stable: int = 0  # how many of its first words have held for some updates; all of them when flushed
    at: int = 0  # call clock of the last sample that it takes account of
    flushed: bool = False  # it answers a flush
    cut: bool = False  # it was asked for while the caller spoke: the last word may be the begin of another
    words: tuple[Word, ...] = ()  # those that have a place


Heard = Callable[[Transcript | RecogniserFailed], None]


class _Kind(Enum):
    PEEK = "peek"
    CUT = "cut"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class _Ask:
    """Something that the recogniser has yet to answer."""

    kind: _Kind
    era: int
    cut: bool = False


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
        self._asks: deque[_Ask] = deque()
        self._era = 0  # turns begun
        self._given = False  # audio of this stretch to the recogniser
        self._stretch = 0  # call clock of where the stretch begins, or the voice in it
        self._voiced = False  # the caller's voice was in it
        self._held_from: int | None = None  # call clock; audio is held back from there on
        self._silent_from: int | None = None  # call clock; a pause has gone on since
        self._orders: deque[Callable[[], None]] = deque()  # for the recogniser
        self._ordering = False
        self._recogniser = engine.open(self._take)

    # ── any thread ────────────────────────────────────────────────────────────────────────────────

    def feed(self, at: int, pcm: bytes) -> None:
        """Audio of the caller whose first sample is at call clock `at`; what was fed before is left out."""
        with self._lock:
            at, pcm = self._ring.add(at, pcm)
            if not pcm:
                return
            if self._held_from is None:
                self._give(at, pcm)
                self._cut_in_silence()
            elif self._ring.end - self._held_from > HOLD:
                self._go_on()
        self._pass_on()

    def flush(self) -> None:
        """Have the turn's words told as they are now; always answered, unless a turn begins before. Audio is held
        back from now on, until `resume`, `begin`, or it is too long for a dip in speech."""
        with self._lock:
            if self._held_from is None:
                self._held_from = self._ring.end
            self._ask(_Kind.PEEK)
        self._pass_on()

    def peek(self) -> None:
        """Have the turn's words told as they are now, of a caller who goes on speaking; answered like a flush."""
        with self._lock:
            if self._held_from is None:
                self._held_from = self._ring.end
            self._ask(_Kind.PEEK, cut=True)
            self._go_back()
        self._pass_on()

    def resume(self) -> None:
        """The caller's voice begins, or goes on."""
        with self._lock:
            self._near_voice()
            self._voiced = True
            if self._held_from is not None:
                self._go_back()
            self._silent_from = None
        self._pass_on()

    def amend(self, at: int, pcm: bytes) -> None:
        """From call clock `at` on it was this what the caller said; a voice begins with it. What the recogniser has
        heard of it, it hears once more."""
        with self._lock:
            self._ring.amend(at, pcm)
            self._near_voice()
            if self._held_from is None:
                self._held_from = self._ring.end
            self._go_back()
        self._pass_on()

    def begin(self, turn: int) -> None:
        """What is fed from now on, and what is held back, belongs to `turn`; of what was said before nothing is told
        any more."""
        with self._lock:
            if self._given:
                self._ask(_Kind.DROP)
            self._era += 1
            self._turn, self._joined, self._said = turn, JoinedWords(), ("", 0)
            self._anew(self._ring.end if self._held_from is None else self._held_from)
            if self._held_from is not None:
                self._go_on()
            self._silent_from = None
        self._pass_on()

    def between(self, start: int, end: int) -> bytes:
        """The caller's audio from call clock `start` to `end`, as far as it is kept: at most the last 10 s."""
        with self._lock:
            return self._ring.between(start, end)

    def settle(self, within: float) -> bool:
        """Wait until the recogniser has told all (`Recogniser.settle`)."""
        return self._recogniser.settle(within)

    def close(self) -> None:
        """Nothing is told after what is being told now."""
        self._recogniser.close()

    # ── under the lock ────────────────────────────────────────────────────────────────────────────

    def _give(self, at: int, pcm: bytes) -> None:
        self._given = True
        self._orders.append(lambda: self._recogniser.feed(at, pcm))

    def _ask(self, kind: _Kind, cut: bool = False) -> None:
        self._asks.append(_Ask(kind, self._era, cut))
        orders = {
            _Kind.PEEK: self._recogniser.peek,
            _Kind.CUT: self._recogniser.flush,
            _Kind.DROP: self._recogniser.drop,
        }
        self._orders.append(orders[kind])

    def _near_voice(self) -> None:
        """A voice begins: what was long before belongs to no word of it."""
        if not self._voiced and not self._joined.open:
            self._stretch = max(self._stretch, self._ring.end - ONSET)

    def _anew(self, at: int) -> None:
        """Another stretch begins at `at`."""
        self._stretch, self._given, self._voiced = at, False, False

    def _go_on(self) -> None:
        """It was a pause: give what was held back."""
        assert self._held_from is not None
        held, self._held_from = self._held_from, None
        self._silent_from = held
        if held - self._stretch > LONG:
            self._cut(held)
        for at, pcm in self._ring.since(held):
            self._give(at, pcm)

    def _cut_in_silence(self) -> None:
        if self._silent_from is not None and self._ring.end - self._silent_from > SILENCE:
            self._silent_from = None
            self._cut(self._ring.end)

    def _cut(self, at: int) -> None:
        if self._given:
            self._ask(_Kind.CUT)
        self._anew(at)

    def _go_back(self) -> None:
        """It was a dip: give the stretch once more, and what was held back."""
        assert self._held_from is not None
        held = self._held_from
        if not self._given or held - self._stretch > FURTHEST:
            self._go_on()
            return
        self._held_from = None
        self._joined.again(held)
        self._ask(_Kind.DROP)
        for at, pcm in self._ring.since(self._stretch):
            self._give(at, pcm)

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
                order = self._orders.popleft()
            order()

    # ── the recogniser's thread ───────────────────────────────────────────────────────────────────

    def _take(self, result: Recognised) -> None:
        with self._lock:
            news = self._learn(result)
        if news is not None:
            self._on_heard(news)

    def _learn(self, result: Recognised) -> Transcript | RecogniserFailed | None:
        current = not self._asks or self._asks[0].era == self._era
        match result:
            case RecogniserFailed():
                if current and not self._redone():
                    self._joined.give_up(result.at)
                    self._stretch = max(self._stretch, result.at)
                return result
            case Partial(asked=asked):
                if current:
                    self._joined.believe(result)
                if asked:
                    ask = self._asks.popleft()
                    return self._told(result.at, flushed=True, cut=ask.cut) if current else None
            case Final(flushed=False):
                if current and not self._redone():
                    self._joined.settle(result)
                    self._stretch = max(self._stretch, result.at)
            case Final():
                if self._asks.popleft().kind is _Kind.CUT and current:
                    self._joined.settle(result)
        return self._news(result.at) if current else None

    def _redone(self) -> bool:
        """Whether the audio of a result that comes now is given once more."""
        return next((ask.kind is _Kind.DROP for ask in self._asks if ask.kind is not _Kind.PEEK), False)

    def _news(self, at: int) -> Transcript | None:
        return self._told(at) if (self._joined.text, self._joined.stable) != self._said else None

    def _told(self, at: int, flushed: bool = False, cut: bool = False) -> Transcript:
        text = self._joined.text
        stable = len(text.split()) if flushed else self._joined.stable
        self._said = (text, stable)
        return Transcript(self._turn, text, stable, at, flushed, cut, self._joined.words)
