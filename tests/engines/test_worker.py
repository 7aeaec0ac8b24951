from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError

import pytest

from agent.engines.contract import Priority, Urgency
from agent.engines.worker import Halt, Halted, Worker
from agent.errors import VoiceError


class Gate:
    """A job that holds the worker until it is opened."""

    def __init__(self, worker: Worker) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        worker.submit(self._hold, Priority.ENDPOINT)
        assert self.entered.wait(30)

    def _hold(self, _: object) -> None:
        self.entered.set()
        assert self.opened.wait(30)


def test_urgent_work_goes_first_and_equals_in_order() -> None:
    worker = Worker("test", 10, VoiceError)
    gate, done = Gate(worker), []
    order = [Priority.BACKGROUND, Priority.DRAFT, Priority.COMMITTED, Priority.DRAFT, Priority.ENDPOINT]
    futures = [worker.submit(lambda _, n=n: done.append(n), priority) for n, priority in enumerate(order)]
    gate.opened.set()
    for future in futures:
        future.result(5)
    assert done == [4, 2, 1, 3, 0]
    worker.close()


def test_a_full_queue_refuses_or_drops_the_least_urgent() -> None:
    worker = Worker("test", 2, VoiceError)
    gate = Gate(worker)
    older = worker.submit(lambda _: "older", Priority.DRAFT)
    younger = worker.submit(lambda _: "younger", Priority.DRAFT)
    with pytest.raises(VoiceError, match="overloaded"):
        worker.submit(lambda _: "refused", Priority.DRAFT)
    urgent = worker.submit(lambda _: "urgent", Priority.COMMITTED)
    gate.opened.set()
    assert (urgent.result(5), older.result(5)) == ("urgent", "older")
    with pytest.raises(VoiceError, match="more urgent"):
        younger.result(5)
    worker.close()


def test_what_is_cancelled_is_never_begun_and_takes_no_room() -> None:
    worker = Worker("test", 1, VoiceError)
    gate, begun = Gate(worker), []
    cancelled = worker.submit(lambda _: begun.append("cancelled"), Priority.DRAFT)
    assert cancelled.cancel()
    later = worker.submit(lambda _: begun.append("later"), Priority.DRAFT)
    gate.opened.set()
    later.result(5)
    assert begun == ["later"]
    worker.close()


def test_a_failing_job_fails_alone_and_closing_fails_what_waits() -> None:
    worker = Worker("test", 5, VoiceError)
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda _: 1 // 0, Priority.COMMITTED).result(5)
    gate = Gate(worker)
    waiting = worker.submit(lambda _: None, Priority.COMMITTED)
    closing = threading.Thread(target=worker.close)
    closing.start()
    with pytest.raises(VoiceError, match="closed"):
        waiting.result(5)
    gate.opened.set()
    closing.join(30)
    assert not closing.is_alive()
    with pytest.raises(VoiceError, match="closed"):
        worker.submit(lambda _: None, Priority.COMMITTED)


async def test_cancelling_the_await_cancels_the_work() -> None:
    worker = Worker("test", 5, VoiceError)
    gate, begun = Gate(worker), []
    waiting = asyncio.create_task(worker.run(lambda _: begun.append(1), Priority.COMMITTED))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises((asyncio.CancelledError, CancelledError)):
        await waiting
    gate.opened.set()
    await worker.run(lambda _: None, Priority.BACKGROUND)
    assert begun == []
    worker.close()


def test_a_draft_that_is_promoted_while_it_waits_goes_before_others() -> None:
    worker = Worker("test", 10, VoiceError)
    gate, done = Gate(worker), []
    worker.submit(lambda _: done.append("other"), Priority.COMMITTED)
    draft = Urgency(Priority.DRAFT)
    last = [worker.submit(lambda _: done.append("draft"), draft)]
    last.append(worker.submit(lambda _: done.append("later"), Priority.COMMITTED))
    draft.priority = Priority.COMMITTED
    gate.opened.set()
    for future in last:
        future.result(5)
    assert done == ["other", "draft", "later"]
    worker.close()


class Stoppable:
    """Work that goes on until it is halted or let finish; counts its attempts."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.begun = threading.Event()
        self.finish = threading.Event()
        self._moved = threading.Event()

    def __call__(self, halt: Halt) -> str:
        self.log.append("begun")
        halt.by(self._moved.set)
        self.begun.set()
        if not self.finish.is_set():
            assert self._moved.wait(30)
        self._moved.clear()
        if halt.asked:
            self.log.append("halted")
            raise Halted
        return "done"


@pytest.mark.parametrize("promoted", ["submitted", "promoted"])
def test_a_draft_in_work_makes_way_and_is_done_anew(promoted: str) -> None:
    worker, log = Worker("test", 10, VoiceError), []
    draft = Stoppable(log)
    future = worker.submit(draft, Priority.DRAFT)
    assert draft.begun.wait(30)
    draft.finish.set()  # the second attempt goes through
    urgency = Urgency(Priority.COMMITTED if promoted == "submitted" else Priority.DRAFT)
    reply = worker.submit(lambda _: log.append("reply"), urgency)
    urgency.priority = Priority.COMMITTED
    reply.result(5)
    assert future.result(5) == "done"
    assert log == ["begun", "halted", "reply", "begun"]
    worker.close()


def test_a_reply_in_work_is_not_halted() -> None:
    worker, log = Worker("test", 10, VoiceError), []
    urgency = Urgency(Priority.DRAFT)
    work = Stoppable(log)
    future = worker.submit(work, urgency)
    assert work.begun.wait(30)
    urgency.priority = Priority.COMMITTED  # promoted while it is in work
    urgent = worker.submit(lambda _: log.append("urgent"), Priority.ENDPOINT)
    work._moved.set()
    assert future.result(5) == "done"
    urgent.result(5)
    assert log == ["begun", "urgent"]
    worker.close()


async def test_cancelling_the_await_stops_work_that_can_be_stopped() -> None:
    worker, log = Worker("test", 5, VoiceError), []
    work = Stoppable(log)
    waiting = asyncio.create_task(worker.run(work, Priority.COMMITTED))
    await asyncio.to_thread(work.begun.wait, 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await worker.run(lambda _: None, Priority.BACKGROUND)
    assert log == ["begun", "halted"]
    worker.close()


async def test_halted_work_that_nobody_waits_for_is_not_done_anew() -> None:
    worker, log = Worker("test", 5, VoiceError), []
    draft = Stoppable(log)
    waiting = asyncio.create_task(worker.run(draft, Priority.DRAFT))
    await asyncio.to_thread(draft.begun.wait, 5)
    hold = threading.Event()
    urgent = worker.submit(lambda _: hold.wait(30), Priority.COMMITTED)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    hold.set()
    await asyncio.wrap_future(urgent)
    await worker.run(lambda _: None, Priority.BACKGROUND)
    assert log == ["begun", "halted"]
    worker.close()
