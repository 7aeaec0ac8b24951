"""One call while it lasts: ledger, clock, digits, watch and state, behind one short lock.

::

    port (clock thread) ──► heard() ──► echo ──► link, VAD   fill() ◄── reflex ◄── ledger ◄── Say (reader thread)
    SIP (owner thread) ──► acked, media, digit, gone, look   control() ◄── Pause, Drop, HangUp (reader thread)

It knows no pjsua2: what it asks of SIP goes to a `Leg`, which posts it to the thread that owns the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec
import structlog

from telephony.audio import SAMPLE_RATE
from telephony.call import state
from telephony.call.dtmf import DigitGate, Method
from telephony.call.duplex import Duplex
from telephony.call.state import Effect, Event, State
from telephony.call.watch import Due, MediaWatch
from telephony.config import Limits
from telephony.media.delay import outbound_filters
from telephony.media.echo import Filter
from telephony.media.inbound import CallerFrame
from telephony.message import Message
from telephony.messages import (
    CHECKPOINT_LIMIT,
    REWIND_LIMIT,
    CancelTransfer,
    Checkpoint,
    Digit,
    Drop,
    Ended,
    EndedBy,
    Finished,
    HangUp,
    Held,
    MediaBack,
    MediaLost,
    OngoingCall,
    Pause,
    Restore,
    Say,
    SendDigits,
    Started,
    Transfer,
    TransferFailed,
)
from telephony.transfers import Failure

TAIL_SAMPLES = SAMPLE_RATE * 3 // 10  # the peer's jitter buffer still holds the last words when we have sent them
NEVER_SAID_SAMPLES = SAMPLE_RATE * 5  # a HangUp after a generation that never comes

log = structlog.get_logger()
CallMessage = Pause | Restore | Drop | SendDigits | HangUp | Transfer | CancelTransfer | Checkpoint


class Leg(Protocol):
    """The SIP side of a call. Every method may be called from any thread and returns at once."""

    def hang_up(self, status: int, reason: str) -> None: ...
    def send_digits(self, digits: str) -> None: ...
    def probe(self) -> None: ...
    def transfer(self, order: Transfer) -> None: ...
    def cancel_transfer(self) -> None: ...


class LiveCall:
    """A call from its answer on, or, where it has an order, from our INVITE on. `emit` takes messages for the agent,
    `hear` the caller's frames; neither waits."""

    def __init__(
        self,
        facts: OngoingCall,
        leg: Leg,
        *,
        shelf: Mapping[str, bytes],
        limits: Limits,
        emit: Callable[[Message], None],
        hear: Callable[[str, CallerFrame], None],
        make_filter: Callable[[int], Filter],
    ) -> None:
        self.facts = facts
        self.sound = Duplex(facts.call, shelf, make_filter)
        self.clock = self.sound.clock
        self.state = State.RINGING if facts.order else State.ANSWERED
        self._leg = leg
        self._limits = limits
        self._emit = emit
        self._hear = hear
        self._lock = self.sound.lock
        self._ledger = self.sound.ledger
        self._digits = DigitGate()
        self._watch: MediaWatch | None = None
        self._checkpoint = b""
        self._held = False
        self.music: int | None = None  # at the caller's end, since when
        self.transferring = False
        self._by = EndedBy.CALLER
        self._last_words = 0  # hang up after this generation
        self._hang_up_at: int | None = None

    # ── the clock thread ───────────────────────────────────────────────────────────────────────────

    def heard(self, pcm: bytes, holes: int, waited: int | None = None, played: int | None = None) -> None:
        """One bridge tick of the caller's sound; see `InboundClock.tick`."""
        frame = self.sound.heard(pcm, holes, waited, played)
        if frame is not None:
            self._hear(self.facts.call, frame)

    def fill(self) -> bytes:
        """The bot's frame for this bridge tick."""
        frame, events = self.sound.fill()
        if events:
            self._tell(events)
        return frame

    # ── the SIP thread ─────────────────────────────────────────────────────────────────────────────

    @property
    def ongoing(self) -> OngoingCall:
        """The call as an agent is told of it."""
        return msgspec.structs.replace(
            self.facts,
            at=self.clock.at,
            held=self._held,
            checkpoint=self._checkpoint,
            music=self.music,
            transferring=self.transferring,
        )

    @property
    def held(self) -> bool:
        """By the peer."""
        return self._held

    @property
    def up(self) -> bool:
        """Answered, acknowledged and not over."""
        return self.state in {State.UP, State.HELD, State.CLOSING}

    @property
    def talking(self) -> bool:
        """Not about to end."""
        return self.state in {State.RINGING, State.ANSWERED, State.UP, State.HELD}

    def acked(self, now: float, codec: str) -> None:
        """The ACK came, or was sent."""
        if self.state in {State.RINGING, State.ANSWERED}:
            self.facts = msgspec.structs.replace(self.facts, codec=codec)
            self.clock.codec(codec)
            self._ledger.delay = outbound_filters(codec)
            self._watch = MediaWatch(self._limits, now)
            self._step(Event.ACKED)
            if self._held:
                self._held = False
                self.media(held=True)

    def media(self, held: bool) -> None:
        """Media was negotiated (again)."""
        changed, self._held = held is not self._held, held
        if changed:
            self._step(Event.PEER_HELD if held else Event.PEER_RESUMED)

    def digit(self, method: Method, digit: str, key: int) -> None:
        """A digit was signalled."""
        pressed = self._digits.press(method, digit, key, self.clock.at)
        if pressed is not None and self.up:
            self._emit(Digit(self.facts.call, pressed, self.clock.at))

    def probe_answered(self, status: int) -> None:
        if self._watch is not None:
            self._watch.probe_answered(status)

    def look(self, now: float, packets: int) -> None:
        """Called a few times a second with the running count of RTP packets received."""
        if self._watch is None or not self.up:
            return
        for due in self._watch.look(now, packets, held=self._held):
            self._act(due, self._watch)

    def hang_up_if_due(self) -> None:
        """Called every few ms: end the call once its last words are out."""
        if self._hang_up_at is not None and self.clock.at >= self._hang_up_at and not self._held:
            self._hang_up_at = None
            self.end(EndedBy.BOT, 200, "Goodbye")

    def end(self, by: EndedBy, status: int, reason: str) -> None:
        """Ask the peer to end the call. The first to ask is who ended it."""
        if self.state not in {State.GIVEN_UP, State.CLOSING, State.OVER}:
            self._by = by
            self._step(Event.END, status, reason)

    def gone(self, status: int, reason: str) -> None:
        """The SIP session is over."""
        with self._lock:
            events = self._ledger.finish(self.clock.at)
        self._tell(events)
        self._step(Event.GONE, status, reason)

    # ── the agent ──────────────────────────────────────────────────────────────────────────────────

    def say(self, piece: Say) -> None:
        with self._lock:
            events = self._ledger.say(piece, self.clock.at)
            if piece.generation == self._last_words == self._ledger.speaking:
                self._hang_up_at = None  # they came after all: wait for their end
        self._tell(events)

    def control(self, message: CallMessage) -> None:
        """One message of the agent about this call."""
        match message:
            case Pause(generation=generation):
                with self._lock:
                    events = self._ledger.pause(generation)
                self._tell(events)
            case Restore(generation=generation, rewind=rewind):
                self.sound.restore(generation, min(rewind, REWIND_LIMIT))
            case Drop(upto=upto):
                with self._lock:
                    events = self._ledger.drop(upto, self.clock.at)
                self._tell(events)
            case SendDigits(digits=digits):
                self._leg.send_digits(digits)
            case HangUp(after=after):
                self._hang_up_after(after)
            case Transfer():
                self._transfer(message)
            case CancelTransfer():
                self._leg.cancel_transfer()
            case Checkpoint(state=kept):
                self._keep(kept)

    def attach(self, epoch: int) -> None:
        """A new agent speaks from now on."""
        with self._lock:
            events = self._ledger.attach(epoch, self.clock.at)
        self._tell(events)

    def stand_by(self, apology: bytes, hold: bytes) -> None:
        """The agent is gone or silent: speak for it."""
        if self.state not in {State.UP, State.HELD} or self._ledger.on_standby or self._hang_up_at is not None:
            return
        self._last_words = 0
        with self._lock:
            events = self._ledger.standby(apology, hold, self.clock.at)
        self._tell(events)

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, checkpoint: bytes) -> None:
        if len(checkpoint) <= CHECKPOINT_LIMIT:
            self._checkpoint = checkpoint
        else:
            log.warning("checkpoint is too large and not kept", call=self.facts.call, size=len(checkpoint))

    def _transfer(self, order: Transfer) -> None:
        if self.transferring or not self.talking:
            log.warning("transfer ignored", call=self.facts.call, state=self.state.value, under_way=self.transferring)
            if not self.transferring:
                self._emit(TransferFailed(self.facts.call, 0, Failure.CALLER_GONE, gone=True, at=self.clock.at))
            return
        self.transferring = True
        self._leg.transfer(order)

    def _hang_up_after(self, generation: int) -> None:
        with self._lock:
            over = generation == 0 or self._ledger.is_over(generation)
            known = self._ledger.speaking == generation
            self._last_words = generation
        if generation == 0:
            self.end(EndedBy.BOT, 200, "Goodbye")
        elif over:
            self._hang_up_at = self.clock.at + TAIL_SAMPLES
        elif not known:
            self._hang_up_at = self.clock.at + NEVER_SAID_SAMPLES

    def _tell(self, events: list[Message]) -> None:
        for event in events:
            self._emit(event)
            if isinstance(event, Ended) and event.generation == self._last_words:
                self._hang_up_at = self.clock.at + TAIL_SAMPLES

    def _act(self, due: Due, watch: MediaWatch) -> None:
        call, at = self.facts.call, self.clock.at
        match due:
            case Due.LOST:
                self._emit(MediaLost(call, at))
            case Due.BACK:
                self._emit(MediaBack(call, at))
            case Due.PROBE:
                log.warning("no media: asking the peer in the dialog", call=call)
                self._leg.probe()
            case Due.DEAD:
                self.end(EndedBy.NO_MEDIA, 200, watch.why_dead)
            case Due.TOO_LONG:
                self.end(EndedBy.TOO_LONG, 200, "Call time is over")

    def _step(self, event: Event, status: int = 0, reason: str = "") -> None:
        old = self.state
        self.state, effects = state.answer(old, event)
        if self.state is not old:
            log.info("call state", call=self.facts.call, state=self.state.value, on=event.value, reason=reason)
        for effect in effects:
            self._do(effect, status, reason)

    def _do(self, effect: Effect, status: int, reason: str) -> None:
        call = self.facts.call
        match effect:
            case Effect.START:
                self.clock.start()
                self._emit(Started(self.ongoing))
            case Effect.TELL_HELD | Effect.TELL_RESUMED:
                self._emit(Held(call, on=effect is Effect.TELL_HELD, at=self.clock.at))
            case Effect.SEND_BYE:
                self._leg.hang_up(status, reason)
            case Effect.FINISH:
                self.clock.stop()
                self._emit(Finished(call, by=self._by, status=status, reason=reason, at=self.clock.at))
