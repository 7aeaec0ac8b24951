"""Where results go: each is in the outbox before it is sent, and is sent until it is there, in order."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import stamina
import structlog

from agent.dialplan.results import Sink
from agent.errors import ToolFailed
from agent.tools.deliveries import Delivery, LetterDelivery, SheetDelivery, WebhookDelivery
from agent.tools.outbox import Outbox, Waiting
from agent.tools.record import Record

SEND_S = 20.0
ATTEMPTS = 3
RETRY_S = 60.0
CLOSE_S = 60.0  # for what is on its way
PAGE = 100  # results that are read at once

log = structlog.get_logger()


class Place(msgspec.Struct, frozen=True):
    """A sink: the name under which its results wait, who brings them there, and what is redacted."""

    name: str
    delivery: Delivery
    redact: tuple[str, ...] = ()
    transcripts: bool = False

    def wants(self, record: Record) -> bool:
        """Whether the record is for it."""
        return self.transcripts or not record.transfer


class ResultDesk:
    """The sinks of a dialplan."""

    def __init__(self, places: Iterable[Place], outbox: Outbox, retry_s: float) -> None:
        self._ways = [_Way(place, outbox) for place in places]
        self._outbox = outbox
        self._retry_s = retry_s
        self._retired = asyncio.Event()
        self._under_way: set[asyncio.Future[list[None]]] = set()

    async def deliver(self, record: Record) -> None:
        """Have a result brought to every sink, after those that wait. Never raises; it takes as long as the sinks do,
        and what can't be brought now waits."""
        await self._all(way.deliver(record) for way in self._ways if way.place.wants(record))

    async def run(self) -> None:
        """Bring what waits, again and again, until it retires: at first what an earlier agent has left."""
        while not self._retired.is_set():
            await self._all(way.flush() for way in self._ways)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._retired.wait(), self._retry_s)

    def retire(self) -> None:
        """What waits is brought by a later version from now on; what is on its way is brought to its end."""
        self._retired.set()

    async def close(self) -> None:
        """Give everything back, once what is on its way is there; what waits, waits for the next agent."""
        self.retire()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_S)
        for way in self._ways:
            await way.place.delivery.close()
        await self._outbox.close()

    async def _all(self, work: Iterable[Coroutine[Any, Any, None]]) -> None:
        """To its end, also where nobody waits for it any more: half of it would be done twice."""
        bringing = asyncio.gather(*work)
        self._under_way.add(bringing)
        bringing.add_done_callback(self._under_way.discard)
        await asyncio.shield(bringing)


class _Way:
    """The way to one place, one result after the other. What the place will not have is kept for the next agent, whose
    dialplan may be a better one."""

    def __init__(self, place: Place, outbox: Outbox) -> None:
        self.place = place
        self._outbox = outbox
        self._turn = outbox.turn(place.name)
        self._unwanted: set[int] = set()

    async def deliver(self, record: Record) -> None:
        """Sends a result after those that wait. Never raises."""
        record = record.redacted(self.place.redact)
        try:
            await self._outbox.put(self.place.name, record)
        except Exception as error:  # noqa: BLE001 - then there is this one try
            reason = str(error) if isinstance(error, ToolFailed) else type(error).__name__
            log.error("result can't wait, and is sent once", of=record.source, call=record.call, reason=reason)
            await self._sent(record)
        else:
            await self.flush()

    async def flush(self) -> None:
        """Sends what waits, until it is all there or the place is down. Never raises."""
        async with self._turn:
            try:
                after = 0
                while waiting := await self._outbox.waiting(self.place.name, PAGE, after):
                    for one in waiting:
                        after = one.number
                        if after not in self._unwanted and not await self._brought(one):
                            return
            except Exception as error:  # noqa: BLE001 - the next round is another try
                log.error("outbox can't be used", sink=self.place.name, reason=type(error).__name__)

    async def _brought(self, waiting: Waiting) -> bool:
        """Whether the next one may be sent: this one is there, or never will be."""
        failure = await self._sent(waiting.record)
        if failure is None:
            await self._outbox.done(waiting.number)
        elif not failure.passing:
            self._unwanted.add(waiting.number)
        return failure is None or not failure.passing

    async def _sent(self, record: Record) -> ToolFailed | None:
        """Why it is not there, None when it is."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._tried(record)
        except TimeoutError:
            failure = ToolFailed(f"not there within {SEND_S:.0f} s")
        except ToolFailed as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not stop the results of others
            failure = ToolFailed(type(error).__name__, passing=False)
        else:
            return None
        sink = self.place.name
        log.error("result not delivered", of=record.source, call=record.call, sink=sink, reason=str(failure))
        return failure

    async def _tried(self, record: Record) -> None:
        key = hashlib.sha256(msgspec.json.encode((record.call, record.source, record.at))).hexdigest()[:32]
        async for attempt in stamina.retry_context(
            _passing, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt:
                await self.place.delivery.send(record, key)


def result_desk(sinks: Sequence[Sink], data_dir: Path, outbox: Outbox, retry_s: float = RETRY_S) -> ResultDesk:
    """The desk of the sinks of a dialplan that was checked; all desks of a process share the outbox."""
    return ResultDesk([_place(sink, data_dir) for sink in sinks], outbox, retry_s)


def _place(sink: Sink, data_dir: Path) -> Place:
    name, delivery = _delivery(sink, data_dir)
    return Place(name, delivery, sink.redact, sink.transcripts)


def _delivery(sink: Sink, data_dir: Path) -> tuple[str, Delivery]:
    if sink.webhook is not None:
        return _name("webhook", sink.webhook.url), WebhookDelivery(sink.webhook)
    if sink.email is not None:
        return _name("email", f"{sink.email.host} {' '.join(sink.email.to)}"), LetterDelivery(sink.email)
    return _name("csv", sink.csv or ""), SheetDelivery(data_dir / (sink.csv or ""))


def _name(kind: str, where: str) -> str:
    """By what waits is found again, also after the file has changed; an address may have a secret in it."""
    return f"{kind} {hashlib.sha256(where.encode()).hexdigest()[:8]}"


def _passing(error: Exception) -> bool:
    return isinstance(error, ToolFailed) and error.passing
