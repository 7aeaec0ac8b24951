"""Callbacks whose time has come: each is ordered from a line, one at a time, and what comes of it is written down.

::

    Callbacks (a file) ─► ready? ─► written down: calling ─► Place ─► Started ─► done: the call has a session
                            ▲              the next line ◄─ no room ◄─┤                    └► a machine
                            │                                         └► NotReached ─► again later, or given up
                            └──────── an agent that was gone: the call is over, and counts as a try ◄──┘

News that could not be written down is kept, and nobody is called before it is.
"""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import structlog

from agent.dialplan.callback_findings import forbidden
from agent.dialplan.callbacks import Callbacks as Plan
from agent.dialplan.schema import Dialplan
from agent.errors import ToolFailed
from agent.host.aside import Aside
from agent.listen.far_end import Far
from agent.reply.opening import Opening
from agent.tools.callback import Callback, End, subscriber
from agent.tools.callback_rows import Numbers
from agent.tools.callbacks import Callbacks
from agent.tools.redial import LATEST, Standing, after, opened, ready
from telephony.config import Trunk
from telephony.message import Message
from telephony.messages import OngoingCall
from telephony.orders import NotReached, Place, Unreached

LOOK_S = 5.0
GRACE = timedelta(minutes=1)  # beyond the ringing, until the line has certainly told how it went
_OF_ONE_LINE = (Unreached.LIMIT, Unreached.NO_ROOM)

log = structlog.get_logger()


class Desk(Protocol):
    """A line that calls can be ordered from."""

    @property
    def attached(self) -> bool: ...
    @property
    def busy(self) -> int: ...
    @property
    def calls(self) -> Sequence[OngoingCall]: ...
    def control(self, message: Message) -> None: ...


class PutThrough(NamedTuple):
    """Whoever answered an order talks to somebody else now."""

    order: str


class NoPerson(NamedTuple):
    """What has answered an order was a machine, and stayed one to the end of the call."""

    order: str
    far: Far


News = OngoingCall | NotReached | PutThrough | NoPerson


