"""One thread that owns an engine: jobs wait in order of urgency, in a bounded queue; the cancelled are skipped.

::

    run(work, urgency) ─► queue ─► the most urgent now ─► work(halt) ─► result
                            ▲                                │
                            └── done anew ◄── Halted ◄───────┘  more urgent work came, and this can wait
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from agent.engines.contract import Priority, Urgency
from agent.errors import EngineError

Result = TypeVar("Result")


class Halted(Exception):
    """Work stopped because its `Halt` was asked to; it is done anew later, or dropped if nobody waits for it."""


class Halt:
    """Asks one attempt at some work to stop before its end. Work that can be stopped says how; other work is not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._how: Callable[[], None] | None = None
        self._asked = False

    @property
    def asked(self) -> bool:
        """Whether this attempt shall stop: work that sees it raises Halted."""
        return self._asked

    def by(self, how: Callable[[], None]) -> None:
        """Say how to stop from another thread; called at once where that was asked before."""
        with self._lock:
            self._how, asked = how, self._asked
        if asked:
            how()

    def ask(self) -> None:
        """Stop the attempt, if it can be stopped; from any thread."""
        with self._lock:
            self._asked, how = True, self._how
        if how is not None:
            how()


Work = Callable[[Halt], Result]


class _Job:
    __slots__ = ("abandoned", "future", "halt", "order", "urgency", "work")

    def __init__(self, order: int, urgency: Urgency, work: Work[Any]) -> None:
        self.order = order
        self.urgency = urgency
        self.work = work
        self.future: Future[Any] = Future()
        self.halt = Halt()
        self.abandoned = False  # cancelled, perhaps after it had begun

    @property
    def rank(self) -> tuple[int, int]:
        """Who goes first; lower first. Changes when the urgency does."""
        return int(self.urgency.priority), self.order

    @property
    def dropped(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.abandoned or self.future.cancelled()

    def give_up(self, error: Exception) -> None:
        if self.future.running() or self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class Worker:
    """Runs jobs one at a time on its own thread, the most urgent first, in order of arrival among equals. How urgent
    each is, is looked at whenever the next one is chosen.

    Work less urgent than COMMITTED makes way for what is more urgent, and stops when nobody waits for it any more.
    With `limit` jobs waiting, a new job pushes out the youngest of the least urgent if it is more urgent itself, and is
    refused otherwise; the one that loses gets `error`.
    """

    def __init__(self, name: str, limit: int, error: type[EngineError]) -> None:
        self._name = name
        self._limit = limit
        self._error = error
        self._jobs: list[_Job] = []
        self._running: _Job | None = None
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Work[Result], urgency: Priority | Urgency) -> Future[Result]:
        """Queue `work`; thread-safe, never waits. Cancelling the future skips work that has not begun."""
        return self._add(work, urgency).future

    async def run(self, work: Work[Result], urgency: Priority | Urgency) -> Result:
        """Queue `work` and await its result; cancelling the await cancels work that has not begun, and stops work that
        can be stopped."""
        job = self._add(work, urgency)
        try:
            result: Result = await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            with self._ready:
                job.abandoned = True
                if job is self._running:
                    job.halt.ask()
            raise
        return result

    def close(self, timeout: float = 5.0) -> None:
        """Fail what waits, let the job in work finish, end the thread."""
        with self._ready:
            self._closed = True
            waiting, self._jobs = self._jobs, []
            self._ready.notify()
        for job in waiting:
            job.give_up(self._error(f"the {self._name} engine was closed"))
        self._thread.join(timeout)

    def _add(self, work: Work[Any], urgency: Priority | Urgency) -> _Job:
        job = _Job(next(self._order), Urgency.of(urgency), work)
        with self._ready:
            if self._closed:
                raise self._error(f"the {self._name} engine is closed")
            self._jobs = [waiting for waiting in self._jobs if not waiting.dropped]
            if len(self._jobs) >= self._limit:
                self._make_room(job.urgency.priority)
            self._jobs.append(job)
            self._make_way()
            self._ready.notify()
        job.urgency.watch(self._look_again)
        return job

    def _look_again(self) -> None:
        """A job in the queue may have become urgent."""
        with self._ready:
            self._make_way()

    def _make_room(self, priority: Priority) -> None:
        worst = max(self._jobs, key=lambda job: job.rank)
        if worst.urgency.priority <= priority:
            raise self._error(f"the {self._name} engine is overloaded: {len(self._jobs)} jobs wait")
        self._jobs.remove(worst)
        worst.give_up(self._error(f"the {self._name} engine is overloaded: more urgent work came"))

    def _make_way(self) -> None:
        """Halt what is in work and can wait if something more urgent waits."""
        running = self._running
        if running is None or running.urgency.priority <= Priority.COMMITTED:
            return
        if any(job.urgency.priority < running.urgency.priority for job in self._jobs if not job.dropped):
            running.halt.ask()

    def _run(self) -> None:
        while True:
            with self._ready:
                self._running = None
                self._ready.wait_for(lambda: self._closed or self._jobs)
                if self._closed:
                    return
                job = min(self._jobs, key=lambda waiting: waiting.rank)
                self._jobs.remove(job)
                if job.dropped or not (job.future.running() or job.future.set_running_or_notify_cancel()):
                    job.give_up(Halted())
                    continue
                job.halt = Halt()
                self._running = job
            self._do(job)
            del job

    def _do(self, job: _Job) -> None:
        try:
            result = job.work(job.halt)
        except Halted as halted:
            self._again(job, halted)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _again(self, job: _Job, halted: Halted) -> None:
        """Put halted work back where it was, unless nobody waits for it any more."""
        with self._ready:
            if not self._closed and not job.abandoned:
                self._jobs.append(job)
                return
        job.give_up(halted if job.abandoned else self._error(f"the {self._name} engine was closed"))
