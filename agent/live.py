"""Live events: what the agent process tells the supervisor while it works, one JSON object a line on a pipe.

They carry the caller's words, so they go to the terminal and to memory, never to a file.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Protocol

import msgspec

from agent.ledger.entry import Entry
from agent.ledger.stages import Stage
from agent.speak.standing import Standing
from telephony.messages import OngoingCall


class Live(msgspec.Struct, frozen=True, tag_field="type", tag=lambda name: name.lower()):
    """Base of all live events."""


class Loading(Live, frozen=True):
    """Start-up: `done` of `total` steps of `what` ("recogniser", "prompts", ...)."""

    what: str
    done: int
    total: int
    seconds: float = 0.0


class AgentReport(Live, frozen=True):
    """The agent's state, every second: also its heartbeat, sent by its event loop."""

    pid: int
    ready: bool
    lines: tuple[int, ...] = ()  # attached to
    calls: tuple[str, ...] = ()
    loop_lag_ms: float = 0.0  # worst since the last report
    loop_lag_p99_ms: float = 0.0  # since the agent was ready
    rss_mb: float = 0.0
    dialplans: tuple[str, ...] = ()
    strong: dict[str, Standing] = {}  # by dialplan, where it names a strong model that could be loaded


class DialplansRead(Live, frozen=True):
    """The dialplan files were read: the good ones, with when their versions began to answer (POSIX seconds), and every
    error of the others, whose version before goes on. `asked`: because an admin wanted it."""

    good: dict[str, float] = {}
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what of a good one has no effect yet
    asked: bool = False


class Fault(Live, frozen=True):
    """Something failed; `fatal` when the agent cannot start because of it."""

    text: str
    call: str = ""
    fatal: bool = False


class CallStarted(Live, frozen=True):
    """A call was answered, or taken up again when `resumed`; with `placed` the bot has called
    `caller`, who sees `called`."""

    call: str
    caller: str
    called: str
    trunk: str
    codec: str
    dialplan: str
    line: int
    resumed: bool = False
    placed: bool = False

    @classmethod
    def of(cls, call: OngoingCall) -> CallStarted:
        """As the line tells of it."""
        return cls(
            call.call, call.caller, call.called, call.trunk, call.codec, call.dialplan, call.line,
            resumed=bool(call.checkpoint), placed=bool(call.order),
        )  # fmt: skip


class CallerLine(Live, frozen=True):
    """What the caller says: the turn so far, or all of it when `final`. `at` is the call clock."""

    call: str
    at: int
    text: str
    final: bool = False


class BotLine(Live, frozen=True):
    """What the bot says: as far as it is made, or what was heard of it when `final`."""

    call: str
    at: int
    text: str
    final: bool = False
    interrupted: bool = False
    route: str = ""
    name: str = ""


class Waterfall(Live, frozen=True):
    """Where a turn's time went. `audible` is ms from the caller's last voiced sample to the bot's first sample;
    stages of a draft may begin before that, at negative ms."""

    call: str
    turn: int
    stages: tuple[Stage, ...]
    audible: float
    route: str = ""
    kind: str = ""  # agent.ledger.entry.Kind
    drafted: bool = False
    drafts: int = 0
    wasted: int = 0  # of the drafts


class Timed(Live, frozen=True):
    """A turn's reply is over: the turn as the latency ledger keeps it."""

    entry: Entry


class Starved(Live, frozen=True):
    """The line had nothing to play in the middle of something that the bot says."""

    call: str
    generation: int


class MessageTaken(Live, frozen=True):
    """A caller's message was saved as `path`."""

    call: str
    path: str


class CallEnded(Live, frozen=True):
    """The call is over."""

    call: str
    by: str
    status: int
    seconds: float


LiveEvent = (
    Loading
    | AgentReport
    | DialplansRead
    | Fault
    | CallStarted
    | CallerLine
    | BotLine
    | Waterfall
    | Timed
    | Starved
    | MessageTaken
    | CallEnded
)  # fmt: skip

Emit = Callable[[Live], None]


class Sink(Protocol):
    """Takes live events."""

    def emit(self, event: Live) -> None: ...


class PipeSink:
    """Writes events to an inherited file descriptor; thread-safe. A supervisor that is gone ends the process."""

    def __init__(self, fd: int, gone: Callable[[], None]) -> None:
        self._fd = fd
        self._gone = gone
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()

    def emit(self, event: Live) -> None:
        """Write one event as one line."""
        line = self._encoder.encode(event) + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._fd, line) :]
            except OSError:
                self._gone()


def decoder() -> msgspec.json.Decoder[LiveEvent]:
    """Reads what a PipeSink wrote, line by line."""
    return msgspec.json.Decoder(LiveEvent)