class CallingBack:
    """The event loop owns it. `plans` gives the dialplans that are answered, by name."""

    def __init__(
        self,
        callbacks: Callbacks,
        plans: Callable[[], Mapping[str, Dialplan]],
        desks: Callable[[], Sequence[Desk]],
        trunks: Iterable[Trunk],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._callbacks = callbacks
        self._plans = plans
        self._desks = desks
        self._trunks = tuple(trunks)
        self._now = now
        self._aside = Aside()
        self._unwritten: list[News] = []
        self._writing = asyncio.Lock()
        self._placed: tuple[Place, list[Desk]] | None = None  # and the lines that were not asked yet
        self._complaints: set[str] = set()

    async def run(self) -> None:
        """Look who is to be called, until cancelled. What keeps it from that is logged once, until it is over."""
        wrong = ""
        try:
            while True:
                reason = await self._looked()
                if reason not in ("", wrong):
                    log.error("callbacks are not made", reason=reason)
                wrong = reason
                await asyncio.sleep(LOOK_S)
        finally:
            await self._callbacks.close()

    async def _looked(self) -> str:
        """A look; why it came to nothing, "" where it did not."""
        try:
            await self.look()
        except ToolFailed as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - what ends this would end the agent, and its calls
            frames = traceback.extract_tb(error.__traceback__)
            ours = next((one for one in reversed(frames) if "agent" in Path(one.filename).parts), frames[-1])
            where = f"{Path(ours.filename).name}, line {ours.lineno}"
            return f"{type(error).__name__} in {where}, {ours.name}: a fault of offhook's own"
        return ""

    async def look(self) -> None:
        """Call whoever waits the longest, unless somebody is being called. Raises ToolFailed."""
        await self._write()
        now, waiting = self._now(), await self._callbacks.open()
        if not waiting:
            return
        calls = [call for desk in self._desks() for call in desk.calls]
        ours = {call.order for call in calls}
        for lost in [one for one in waiting if one.calling and now >= one.next and one.calling not in ours]:
            await self._missed(lost.calling, End(Unreached.FAILED))
        if any(one.calling for one in waiting):
            return
        numbers, plans = await self._callbacks.numbers(now), self._plans()
        held = {one.number: self._held(one, plans.get(one.dialplan), numbers) for one in waiting}
        changed = {one.number: held[one.number] for one in waiting if held[one.number] != one.held}
        if changed:
            await self._callbacks.hold(changed)
        talking = {subscriber(call.caller) for call in calls}
        for one in waiting:
            if not one.dialplan or one.given_up or held[one.number] or subscriber(one.phone) in talking:
                continue
            if ready(one.next, now, *_open(plans[one.dialplan])):
                await self._call(one, plans[one.dialplan], now)
                return

    def news(self, news: OngoingCall | NotReached) -> None:
        """A line tells what came of an order: its call was answered, or nobody was reached."""
        if isinstance(news, NotReached) and news.reason in _OF_ONE_LINE and self._elsewhere(news.order):
            return
        self._take(news)

    def put_through(self, order: str) -> None:
        """A line tells that it has put whoever answered through."""
        self._take(PutThrough(order))

    def no_person(self, order: str, far: Far) -> None:
        """The call of an order is over, and there was no person at the far end."""
        self._take(NoPerson(order, far))

    async def _call(self, one: Callback, plan: Dialplan, now: datetime) -> None:
        settings = plan.callbacks
        assert settings is not None
        desks = sorted((desk for desk in self._desks() if desk.attached), key=lambda desk: desk.busy)
        if not desks:
            return
        order = f"callback-{one.number}-{secrets.token_hex(4)}"
        until = now + timedelta(seconds=settings.seconds) + GRACE
        if not await self._callbacks.begin(one.number, order, now, until):
            return
        if now - opened(one.due, now, *_open(plan)) >= LATEST:
            await self._missed(order, End(Unreached.CALLED_OFF))
            return
        log.info("calling back", callback=one.number, order=order, tries=one.tries, dialplan=one.dialplan)
        shown = settings.shown(plan.numbers)
        place = Place(order, one.phone, settings.trunk, shown, one.dialplan, float(settings.seconds))
        self._placed = place, desks
        self._elsewhere(order)

    def _elsewhere(self, order: str) -> bool:
        """Order it from the next line. False where each was asked."""
        if self._placed is None or self._placed[0].order != order:
            return False
        place, desks = self._placed
        desk = next((desk for desk in desks if desk.attached), None)
        if desk is None:
            return False
        self._placed = place, desks[desks.index(desk) + 1 :]
        desk.control(place)
        return True

    def _held(self, one: Callback, plan: Dialplan | None, numbers: Numbers) -> str:
        """Why somebody is not called now; "" where they may be."""
        if not one.dialplan or one.given_up:
            return ""
        if plan is None:
            return "its dialplan is gone"
        if plan.callbacks is None:
            return 'its dialplan has no "callbacks"'
        why = forbidden(plan.callbacks, self._trunks)
        if why is not None:
            self._complain(f"{one.dialplan}: {why}")
            return f'the trunk "{plan.callbacks.trunk}" is not set up'
        own = subscriber(one.phone)
        if own in numbers.never:
            return "never to be called"
        called = numbers.called.get(own, 0)
        return f"called {called} times within a day" if called >= plan.callbacks.a_day else ""

    def _take(self, news: News) -> None:
        if news not in self._unwritten:
            self._unwritten.append(news)
        self._aside.do(self._heard(), f"news of {news.order}")

    async def _heard(self) -> None:
        try:
            await self._write()
        except ToolFailed as error:
            log.error("what came of a callback is not written down yet", reason=str(error))

    async def _write(self) -> None:
        """Write down what has come. Raises ToolFailed; what is not written then is kept."""
        async with self._writing:
            while self._unwritten:
                await self._settle(self._unwritten[0])
                del self._unwritten[0]

    async def _settle(self, news: News) -> None:
        match news:
            case NotReached(order=order, reason=why, rang=rang):
                await self._missed(order, End(why, rang))
            case OngoingCall(order=order):
                plan = self._plans().get(news.dialplan)
                then = plan is not None and plan.callbacks is not None and plan.callbacks.then is not None
                if await self._callbacks.reached(order, self._now(), put_through=then):
                    log.info("called back", order=order)
            case NoPerson(order=order, far=far):
                await self._missed(order, End(far))
            case PutThrough(order=order):
                await self._callbacks.passed_on(order, self._now())

    async def _missed(self, order: str, end: End) -> None:
        log.info("not called back", order=order, why=end.last, rang=end.rang)
        if end.why is Unreached.NOT_SET_UP:
            self._complain("a line has no such trunk, or may place no calls at it; restart offhook by its offhook.toml")
        plans, now = self._plans(), self._now()

        def standing(one: Callback) -> Standing:
            plan = plans.get(one.dialplan)
            if plan is None or plan.callbacks is None:
                return Standing(one.tries + end.tried, now)
            return _after(one, plan, plan.callbacks, end, now)

        await self._callbacks.missed(order, end, now, standing)

    def _complain(self, why: str) -> None:
        """In the log, once."""
        if why not in self._complaints:
            self._complaints.add(why)
            log.error("callbacks wait", reason=why)


def _open(plan: Dialplan) -> tuple[Opening | None, ZoneInfo | None]:
    """Its hours, and their time zone."""
    opening = Opening(plan.hours) if plan.hours is not None else None
    return opening, ZoneInfo(plan.timezone) if plan.timezone else None


def _after(one: Callback, plan: Dialplan, settings: Plan, end: End, now: datetime) -> Standing:
    apart = timedelta(minutes=settings.minutes)
    since = opened(one.due, now, *_open(plan))
    return after(end, one.tries, now, most=settings.tries, apart=apart, since=since, orders=one.orders)
