"""The SIP stack of one line process, and the one thread that owns it.

::

    run(): libHandleEvents ─► callbacks          do(f): from any thread, run by the owner within 10 ms
           commands  ─► f()
           calls     ─► last words, watch, standby

The stack runs with no worker threads of its own but pjmedia's clock and RTP threads, which never take Python's lock
outside `CallPort`. Errors of pjsua2 leave this room as `SipError`.
"""

from __future__ import annotations

import gc
import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pjsua2 as pj
import structlog

from telephony.call.admission import Admission, Admitted, Room
from telephony.call.slots import room_for_call, room_for_leg, room_for_order
from telephony.call.switchboard import Switchboard
from telephony.config import LineConfig
from telephony.errors import SipError
from telephony.line.account import LineAccount
from telephony.line.call import LineCall
from telephony.line.consultation import Consultation
from telephony.line.gate import Gate
from telephony.line.native import (
    Request,
    RequestFilter,
    Response,
    hush,
    set_transaction_timeout,
    slots_taken,
    stay_on_udp,
)
from telephony.line.placing import Placing
from telephony.line.proof import prove
from telephony.line.stack import endpoint_config, open_transports, prefer_codecs
from telephony.line.trace import StackLog
from telephony.line.wall import raise_wall
from telephony.media.inbound import CallerFrame
from telephony.media.vad_thread import VadThread
from telephony.report import TrunkReport

POLL_MS = 10
COLLECT_S = 30.0
LOOK_S = 0.2
RUSH_CALLS = 20  # a second: the stack keeps two of 64 socket entries a call, and for 500 ms after its end
GOODBYE_S = 1.0  # for the answers to our last messages

log = structlog.get_logger()


