"""Where results go: each is in the outbox before it is sent, and is sent until it is there, in order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import stamina
import structlog

from agent.dialplan.results import Sink
from agent.errors import ToolFailed
from agent.tools.deliveries import Delivery, LetterDelivery, SheetDelivery, WebhookDelivery
from agent.tools.outbox import Outbox
from agent.tools.record import Record

SEND_S = 20.0
ATTEMPTS = 3
RETRY_S = 60.0
MOST_AT_ONCE = 100  # results a round and sink

log = structlog.get_logger()


class Place(msgspec.Struct, frozen=True):
    """A sink: the name under which its results wait, who brings them there, and what is redacted."""

    name: str
    delivery: Delivery
    redact: tuple[str, ...] = ()


class ResultDesk:
    """The sinks of a dialplan."""

    def __init__(self, places: Iterable[Place], outbox: Outbox, retry_s: float) -> None:
        self._places = [(place, asyncio.Lock()) for place in places]
        self._outbox = outbox
        self._retry_s = retry_s

    async def deliver(self, record: Record) -> None:
        """Have a result brought to every sink, after those that wait. Never raises; it takes as long as the sinks do,
        and what can't be brought now waits."""
        await asyncio.gather(*(self._deliver(place, lock, record) for place, lock in self._places))

    async def run(self) -> None:
        """Bring what waits, again and again, until cancelled: at first what an earlier agent has left."""
        while True:
            await asyncio.gather(*(self._flush(place, lock) for place, lock in self._places))
            await asyncio.sleep(self._retry_s)

    async def close(self) -> None:
        """Give everything back; what waits, waits for the next agent."""
        for place, _ in self._places:
            await place.delivery.close()
        await self._outbox.close()

    async def _deliver(self, place: Place, lock: asyncio.Lock, record: Record) -> None:
        record = record.redacted(place.redact)
        try:
            await self._outbox.put(place.name, record)
        except ToolFailed as error:
            log.error("result can't wait, and is sent once", flow=record.flow, call=record.call, reason=str(error))
            await self._sent(place, record)
            return
        await self._flush(place, lock)

    async def _flush(self, place: Place, lock: asyncio.Lock) -> None:
        """Sends what waits; one that can't be brought at all is passed over, at any other failure the rest waits."""
        async with lock:
            try:
                for waiting in await self._outbox.waiting(place.name, MOST_AT_ONCE):
                    failure = await self._sent(place, waiting.record)
                    if failure is None:
                        await self._outbox.done(waiting.number)
                    elif failure.passing:
                        return
            except ToolFailed as error:
                log.error("outbox can't be used", reason=str(error))

    async def _sent(self, place: Place, record: Record) -> ToolFailed | None:
        """Why it is not there, None when it is."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._tried(place, record)
        except TimeoutError:
            failure = ToolFailed(f"not there within {SEND_S:.0f} s")
        except ToolFailed as error:
            failure = error
        else:
            return None
        log.error("result not delivered", flow=record.flow, call=record.call, sink=place.name, reason=str(failure))
        return failure

    async def _tried(self, place: Place, record: Record) -> None:
        key = hashlib.sha256(msgspec.json.encode((record.call, record.flow, record.at))).hexdigest()[:32]
        async for attempt in stamina.retry_context(
            _passing, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt:
                await place.delivery.send(record, key)


def result_desk(sinks: Sequence[Sink], data_dir: Path, retry_s: float = RETRY_S) -> ResultDesk:
    """The desk of the sinks of a dialplan that was checked."""
    return ResultDesk([_place(sink, data_dir) for sink in sinks], Outbox(data_dir / "results.db"), retry_s)


def _place(sink: Sink, data_dir: Path) -> Place:
    if sink.webhook is not None:
        where, delivery = sink.webhook.url, WebhookDelivery(sink.webhook)
        return Place(_name("webhook", where), delivery, sink.redact)
    if sink.email is not None:
        where = f"{sink.email.host} {' '.join(sink.email.to)}"
        return Place(_name("email", where), LetterDelivery(sink.email), sink.redact)
    return Place(_name("csv", sink.csv or ""), SheetDelivery(data_dir / (sink.csv or "")), sink.redact)


def _name(kind: str, where: str) -> str:
    """By what waits is found again, also after the file has changed; an address may have a secret in it."""
    return f"{kind} {hashlib.sha256(where.encode()).hexdigest()[:8]}"


def _passing(error: Exception) -> bool:
    return isinstance(error, ToolFailed) and error.passing
