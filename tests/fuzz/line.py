"""The real line without SIP and without threads: switchboard, call and ledger, a frame every 20 ms of virtual time.

What the peer does, and what SIP would do on the call's behalf, is done by whoever holds this.
"""

from __future__ import annotations

import msgspec

from telephony.call.dtmf import Method
from telephony.call.live import LiveCall
from telephony.call.switchboard import Switchboard
from telephony.config import Limits
from telephony.message import Message
from telephony.messages import (
    Checkpoint,
    Ended,
    FromLine,
    Music,
    OngoingCall,
    Say,
    SpeechBegan,
    SpeechEnded,
    Tone,
    ToneKind,
    Transfer,
    TransferFailed,
)
from telephony.transfers import Failure
from tests.fuzz.cable import Cable
from tests.fuzz.history import History
from tests.fuzz.listener import Listener
from tests.fuzz.virtual_loop import VirtualLoop

FRAME_S = 0.02
BYE_S = 0.05  # until the peer has answered our BYE
LOOKS = 10  # frames between two looks of the line at its calls
ONSET = 1_600  # samples by which a voice is known late
OFFSET = 640
MUSIC = 64_000  # by which music is known late
MURMUR = "murmur-"  # how the ids of sounds begin that are no reply


class NoFilter:
    """An echo canceller's filter where there is no echo."""

    def process(self, near: bytes, far: bytes) -> bytes:
        return near

    def reset(self) -> None:
        """There is nothing to forget."""