class LineEndpoint:
    """The stack with its accounts and calls. Made and run on one thread, the owner; `do` is for the others."""

    def __init__(
        self, config: LineConfig, board: Switchboard, agent_ready: Callable[[], bool], changed: Callable[[], None]
    ) -> None:
        self.line = config.line
        self.limits = config.limits
        self.board = board
        self.changed = changed
        self.errors = 0
        self.draining = False
        self._agent_ready = agent_ready
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._calls: dict[str, LineCall] = {}
        self._legs: set[Consultation] = set()
        self._gone: list[LineCall | Consultation] = []
        self._looked_at = self._collected_at = time.monotonic()
        self._transfer_hosts = {trunk.name: trunk.transfer_hosts for trunk in config.trunks}
        self._vad = VadThread(board.emit)
        self.placing = Placing(config, emit=board.emit, room=self._room_for_order, call=self._place, ask=self.ask)
        board.placer = lambda order: self.do(lambda: self.placing.begin(order))
        admission = Admission(config)
        self._gate = Gate(admission, self._room, self._answer_as)
        self._admitted_at: deque[float] = deque(maxlen=RUSH_CALLS)
        self._accounts: list[LineAccount] = []
        hush()
        self._log = StackLog(config.sip.trace_call)
        self._stack = pj.Endpoint()
        try:
            self._stack.libCreate()
            self._stack.libInit(endpoint_config(config, self._log))
            self.sip_port = open_transports(self._stack, config.sip)
            if config.sip.tcp:
                raise_wall(self.sip_port, admission.networks)
            self._stack.libStart()
            set_transaction_timeout()
            stay_on_udp()
            self._stack.audDevManager().setNullDev()
            prefer_codecs(self._stack, config.trunks)
            self._filter = RequestFilter(self._screen, self.count_error)
            self._accounts = [LineAccount(self, None, config.sip)]
            self._accounts[0].setDefault()
            for trunk in config.trunks:
                if trunk.registration is not None or trunk.outbound_proxy:
                    self._accounts.append(LineAccount(self, trunk, config.sip))
        except pj.Error as error:
            raise SipError(f"the SIP stack does not start: {error.reason}") from error
        gc.disable()  # a collection on another thread would free the stack's objects there: the owner collects
        gc.freeze()
        prove(self._gate, config.sip.bind, self.sip_port, self._poll)

    # ── state for the report ───────────────────────────────────────────────────────────────────────

    @property
    def refused(self) -> dict[str, int]:
        return dict(self._gate.refused)

    @property
    def trunks(self) -> tuple[TrunkReport, ...]:
        return tuple(account.report for account in self._accounts if account.registers)

    @property
    def calls(self) -> tuple[str, ...]:
        return tuple(self._calls)

    # ── the owner's loop ───────────────────────────────────────────────────────────────────────────

    def do(self, command: Callable[[], None]) -> None:
        """Run `command` on the owner thread, soon. From any thread."""
        self._commands.put(command)

    def ask(self, name: str, command: Callable[[LineCall], None]) -> None:
        """Run `command` with the call of this name, if it is not over."""
        call = self._calls.get(name)
        if call is not None:
            command(call)

    def turn(self) -> None:
        """One turn of the owner's loop, at most POLL_MS long when nothing happens."""
        self._poll()
        while not self._commands.empty():
            with self.counted("command", ""):
                self._commands.get_nowait()()
        self._release()
        now = time.monotonic()
        if now - self._collected_at >= COLLECT_S:
            self._collected_at = now
            gc.collect()
        look = now - self._looked_at >= LOOK_S
        if look:
            self._looked_at = now
            self.board.stand_by()
            self.placing.look(now, wanted=self.board.has_agent and not self.draining)
            for account in self._accounts:
                with self.counted("registration", ""):
                    account.look(now)
        for call in tuple(self._calls.values()):
            with self.counted("look", call.name):
                call.live.hang_up_if_due()
                if look:
                    call.look(now)

    def close(self) -> None:
        """Unregister, end what is left and free the stack. The objects must be gone before the library is."""
        self._vad.close()
        self._stack.hangupAllCalls()
        for account in self._accounts:
            account.leave()
        deadline = time.monotonic() + GOODBYE_S
        while self._busy and time.monotonic() < deadline:
            self._poll()
        for account in self._accounts:
            account.shutdown()
        self._gone += [*self._calls.values(), *self._legs]
        self._calls.clear()
        self._legs.clear()
        self._release()
        self._accounts.clear()
        gc.collect()
        self._stack.libDestroy(pj.PJSUA_DESTROY_NO_TX_MSG)  # else it waits a second for answers to nothing

    # ── for accounts and calls ─────────────────────────────────────────────────────────────────────

    @contextmanager
    def counted(self, what: str, call: str) -> Iterator[None]:
        """Count and log an exception instead of letting it unwind into C++."""
        try:
            yield
        except Exception:  # the border to C++: everything is caught, logged and counted
            self.errors += 1
            log.exception("callback failed", callback=what, call=call)

    def count_error(self) -> None:
        """For callbacks too quick for a context manager; called inside an except block."""
        self.errors += 1
        log.exception("callback failed")

    def hear(self, call: str, frame: CallerFrame) -> None:
        """One frame of a caller, from the clock thread."""
        self.board.hear(call, frame)
        self._vad.feed(call, frame)

    def incoming(self, account: LineAccount, call_id: int, sip_call_id: str) -> None:
        """The stack has a call that the gate let through: answer it."""
        admitted = self._gate.take(sip_call_id)
        if admitted is None:
            self._turn_away(account, call_id)
            raise SipError(f"call {sip_call_id} came past the gate and was refused")
        call = self._open(account, call_id, admitted)
        log.info(
            "call",
            call=call.name,
            trunk=admitted.trunk,
            called=admitted.called,
            dialplan=admitted.dialplan,
            sip_call_id=sip_call_id[:80],
        )
        call.pick_up()
        self.placing.give_way(self._room_for_call())
        self.changed()

    def _open(self, account: LineAccount, call_id: int, admitted: Admitted) -> LineCall:
        call = LineCall(account, call_id, self, secrets.token_hex(6), admitted)
        self._calls[call.name] = call
        self._vad.open(call.name, call.live.sound.noticed)
        self.board.add(call.live)
        return call

    def _place(self, admitted: Admitted) -> LineCall:
        """The object of a call that is about to be placed."""
        self._release()  # before a slot is taken anew: a call's destructor hangs up whoever has its slot
        call = self._open(self.account_of(admitted.trunk), pj.PJSUA_INVALID_ID, admitted)
        self.changed()
        return call

    @staticmethod
    def _turn_away(account: LineAccount, call_id: int) -> None:
        prm = pj.CallOpParam()
        prm.statusCode = pj.PJSIP_SC_FORBIDDEN
        pj.Call(account, call_id).hangup(prm)

    def forget(self, call: LineCall, status: int) -> None:
        """The call is over. Its object lives on until the callback that says so has returned."""
        self.placing.over(call.name, status)
        self._vad.forget(call.name)
        self.board.remove(call.name)
        if self._calls.pop(call.name, None) is not None:
            self._gone.append(call)
        self.changed()

    @property
    def slots(self) -> int:
        """How many of the stack's call slots are taken."""
        return slots_taken()

    # ── for transfers ──────────────────────────────────────────────────────────────────────────────

    @property
    def has_slot(self) -> bool:
        """Whether there is a call slot for a second leg."""
        return room_for_leg(self.slots)

    def account_of(self, trunk: str) -> LineAccount:
        """The account that calls of ours to this trunk are placed with."""
        return next((one for one in self._accounts if one.trunk and one.trunk.name == trunk), self._accounts[0])

    def transfer_hosts(self, trunk: str) -> tuple[str, ...]:
        return self._transfer_hosts.get(trunk, ())

    def keep_leg(self, leg: Consultation) -> None:
        """A second leg is about to be placed."""
        self._release()  # before a slot is taken anew: a call's destructor hangs up whoever has its slot
        self._legs.add(leg)

    def forget_leg(self, leg: Consultation) -> None:
        """A second leg is over, or was not placed. Its object lives on as `forget` says."""
        if leg in self._legs:
            self._legs.remove(leg)
            self._gone.append(leg)

    # ── within ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def _busy(self) -> bool:
        """Whether an answer to something of ours is awaited."""
        return bool(self._calls or self._legs) or any(account.leaving for account in self._accounts)

    def _room(self) -> Room:
        long_ago = time.monotonic() - 1.0
        rushed = len(self._admitted_at) == RUSH_CALLS and self._admitted_at[0] > long_ago
        return Room(draining=self.draining, agent=self._agent_ready(), full=not self._room_for_call(), rushed=rushed)

    def _room_for_call(self) -> bool:
        return room_for_call(self.slots, self.board.conversations, self.limits.conversations)

    def _room_for_order(self) -> bool:
        room = room_for_order(self.slots, self.board.conversations, self.limits.conversations)
        return room and not self.draining

    def _screen(self, request: Request) -> Response | bool:
        self._release()  # before a slot is taken anew: a call's destructor hangs up whoever has its slot
        verdict = self._gate.decide(request)
        if verdict is True and request.text.startswith("INVITE"):
            self._admitted_at.append(time.monotonic())
        return verdict

    def _release(self) -> None:
        while self._gone:
            self._gone.pop().release()

    def _answer_as(self, trunk: str) -> None:
        """The next INVITE is answered by the account that `trunk` registered: its Contact is the one the registrar
        reaches (behind NAT, or over the TCP connection that is up), which the call-taking account does not know."""
        self.account_of(trunk).setDefault()

    def _poll(self) -> None:
        self._stack.libHandleEvents(POLL_MS)
