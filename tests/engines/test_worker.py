from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError

import pytest

from agent.engines.contract import Priority
from agent.engines.worker import Worker
from agent.errors import VoiceError


class Gate:
    """A job that holds the worker until it is opened."""

    def __init__(self, worker: Worker) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        worker.submit(self._hold, Priority.ENDPOINT)
        assert self.entered.wait(5)

    def _hold(self) -> None:
        self.entered.set()
        assert self.opened.wait(5)


def test_urgent_work_goes_first_and_equals_in_order() -> None:
    worker = Worker("test", 10, VoiceError)
    gate, done = Gate(worker), []
    order = [Priority.BACKGROUND, Priority.DRAFT, Priority.COMMITTED, Priority.DRAFT, Priority.ENDPOINT]
    futures = [worker.submit(lambda n=n: done.append(n), priority) for n, priority in enumerate(order)]
    gate.opened.set()
    for future in futures:
        future.result(5)
    assert done == [4, 2, 1, 3, 0]
    worker.close()


def test_a_full_queue_refuses_or_drops_the_least_urgent() -> None:
    worker = Worker("test", 2, VoiceError)
    gate = Gate(worker)
    older = worker.submit(lambda: "older", Priority.DRAFT)
    younger = worker.submit(lambda: "younger", Priority.DRAFT)
    with pytest.raises(VoiceError, match="overloaded"):
        worker.submit(lambda: "refused", Priority.DRAFT)
    urgent = worker.submit(lambda: "urgent", Priority.COMMITTED)
    gate.opened.set()
    assert (urgent.result(5), older.result(5)) == ("urgent", "older")
    with pytest.raises(VoiceError, match="more urgent"):
        younger.result(5)
    worker.close()


def test_what_is_cancelled_is_never_begun_and_takes_no_room() -> None:
    worker = Worker("test", 1, VoiceError)
    gate, begun = Gate(worker), []
    cancelled = worker.submit(lambda: begun.append("cancelled"), Priority.DRAFT)
    assert cancelled.cancel()
    later = worker.submit(lambda: begun.append("later"), Priority.DRAFT)
    gate.opened.set()
    later.result(5)
    assert begun == ["later"]
    worker.close()


def test_a_failing_job_fails_alone_and_closing_fails_what_waits() -> None:
    worker = Worker("test", 5, VoiceError)
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 // 0, Priority.COMMITTED).result(5)
    gate = Gate(worker)
    waiting = worker.submit(lambda: None, Priority.COMMITTED)
    closing = threading.Thread(target=worker.close)
    closing.start()
    with pytest.raises(VoiceError, match="closed"):
        waiting.result(5)
    gate.opened.set()
    closing.join(5)
    assert not closing.is_alive()
    with pytest.raises(VoiceError, match="closed"):
        worker.submit(lambda: None, Priority.COMMITTED)


async def test_cancelling_the_await_cancels_the_work() -> None:
    worker = Worker("test", 5, VoiceError)
    gate, begun = Gate(worker), []
    waiting = asyncio.create_task(worker.run(lambda: begun.append(1), Priority.COMMITTED))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises((asyncio.CancelledError, CancelledError)):
        await waiting
    gate.opened.set()
    await worker.run(lambda: None, Priority.BACKGROUND)
    assert begun == []
    worker.close()
