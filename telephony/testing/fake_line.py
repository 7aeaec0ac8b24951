"""A line process without telephony: its two sockets, and a caller that a test moves by hand.

What the agent says is "played" at once: Began, Played and Ended come as soon as a generation is complete, or, with
`slow`, only Began, until a Drop or `finish_playing`. A transfer goes as `outcomes` has it, at once, or, with `slow`,
rings until a CancelTransfer or `finish_transfer`. A call that is ordered is answered at once, or not as `unreached` has
it. Everything that arrives is kept for the test to look at.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from telephony.audio import FRAME_BYTES, SAMPLE_RATE, samples
from telephony.channel import Channel, line_side, socket_paths
from telephony.errors import BadMessage, ChannelError
from telephony.message import Message
from telephony.messages import (
    Alive,
    Attach,
    Attached,
    Began,
    CancelTransfer,
    Drop,
    Ended,
    EndedBy,
    Finished,
    FromAgent,
    HangUp,
    Heard,
    OngoingCall,
    Pause,
    Paused,
    Played,
    Say,
    Speaking,
    SpeechBegan,
    SpeechEnded,
    Started,
    Stock,
    Transfer,
    TransferFailed,
    Transferred,
    TransferRinging,
    Why,
)
from telephony.orders import NotReached, Place, Unreached
from telephony.transfers import Failure

KNOWN_AFTER = samples(0.04)  # of quiet a voice is known to have ended


@dataclass(frozen=True)
class Outcome:
    """How a transfer ends: a success, or a failure, after which the caller is with the bot, or lost (`gone`). With
    `waits` it rings until it is cancelled or finished."""

    failure: Failure | None = None
    status: int = 200
    gone: bool = False
    rings: bool = True
    waits: bool = False


class FakeLine:
    """Listens in `run_dir` from `start` to `close`; one agent at a time."""

    def __init__(self, run_dir: Path, line: int = 0) -> None:
        self.line = line
        self.epoch = 0
        self.slow = False
        self.stock: dict[str, bytes] = {}
        self.controls: list[Message] = []
        self.says: list[Say] = []
        self.ongoing: dict[str, OngoingCall] = {}
        self.outcomes: list[Outcome] = []  # of the next transfers; without one, it succeeds
        self.unreached: list[Unreached] = []  # of the next orders; without one, somebody answers
        self._transferring: set[str] = set()
        self._paths = socket_paths(run_dir, line)
        self._zero = time.monotonic()
        self._changed = threading.Condition()
        self._control: Channel[FromAgent] | None = None
        self._audio: Channel[FromAgent] | None = None
        self._samples: dict[tuple[str, int], int] = {}
        self._floor: dict[str, int] = {}
        self._servers: list[socket.socket] = []

    def start(self) -> FakeLine:
        """Listen."""
        for path, serve in zip(self._paths, (self._serve_control, self._serve_audio), strict=True):
            path.unlink(missing_ok=True)
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.bind(str(path))
            server.listen()
            self._servers.append(server)
            threading.Thread(target=self._accept, args=(server, serve), daemon=True).start()
        return self

    def close(self) -> None:
        """As if the process had died."""
        for server in self._servers:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for channel in (self._control, self._audio):
            if channel is not None:
                channel.close()

    # ── the caller ─────────────────────────────────────────────────────────────────────────────────

    @property
    def now(self) -> int:
        """The clock that all calls here share."""
        return round((time.monotonic() - self._zero) * SAMPLE_RATE)

    def ring(
        self, call: str = "call-1", dialplan: str = "default", checkpoint: bytes = b"", order: str = ""
    ) -> OngoingCall:
        """A caller calls and is put through, or, with an order, was called and has answered."""
        ongoing = OngoingCall(
            call, self.line, "loopback", "+15550100", "100", dialplan, "PCMU/8000", self.now,
            checkpoint=checkpoint, order=order,
        )  # fmt: skip
        self.ongoing[call] = ongoing
        if self._control is not None:
            self.tell(Started(ongoing))
        return ongoing

    def speak(self, seconds: float = 0.6, call: str = "call-1") -> None:
        """The caller's voice, `seconds` long and over now; frames of it are sent too."""
        self.frame(call)
        time.sleep(KNOWN_AFTER / SAMPLE_RATE)  # sound goes by another socket, and is there before its news
        began = self.now - round(seconds * SAMPLE_RATE)
        self.tell(SpeechBegan(call, began))
        self.tell(SpeechEnded(call, self.now - KNOWN_AFTER, self.now))

    def frame(self, call: str = "call-1") -> None:
        """One frame of the caller."""
        assert self._audio is not None
        self._audio.send(Heard(call, self.now, bytes(FRAME_BYTES)))

    def stir(self, call: str, generation: int) -> None:
        """A noise of the caller's that is no voice: a generation that yields ends in its middle."""
        self.tell(Ended(call, self.epoch, generation, 0, Why.DROPPED, self.now))

    def hang_up(self, call: str = "call-1", by: EndedBy = EndedBy.CALLER) -> None:
        """The call is over."""
        self.ongoing.pop(call, None)
        if call in self._transferring:
            self._conclude(call, Outcome(Failure.CALLER_GONE, 0, gone=True))
        self.tell(Finished(call, by, 200, "", self.now))

    def finish_playing(self, call: str, generation: int) -> None:
        """With `slow`: all of the generation has been heard."""
        self._end(call, generation, self._samples.get((call, generation), 0), Why.PLAYED)

    def finish_transfer(self, call: str = "call-1") -> None:
        """With `slow`: the target has answered, or whatever `outcomes` has."""
        self._conclude(call, self.outcomes.pop(0) if self.outcomes else Outcome())

    def tell(self, message: Message) -> None:
        """Send a control message."""
        assert self._control is not None
        self._control.send(message)

    # ── what the test looks at ─────────────────────────────────────────────────────────────────────

    def wait(self, met: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Wait until something that arrived makes `met` true; blocking. False when the time is over."""
        deadline = time.monotonic() + seconds
        with self._changed:
            return self._changed.wait_for(met, max(0.0, deadline - time.monotonic()))

    def generations(self, call: str = "call-1") -> list[int]:
        """The generations that something was said of, in order."""
        return list(dict.fromkeys(say.generation for say in self.says if say.call == call))

    def stock_of(self, generation: int, call: str = "call-1") -> list[str]:
        """Ids of the stock audio in a generation."""
        return [say.stock for say in self.says if (say.call, say.generation) == (call, generation) and say.stock]

    def closed(self, generation: int, call: str = "call-1") -> bool:
        """Whether the generation's last piece has arrived."""
        return any(say.last for say in self.says if (say.call, say.generation) == (call, generation))

    def told(self, kind: type[Message]) -> list[Message]:
        """The control messages of a kind that have arrived."""
        return [message for message in self.controls if isinstance(message, kind)]

    # ── the sockets' threads ───────────────────────────────────────────────────────────────────────

    def _accept(self, server: socket.socket, serve: Callable[[Channel[FromAgent]], None]) -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line_side(peer),), daemon=True).start()

    def _serve_control(self, channel: Channel[FromAgent]) -> None:
        with contextlib.suppress(ChannelError):
            assert isinstance(channel.receive(), Attach)
            self.epoch += 1
            self._floor.clear()
            self._samples.clear()
            calls = (
                msgspec.structs.replace(call, transferring=name in self._transferring)
                for name, call in self.ongoing.items()
            )
            channel.send(Attached(self.epoch, self.line, tuple(calls)))
            self._control = channel
            while True:
                message = _next(channel)
                if isinstance(message, Alive):
                    continue
                with self._changed:  # whoever waits for a message sees it obeyed
                    self.controls.append(message)
                    self._obey(message)
                    self._changed.notify_all()

    def _obey(self, message: Message) -> None:
        if isinstance(message, Drop):
            self._floor[message.call] = max(message.upto, self._floor.get(message.call, 0))
            sent = self._samples.get((message.call, message.upto), 0)
            self._end(message.call, message.upto, sent // 2, Why.DROPPED)
        if isinstance(message, Pause) and (given := self._samples.get((message.call, message.generation))):
            self.tell(Paused(message.call, self.epoch, message.generation, given // 2))
        if isinstance(message, HangUp) and not self.slow:
            self.hang_up(message.call, EndedBy.BOT)
        if isinstance(message, Transfer):
            self._transfer(message)
        if isinstance(message, Place) and self.unreached:
            self.tell(NotReached(message.order, 0, self.unreached.pop(0)))
        elif isinstance(message, Place):
            self.ring(dialplan=message.dialplan, order=message.order)
        if isinstance(message, CancelTransfer) and message.call in self._transferring:
            del self.outcomes[:1]  # what would have come of it
            self._conclude(message.call, Outcome(Failure.CANCELLED, 0))

    def _transfer(self, order: Transfer) -> None:
        if order.call in self._transferring or order.call not in self.ongoing:
            return
        self._transferring.add(order.call)
        if not self.outcomes or self.outcomes[0].rings:
            self.tell(TransferRinging(order.call, self.now))
        if not self.slow and not (self.outcomes and self.outcomes[0].waits):
            self.finish_transfer(order.call)

    def _conclude(self, call: str, outcome: Outcome) -> None:
        self._transferring.discard(call)
        if outcome.failure is None:
            self.tell(Transferred(call, outcome.status, self.now))
            self.hang_up(call, EndedBy.TRANSFERRED)
            return
        self.tell(TransferFailed(call, outcome.status, outcome.failure, outcome.gone, self.now))
        if outcome.gone and outcome.failure is not Failure.CALLER_GONE:
            self.hang_up(call, EndedBy.FAILED)

    def _serve_audio(self, channel: Channel[FromAgent]) -> None:
        with contextlib.suppress(ChannelError):
            assert isinstance(channel.receive(), Speaking)
            self._audio = channel
            while True:
                message = _next(channel)
                if isinstance(message, Stock):
                    self.stock[message.id] = message.pcm
                if isinstance(message, Say):
                    self._say(message)

    def _say(self, say: Say) -> None:
        with self._changed:
            self.says.append(say)
            self._play(say)
            self._changed.notify_all()

    def _play(self, say: Say) -> None:
        key = (say.call, say.generation)
        if say.generation <= self._floor.get(say.call, 0) or say.epoch != self.epoch:
            return
        samples = len(self.stock.get(say.stock, say.pcm)) // 2
        if samples and not self._samples.get(key):
            self.tell(Began(say.call, say.epoch, say.generation, self.now))
        self._samples[key] = self._samples.get(key, 0) + samples
        if self.slow:
            return
        self.tell(Played(say.call, say.epoch, say.generation, say.piece, samples, self.now))
        if say.last:
            self._end(say.call, say.generation, self._samples[key], Why.PLAYED)

    def _end(self, call: str, generation: int, samples: int, why: Why) -> None:
        if (call, generation) in self._samples:
            del self._samples[(call, generation)]
            self.tell(Ended(call, self.epoch, generation, samples, why, self.now))


def _next(channel: Channel[FromAgent]) -> FromAgent:
    while True:
        try:
            return channel.receive()
        except BadMessage:
            continue
