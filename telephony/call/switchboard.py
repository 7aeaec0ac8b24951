"""The calls this line holds and the agent that speaks in them: who hears of what, and who speaks when nobody does.

The switchboard outlives agents. A new one gets a new epoch and the list of calls to take up; while there is none, or it
is silent, each call plays its dialplan's standby. Emitting and attaching share one short lock, so that an agent
learns of a call either from `Attached` or from `Started`, never from both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Protocol

import structlog

from telephony.call.live import CallMessage, LiveCall
from telephony.media.inbound import CallerFrame
from telephony.message import Message
from telephony.messages import (
    Attached,
    CancelTransfer,
    Checkpoint,
    Drop,
    EndedBy,
    Finished,
    HangUp,
    Heard,
    Music,
    Pause,
    Restore,
    Say,
    SendDigits,
    Standby,
    Started,
    Stock,
    Transfer,
    TransferFailed,
    Transferred,
)
from telephony.orders import Place

SHELF_LIMIT = 512 * 1024 * 1024  # bytes of stock audio; an hour and a half is 180 MB

log = structlog.get_logger()


class AgentState(StrEnum):
    """As `LineReport.agent` has it."""

    ATTACHED = "attached"
    SILENT = "silent"
    GONE = "gone"


class Agent(Protocol):
    """Where messages for the attached agent go; neither method waits."""

    def tell(self, message: Message) -> None: ...
    def hear(self, frame: Heard) -> None: ...


class Switchboard:
    """All calls of this line process. Thread-safe."""

    def __init__(self, line: int) -> None:
        self.shelf: dict[str, bytes] = {}
        self.agent_state = AgentState.GONE
        self.ever_attached = False
        self.placer: Callable[[Place], None] | None = None  # places calls that the agent orders
        self._line = line
        self._lock = threading.Lock()
        self._calls: dict[str, LiveCall] = {}
        self._announced: set[str] = set()
        self._standbys: dict[str, Standby] = {}
        self._agent: Agent | None = None
        self._epoch = 0
        self._shelved = 0

    # ── calls ──────────────────────────────────────────────────────────────────────────────────────

    def add(self, call: LiveCall) -> None:
        """A call was answered."""
        with self._lock:
            self._calls[call.facts.call] = call
            epoch = self._epoch
        call.attach(epoch)

    def remove(self, call: str) -> None:
        with self._lock:
            self._calls.pop(call, None)
            self._announced.discard(call)

    @property
    def calls(self) -> tuple[LiveCall, ...]:
        return tuple(self._calls.values())

    @property
    def has_agent(self) -> bool:
        """Whether one is attached, though it may be silent."""
        return self.agent_state is not AgentState.GONE

    @property
    def conversations(self) -> int:
        """Calls that are not about to end, or that we place."""
        return sum(1 for call in self.calls if call.talking)

    def end_all(self, by: EndedBy, reason: str) -> None:
        for call in self.calls:
            call.end(by, 200, reason)

    # ── towards the agent ──────────────────────────────────────────────────────────────────────────

    def emit(self, message: Message) -> None:
        """Tell the attached agent, if there is one."""
        with self._lock:
            if isinstance(message, Started):
                self._announced.add(message.call.call)
            elif isinstance(message, Finished):
                self._announced.discard(message.call)
            elif isinstance(message, Music) and message.call in self._calls:
                self._calls[message.call].music = message.since if message.on else None
            elif isinstance(message, Transferred | TransferFailed) and message.call in self._calls:
                self._calls[message.call].transferring = False
            agent = self._agent
            if agent is not None:
                agent.tell(message)

    def hear(self, call: str, frame: CallerFrame) -> None:
        """Pass one frame of the caller on."""
        agent = self._agent
        if agent is not None:
            heard = Heard(
                call, frame.at, frame.pcm, frame.concealed, echo=frame.echo, erle_db=frame.erle_db, onset=frame.onset
            )
            agent.hear(heard)

    # ── the agent comes and goes ───────────────────────────────────────────────────────────────────

    def attach(self, agent: Agent) -> int:
        """Give `agent` the next epoch and the calls, as its first message. Returns the epoch."""
        with self._lock:
            self._epoch += 1
            epoch = self._epoch
            calls = tuple(self._calls[name].ongoing for name in sorted(self._announced) if name in self._calls)
            self._agent = agent
            self.agent_state = AgentState.ATTACHED
            self.ever_attached = True
            agent.tell(Attached(epoch=epoch, line=self._line, calls=calls))
        for call in self.calls:
            call.attach(epoch)
        self.stand_by()
        return epoch

    def detach(self, agent: Agent) -> None:
        """The agent's socket is at its end. One that was replaced already is ignored."""
        with self._lock:
            if self._agent is not agent:
                return
            self._agent = None
            self.agent_state = AgentState.GONE
        log.warning("agent is gone", epoch=self._epoch, calls=len(self._announced))
        self.stand_by()

    def silent(self, silent: bool) -> None:
        """The watchdog's view of the attached agent."""
        if self.agent_state is AgentState.GONE or silent is (self.agent_state is AgentState.SILENT):
            return
        self.agent_state = AgentState.SILENT if silent else AgentState.ATTACHED
        log.warning("agent is silent" if silent else "agent is alive again", epoch=self._epoch)
        self.stand_by()

    def stand_by(self) -> None:
        """Where the agent can't speak, speak for it. Called on every change and a few times a second."""
        if self.agent_state is AgentState.ATTACHED or not self._standbys:
            return
        for call in self.calls:
            plan = self._standbys.get(call.facts.dialplan) or next(iter(self._standbys.values()))
            call.stand_by(self.shelf.get(plan.apology, b""), self.shelf.get(plan.hold, b""))

    # ── from the agent ─────────────────────────────────────────────────────────────────────────────

    def control(self, message: Message) -> None:
        """One message of the attached agent's control socket."""
        match message:
            case Standby():
                self._standbys[message.dialplan] = message
            case Pause() | Restore() | Drop() | SendDigits() | HangUp() | Transfer() | CancelTransfer() | Checkpoint():
                self._to_call(message)
            case Place() if self.placer is not None:
                self.placer(message)
            case _:
                log.warning("unexpected message on the control socket", message=type(message).__name__)

    def audio(self, message: Message) -> None:
        """One message of the attached agent's audio socket."""
        match message:
            case Stock(id=name, pcm=pcm):
                self._shelve(name, pcm)
            case Say():
                self.silent(False)  # who speaks is alive
                call = self._calls.get(message.call)
                if message.stock and message.stock not in self.shelf:
                    log.error("unknown stock audio is played as nothing", call=message.call, stock=message.stock)
                if call is not None:
                    call.say(message)
            case _:
                log.warning("unexpected message on the audio socket", message=type(message).__name__)

    def stock_of(self, call: str, names: Iterable[str]) -> list[bytes]:
        """The stock audio of these ids, as far as it is there."""
        names = list(names)
        for name in names:
            if name not in self.shelf:
                log.error("unknown stock audio is played as nothing", call=call, stock=name)
        return [self.shelf.get(name, b"") for name in names]

    def _to_call(self, message: CallMessage) -> None:
        call = self._calls.get(message.call)
        if call is not None:  # else it ended while the message was under way
            call.control(message)

    def _shelve(self, name: str, pcm: bytes) -> None:
        if name in self.shelf:
            return
        if self._shelved + len(pcm) > SHELF_LIMIT:
            log.error("the shelf of stock audio is full", stock=name, limit=SHELF_LIMIT)
            return
        self._shelved += len(pcm)
        self.shelf[name] = pcm[: len(pcm) & ~1]
