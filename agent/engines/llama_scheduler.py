"""One thread for the language model: jobs advance in small steps, and between steps the most urgent goes first.

How urgent each is, is looked at before every step, so a draft that is committed overtakes from its next step on.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from agent.engines.contract import Priority
from agent.errors import EngineError, LanguageModelError


class Job(Protocol):
    """Work in steps of some 10 ms. `step` and `fail` are called on the scheduler's thread, `cancelled` is a flag."""

    @property
    def priority(self) -> Priority: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def pausing(self) -> bool:
        """It is far enough for now; `LlamaScheduler.look_again` when that may have changed."""

    def step(self) -> bool:
        """Do the next step; True when the job is done."""

    def fail(self, error: EngineError) -> None:
        """Tell whoever waits; the job will not be stepped again."""


class LlamaScheduler:
    """Steps the most urgent job, the first come of equals, the last come of drafts; `limit` jobs may wait or run at
    once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._order = itertools.count()
        self._jobs: list[tuple[int, Job]] = []  # by order of arrival
        self._errands: deque[Callable[[], None]] = deque()
        self._ready = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="llama", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Add a job; thread-safe, never waits. A full queue drops its least urgent for a more urgent one, and else
        raises LanguageModelError."""
        dropped: Job | None = None
        with self._ready:
            if self._closed:
                raise LanguageModelError("the language model is closed")
            self._forget_cancelled()
            if len(self._jobs) >= self._limit:
                worst = max(self._jobs, key=_rank)
                if worst[1].priority <= job.priority:
                    raise LanguageModelError(f"the language model is overloaded: {len(self._jobs)} jobs wait")
                self._jobs.remove(worst)
                dropped = worst[1]
            self._jobs.append((next(self._order), job))
            self._ready.notify()
        if dropped:
            dropped.fail(LanguageModelError("the language model is overloaded: more urgent work came"))

    def look_again(self) -> None:
        """A job may have become urgent, or may go on."""
        with self._ready:
            self._ready.notify()

    def errand(self, work: Callable[[], None]) -> None:
        """Run something short on the thread, before the next step; nothing once it is closed."""
        with self._ready:
            if not self._closed:
                self._errands.append(work)
                self._ready.notify()

    def close(self, last: Callable[[], None] = lambda: None, timeout: float = 5.0) -> None:
        """Finish the step in work, fail what is left, end the thread. `last` is run on the thread after that step,
        however long it takes; this waits `timeout` s for it."""
        with self._ready:
            if not self._closed:
                self._errands.append(last)
            self._closed = True
            self._ready.notify()
        self._thread.join(timeout)
        for _, job in self._jobs:
            job.fail(LanguageModelError("the language model was closed"))
        self._jobs = []

    def _run(self) -> None:
        while True:
            with self._ready:
                while not (self._closed or self._errands or self._next()):
                    self._ready.wait()
                errands, self._errands = self._errands, deque()
                closed = self._closed
                entry = None if closed else self._next()
            for errand in errands:
                errand()
            if closed:
                return
            if entry and self._over(entry[1]):
                with self._ready:
                    self._jobs = [waiting for waiting in self._jobs if waiting is not entry]

    def _next(self) -> tuple[int, Job] | None:
        self._forget_cancelled()
        return min((entry for entry in self._jobs if not entry[1].pausing), key=_rank, default=None)

    def _forget_cancelled(self) -> None:
        self._jobs = [entry for entry in self._jobs if not entry[1].cancelled]

    def _over(self, job: Job) -> bool:
        try:
            return job.step()
        except EngineError as error:
            job.fail(error)
        except Exception as error:  # noqa: BLE001 - one broken job must not end the thread; its owner is told
            job.fail(LanguageModelError(f"the language model failed: {type(error).__name__}: {error}"))
        return True


def _rank(entry: tuple[int, Job]) -> tuple[int, int]:
    """The most urgent, the first come of equals; but of drafts the latest, because its words are the likeliest."""
    order, job = entry
    return int(job.priority), -order if job.priority == Priority.DRAFT else order
