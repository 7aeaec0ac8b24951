"""Calls that are tests of a dialplan: their tools give what the test says, their clocks show its time, and nobody is
dialled.

It is on only where `HostConfig.rehearses` says so, which the tests' own bot is told in its environment. A dialplan has
no key for it, and `offhook serve` refuses it beside a trunk, so no telephone network reaches such a bot. A call is a
test's by the number that it comes from; to any other nothing is given. No call of such a bot reaches a tool, a place
for results or the target of a transfer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.dialplan.rehearsal import test_of
from agent.dialplan.schema import Dialplan, Rehearsal
from agent.dialplan.scripted import Scripted
from agent.host.link import Link
from agent.reply.conversation import Conversation
from agent.reply.responder import Responder
from agent.tools.call import ToolCall
from agent.tools.result import ToolResult
from telephony import messages as wire
from telephony.message import Message
from telephony.transfers import Failure

if TYPE_CHECKING:
    from agent.host.engine_room import EngineRoom

RINGS_S = 12.0  # until nobody has answered
ENDS_S = 3.0  # the same, from when the bot has said whom it rings


class RehearsedTools:
    """What runs a dialplan's tools in its tests."""

    def __init__(self, plan: Dialplan) -> None:
        self._plan = plan
        self._scripts: dict[str, Scripted] = {}

    async def run(self, call: ToolCall, call_id: str, caller: str) -> ToolResult:
        """What the caller's test says; the call's first run is given the first result. Never raises."""
        test = test_of(self._plan, caller)
        script = self._scripts.setdefault(call_id, Scripted(test.results if test is not None else ()))
        return script.run(call)

    async def close(self) -> None:
        """There is nothing to give back."""


class RehearsedResponder(Responder):
    """A Responder to whose callers it is the time of their test."""

    def conversation(
        self, caller: str, checkpoint: bytes = b"", now: datetime | None = None, *, placed: bool = False
    ) -> Conversation:
        """As of a Responder."""
        test = test_of(self.plan, caller)
        now = test.now if test is not None and now is None else now
        return super().conversation(caller, checkpoint, now, placed=placed)


def rehearsed(connect: Callable[[Path, int], Link], room: EngineRoom) -> Callable[[Path, int], Link]:
    """`connect`, whose links put nobody through."""

    def plans() -> Mapping[str, Dialplan]:
        return {name: business.plan for name, business in room.businesses.items()}

    return lambda run_dir, line: RehearsedLink(connect(run_dir, line), plans)


class RehearsedLink:
    """A link to a line whose calls are put through to nobody: it rings, and where the test says so nobody answers.
    `plans` gives the dialplans that are answered, by name."""

    def __init__(self, link: Link, plans: Callable[[], Mapping[str, Dialplan]]) -> None:
        self._link = link
        self._plans = plans
        self._ringing: dict[str, threading.Timer | None] = {}  # call -> what gives up, in a test that wants that
        self._tests: dict[str, Rehearsal | None] = {}  # call -> its test
        self._tell: Callable[[Any], None] = lambda message: None

    @property
    def attached(self) -> wire.Attached:
        """As of a Link."""
        return self._link.attached

    def start(
        self,
        on_control: Callable[[wire.FromLine], None],
        on_heard: Callable[[wire.Heard], None],
        on_gone: Callable[[], None],
    ) -> None:
        """As of a Link."""
        self._tell = on_control

        def take(message: wire.FromLine) -> None:
            match message:
                case wire.Started(call=call):
                    plan = self._plans().get(call.dialplan)
                    self._tests[call.call] = test_of(plan, call.caller) if plan is not None else None
                case wire.Finished(call=call):
                    self._tests.pop(call, None)
                    self._stop(call)
                case wire.Ended(call=call) if self._ringing.get(call) is not None:
                    self._ring(call, ENDS_S)
            on_control(message)

        self._link.start(take, on_heard, on_gone)

    def control(self, message: Message) -> None:
        """As of a Link; transfers stay here."""
        match message:
            case wire.Transfer(call=call):
                self._ring(call, RINGS_S)
            case wire.CancelTransfer(call=call):
                if self._stop(call):
                    self._fail(call, Failure.CANCELLED)
            case _:
                self._link.control(message)

    def say(self, message: Message) -> None:
        """As of a Link."""
        self._link.say(message)

    def close(self) -> None:
        """As of a Link."""
        for call in list(self._ringing):
            self._stop(call)
        self._link.close()

    def _ring(self, call: str, seconds: float) -> None:
        self._stop(call)
        self._ringing[call] = None
        test = self._tests.get(call)
        if test is not None and any(cue.no_answer for cue in test.turns):
            timer = threading.Timer(seconds, self._fail, (call, Failure.NO_ANSWER))
            timer.daemon = True
            self._ringing[call] = timer
            timer.start()

    def _stop(self, call: str) -> bool:
        """Whether it rang."""
        rang = call in self._ringing
        timer = self._ringing.pop(call, None)
        if timer is not None:
            timer.cancel()
        return rang

    def _fail(self, call: str, reason: Failure) -> None:
        self._ringing.pop(call, None)
        self._tell(wire.TransferFailed(call, 0, reason, gone=False, at=0))
