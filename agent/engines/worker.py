"""One thread that owns an engine: jobs wait in order of priority, in a bounded queue; the cancelled are skipped."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from agent.engines.contract import Priority
from agent.errors import EngineError

Result = TypeVar("Result")
_Job = tuple[int, int, "Future[Any]", Callable[[], Any]]


class Worker:
    """Runs jobs one at a time on its own thread, lowest `Priority` first, in order of arrival within one.

    With `limit` jobs waiting, a new job pushes out the youngest of the least urgent if it is more urgent itself, and is
    refused otherwise; the one that loses gets `error`.
    """

    def __init__(self, name: str, limit: int, error: type[EngineError]) -> None:
        self._name = name
        self._limit = limit
        self._error = error
        self._jobs: list[_Job] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], Result], priority: Priority) -> Future[Result]:
        """Queue `work`; thread-safe, never waits. Cancelling the future skips work that has not begun."""
        future: Future[Result] = Future()
        with self._ready:
            if self._closed:
                raise self._error(f"the {self._name} engine is closed")
            self._jobs = [job for job in self._jobs if not job[2].cancelled()]
            heapq.heapify(self._jobs)
            if len(self._jobs) >= self._limit:
                self._make_room(priority)
            heapq.heappush(self._jobs, (int(priority), next(self._order), future, work))
            self._ready.notify()
        return future

    async def run(self, work: Callable[[], Result], priority: Priority) -> Result:
        """Queue `work` and await its result; cancelling the await cancels work that has not begun."""
        return await asyncio.wrap_future(self.submit(work, priority))

    def close(self, timeout: float = 5.0) -> None:
        """Fail what waits, let the job in work finish, end the thread."""
        with self._ready:
            self._closed = True
            waiting, self._jobs = self._jobs, []
            self._ready.notify()
        for _, _, future, _ in waiting:
            if future.set_running_or_notify_cancel():
                future.set_exception(self._error(f"the {self._name} engine was closed"))
        self._thread.join(timeout)

    def _make_room(self, priority: Priority) -> None:
        worst = max(self._jobs, key=lambda job: job[:2])
        if worst[0] <= priority:
            raise self._error(f"the {self._name} engine is overloaded: {len(self._jobs)} jobs wait")
        self._jobs.remove(worst)
        heapq.heapify(self._jobs)
        if worst[2].set_running_or_notify_cancel():
            worst[2].set_exception(self._error(f"the {self._name} engine is overloaded: more urgent work came"))

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._closed or self._jobs)
                if self._closed:
                    return
                _, _, future, work = heapq.heappop(self._jobs)
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
                future.set_exception(error)
            else:
                future.set_result(result)
            del future, work
