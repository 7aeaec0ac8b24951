"""A business that calls back, with lines that place nothing and a clock that is set by hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from agent.dialplan.load import load
from agent.host.calling_back import CallingBack
from agent.tools.callback import Callback
from agent.tools.callbacks import Callbacks
from telephony.config import Trunk
from telephony.message import Message
from telephony.messages import OngoingCall
from telephony.orders import NotReached, Place, Unreached

PLAN = Path(__file__).parent / "calling_back.yaml"
TRUNKS = (Trunk.model_validate({"name": "carrier", "dial_at": "192.0.2.1", "outbound": {"to": ["0", "5"]}}),)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, and open


@dataclass
class FakeDesk:
    """A line that is told what to place."""

    attached: bool = True
    busy: int = 0
    calls: tuple[OngoingCall, ...] = ()
    placed: list[Message] = field(default_factory=list)

    def control(self, message: Message) -> None:
        self.placed.append(message)


@dataclass
class Office:
    """Somebody wants a call as soon as possible, and the clock is set by hand."""

    callbacks: Callbacks
    desk: FakeDesk
    path: Path
    now: datetime = MONDAY
    read: int = 0  # times that the clock was

    def __post_init__(self) -> None:
        self.plans = {"clinic": load(PLAN)}
        self.other = FakeDesk(busy=9)
        self.starts(TRUNKS)

    def starts(self, trunks: tuple[Trunk, ...]) -> None:
        """An agent by this configuration."""
        self.calling = CallingBack(
            self.callbacks, lambda: self.plans, lambda: [self.other, self.desk], trunks, self._clock
        )

    def _clock(self) -> datetime:
        self.read += 1
        return self.now

    async def asked(
        self, phone: str = "5550123", at: datetime | None = None, dialplan: str = "clinic", about: str = ""
    ) -> None:
        when = at.isoformat() if at is not None else ""
        one = Callback(0, "Hill Clinic", phone, "Jo", about, when, self.now.isoformat(), dialplan=dialplan)
        await self.callbacks.add(one, key=f"{phone}{when}{about}{self.now}")

    def settings(self, **changed: object) -> None:
        """The dialplan is read again, with other callbacks."""
        plan = self.plans["clinic"]
        assert plan.callbacks is not None
        self.plans = {"clinic": plan.model_copy(update={"callbacks": plan.callbacks.model_copy(update=changed)})}

    def call(self, order: str = "", phone: str = "5550123") -> OngoingCall:
        return OngoingCall("c", 0, "carrier", phone, "5550100", "clinic", "", 0, order=order)

    async def answered(self, state: str = "done") -> None:
        self.calling.news(self.call(self.order))
        await self.becomes(state)

    async def placed(self) -> list[str]:
        """Whom a look has called."""
        before = len(self.desk.placed)
        await self.calling.look()
        return [message.to for message in self.desk.placed[before:] if isinstance(message, Place)]

    @property
    def order(self) -> str:
        message = self.desk.placed[-1]
        assert isinstance(message, Place)
        return message.order

    async def state(self) -> str:
        return (await self.callbacks.all())[0].state

    async def missed(self, why: Unreached, state: str, *, rang: bool = False) -> None:
        self.calling.news(NotReached(self.order, 0, why, rang))
        await self.becomes(state)

    async def becomes(self, *states: str) -> None:
        """Those who wait, in order; of the later ones only if they are told."""
        for _ in range(2_000):
            found = [one.state for one in await self.callbacks.all()]
            if found[: len(states)] == [*states]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"not {states}: {found}")
