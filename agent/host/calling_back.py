"""Callbacks whose time has come: each is ordered from a line, one at a time, and what comes of it is written down.

::

    Callbacks (a file) ─► ready? ─► written down: calling ─► Place ─► Started ─► done: the call has a session
                            ▲                                  └────► NotReached ─► again later, or given up
                            └──────── an agent that was gone: the call is over, and counts as a try ◄──┘
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from agent.dialplan.callbacks import Callbacks as Plan
from agent.dialplan.schema import Dialplan
from agent.errors import ToolFailed
from agent.host.aside import Aside
from agent.reply.opening import Opening
from agent.tools.callbacks import Callback, Callbacks
from agent.tools.redial import LATEST, Standing, after, ready
from telephony.message import Message
from telephony.messages import OngoingCall
from telephony.orders import NotReached, Place, Unreached

LOOK_S = 5.0
GRACE = timedelta(minutes=1)  # beyond the ringing, until the line has certainly told how it went

log = structlog.get_logger()


class Desk(Protocol):
    """A line that calls can be ordered from."""

    @property
    def attached(self) -> bool: ...
    @property
    def busy(self) -> int: ...
    def control(self, message: Message) -> None: ...


class CallingBack:
    """The event loop owns it. `plans` gives the dialplans that are answered, by name."""

    def __init__(
        self,
        callbacks: Callbacks,
        plans: Callable[[], Mapping[str, Dialplan]],
        desks: Callable[[], Sequence[Desk]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._callbacks = callbacks
        self._plans = plans
        self._desks = desks
        self._now = now
        self._aside = Aside()

    async def run(self) -> None:
        """Look who is to be called, until cancelled."""
        try:
            while True:
                try:
                    await self.look()
                except ToolFailed as error:
                    log.error("callbacks are not made", reason=str(error))
                await asyncio.sleep(LOOK_S)
        finally:
            await self._callbacks.close()

    async def look(self) -> None:
        """Call whoever waits the longest, unless somebody is being called. Raises ToolFailed."""
        plans = {name: plan for name, plan in self._plans().items() if plan.callbacks is not None}
        desk = min((desk for desk in self._desks() if desk.attached), key=lambda desk: desk.busy, default=None)
        if not plans or desk is None:
            return
        now, waiting = self._now(), await self._callbacks.open()
        for lost in [one for one in waiting if one.calling and now >= one.next]:
            await self._missed(lost.calling, Unreached.FAILED)
        if any(one.calling for one in waiting):
            return
        for one in waiting:
            plan = plans.get(one.dialplan)
            if plan is not None and not one.given_up and _ready(one, plan, now):
                await self._call(one, plan, desk, now)
                return

    def news(self, news: OngoingCall | NotReached) -> None:
        """A line tells what came of an order: its call was answered, or nobody was reached."""
        self._aside.do(self._heard(news), f"news of {news.order}")

    async def _call(self, one: Callback, plan: Dialplan, desk: Desk, now: datetime) -> None:
        settings = plan.callbacks
        assert settings is not None
        order = f"callback-{one.number}-{secrets.token_hex(4)}"
        until = now + timedelta(seconds=settings.seconds) + GRACE
        if not await self._callbacks.begin(one.number, order, now, until):
            return
        if now - one.due >= LATEST:
            await self._missed(order, Unreached.CALLED_OFF)
            return
        log.info("calling back", callback=one.number, order=order, tries=one.tries, dialplan=one.dialplan)
        shown = settings.shown(plan.numbers)
        desk.control(Place(order, one.phone, settings.trunk, shown, one.dialplan, float(settings.seconds)))

    async def _heard(self, news: OngoingCall | NotReached) -> None:
        try:
            if isinstance(news, NotReached):
                await self._missed(news.order, news.reason)
            elif await self._callbacks.reached(news.order, self._now()):
                log.info("called back", order=news.order)
        except ToolFailed as error:
            log.error("what came of a callback is not written down", order=news.order, reason=str(error))

    async def _missed(self, order: str, why: Unreached) -> None:
        log.info("not called back", order=order, why=why.value)
        plans, now = self._plans(), self._now()

        def standing(one: Callback) -> Standing:
            plan = plans.get(one.dialplan)
            settings = plan.callbacks if plan is not None else None
            return _after(one, settings, why, now)

        await self._callbacks.missed(order, why, standing)


def _ready(one: Callback, plan: Dialplan, now: datetime) -> bool:
    opening = Opening(plan.hours) if plan.hours is not None else None
    return ready(one.next, now, opening, ZoneInfo(plan.timezone) if plan.timezone else None)


def _after(one: Callback, settings: Plan | None, why: Unreached, now: datetime) -> Standing:
    if settings is None:
        return Standing(one.tries + why.tried, now)
    apart = timedelta(minutes=settings.minutes)
    return after(why, one.tries, now, most=settings.tries, apart=apart, due=one.due)