class TelephoneLine:
    """A line with at most one call. It is the call's `Leg`: the peer agrees to every BYE."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.board = Switchboard(0)
        self.listener = Listener()
        self.history = History(self.listener)
        self.call: LiveCall | None = None
        self.voice = False
        self.media = True  # RTP comes
        self.calls = 0
        self._loop = loop
        self._cable: Cable | None = None  # of the agent that is attached
        self._delays = (0.0, 0.0, 0.0, 0.0)
        self._given = b""  # the ledger's latest frame
        self._packets = 0
        self._ticks = 0

    # ── the peer ───────────────────────────────────────────────────────────────────────────────────

    def rings(self) -> None:
        """A call, answered and acknowledged."""
        self.calls += 1
        self.voice, self.media = False, True
        self.listener.begin()
        self.history.begin()
        name = f"call-{self.calls}"
        facts = OngoingCall(name, 0, "loopback", "+15550100", "100", "default", "", 0)
        call = LiveCall(
            facts, self, shelf=self.board.shelf, limits=Limits(), emit=self.board.emit, hear=self.board.hear,
            make_filter=lambda tail: NoFilter(),
        )  # fmt: skip
        self._listen_in(call)
        self.call = call
        self.board.add(call)
        call.acked(self._loop.time(), "PCMU/8000")
        self._loop.call_later(FRAME_S, self._tick, call, self._loop.time() + FRAME_S)

    def ends(self, status: int = 200, reason: str = "") -> None:
        """The SIP session is over."""
        call, self.call = self.call, None
        if call is not None:
            call.gone(status, reason)
            self.board.remove(call.facts.call)

    def voice_begins(self) -> None:
        if self.call is not None and not self.voice:
            self.voice = True
            at = self.call.clock.at
            self.call.sound.noticed(stirring=True, voice=True)
            self.board.emit(SpeechBegan(self.call.facts.call, max(0, at - ONSET)))

    def voice_ends(self) -> None:
        if self.call is not None and self.voice:
            self.voice = False
            at = self.call.clock.at
            self.board.emit(SpeechEnded(self.call.facts.call, max(0, at - OFFSET), at))

    def tone(self, kind: ToneKind) -> None:
        """A machine's, at the caller's end."""
        if self.call is not None:
            self.board.emit(Tone(self.call.facts.call, kind, self.call.clock.at))

    def music(self, on: bool) -> None:
        """Music at the caller's end is noticed, or is over."""
        if self.call is not None and on is (self.call.music is None):
            at = self.call.clock.at
            self.board.emit(Music(self.call.facts.call, on, max(0, at - MUSIC) if on else self.call.music or 0, at))

    def key(self, digit: str) -> None:
        if self.call is not None:
            self.call.digit(Method.RFC4733, digit, self._ticks)

    def held(self, on: bool) -> None:
        if self.call is not None:
            self.call.media(held=on)

    # ── the leg ────────────────────────────────────────────────────────────────────────────────────

    def hang_up(self, status: int, reason: str) -> None:
        self._loop.call_later(BYE_S, self._bye_answered, self.call, reason)

    def send_digits(self, digits: str) -> None:
        """Nobody listens to keys."""

    def probe(self) -> None:
        """Nobody answers."""

    def transfer(self, order: Transfer) -> None:
        """The line has no slot for it."""
        if self.call is not None:
            self.board.emit(TransferFailed(order.call, 0, Failure.NO_SLOT, gone=False, at=self.call.clock.at))

    def cancel_transfer(self) -> None:
        """There is never one under way."""

    def _bye_answered(self, call: LiveCall | None, reason: str) -> None:
        if call is self.call:
            self.ends(200, reason)

    # ── the agent ──────────────────────────────────────────────────────────────────────────────────

    def attach(self) -> Cable:
        """An agent connects; it takes over from one that is attached."""
        cable = self._cable = Cable(self._loop, self)
        cable.late(*self._delays)
        self.listener.attached(self.board.attach(cable))
        return cable

    def late(self, *delays: float) -> None:
        """See `Cable.late`."""
        self._delays = (delays[0], delays[1], delays[2], delays[3])
        if self._cable is not None:
            self._cable.late(*self._delays)

    def lets_go(self, cable: Cable) -> None:
        """An agent's socket is at its end."""
        self.board.detach(cable)

    def take_control(self, cable: Cable, message: Message) -> None:
        """A control message arrives; one of an agent that was replaced is nobody's."""
        if cable is not self._cable:
            return
        if getattr(message, "call", self._name) == self._name:
            self.listener.told(message)
            if isinstance(message, Checkpoint):
                self.history.kept(message)
        self.board.control(message)

    def take_audio(self, message: Message) -> None:
        """A message of an audio socket arrives, of an agent that may be dead by now."""
        if not isinstance(message, Say) or message.call != self._name:
            self.board.audio(message)
            return
        shelf = self.board.shelf
        pcm = shelf.get(message.stock, b"") if message.stock else message.pcm
        dyed = self.listener.dye(message.epoch, message.generation, pcm, reply=not message.stock.startswith(MURMUR))
        if message.stock in shelf:
            shelf["dyed"] = dyed
            self.board.audio(msgspec.structs.replace(message, stock="dyed"))
        else:
            self.board.audio(msgspec.structs.replace(message, pcm=dyed))

    def delivered(self, epoch: int, message: FromLine) -> None:
        """The agent of `epoch` is told something."""
        if isinstance(message, Ended) and message.epoch == epoch and message.call == self._name:
            self.history.ended(message)

    def forgets(self, epoch: int) -> None:
        """The agent of `epoch` is no more."""
        self.history.forget(epoch)

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def _name(self) -> str:
        return f"call-{self.calls}"

    def _listen_in(self, call: LiveCall) -> None:
        """Keep what the ledger gives, before it is faded and made quieter."""
        ledger = call.sound.ledger
        fill = ledger.fill

        def given(at: int) -> tuple[bytes, list[Message]]:
            self._given, events = fill(at)
            return self._given, events

        ledger.fill = given

    def _tick(self, call: LiveCall, at: float) -> None:
        if call is not self.call:
            return
        self._ticks += 1
        self._loop.call_at(at + FRAME_S, self._tick, call, at + FRAME_S)
        sent = call.fill()
        self.listener.frame(self._given, sent)
        call.heard(b"", 0)
        call.hang_up_if_due()
        if self._ticks % LOOKS == 0:
            self._packets += self.media
            call.look(self._loop.time(), self._packets)
            self.board.stand_by()
