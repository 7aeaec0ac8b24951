from __future__ import annotations

import threading

import pytest

from agent.engines.contract import Priority
from agent.engines.llama_scheduler import LlamaScheduler
from agent.errors import EngineError, LanguageModelError


class Steps:
    """A job of some steps, each written down in a shared log; it may wait, fail, or start others at its first step."""

    def __init__(self, name: str, priority: Priority, steps: int, log: list[str]) -> None:
        self.name, self.priority, self.left, self.log = name, priority, steps, log
        self.cancelled = False
        self.pausing = False
        self.failed: list[EngineError] = []
        self.over = threading.Event()
        self.first_step = lambda: None
        self.breaks = False

    def step(self) -> bool:
        first, self.first_step = self.first_step, lambda: None
        first()
        if self.breaks:
            raise ZeroDivisionError("broken")
        self.log.append(self.name)
        self.left -= 1
        if not self.left:
            self.over.set()
        return not self.left

    def fail(self, error: EngineError) -> None:
        self.failed.append(error)
        self.over.set()


def test_a_more_urgent_job_goes_between_the_steps_of_another() -> None:
    scheduler, log = LlamaScheduler(8), []
    draft = Steps("draft", Priority.DRAFT, 3, log)
    reply = Steps("reply", Priority.COMMITTED, 2, log)
    question = Steps("question", Priority.ENDPOINT, 1, log)
    draft.first_step = lambda: scheduler.submit(reply)
    reply.first_step = lambda: scheduler.submit(question)
    scheduler.submit(draft)
    assert draft.over.wait(30)
    assert log == ["draft", "reply", "question", "reply", "draft", "draft"]
    scheduler.close()


def test_equals_come_in_order_and_the_cancelled_stop() -> None:
    scheduler, log = LlamaScheduler(8), []
    one, two = Steps("one", Priority.DRAFT, 50, log), Steps("two", Priority.DRAFT, 2, log)

    def begin() -> None:
        scheduler.submit(two)
        one.cancelled = True

    one.first_step = begin
    scheduler.submit(one)
    assert two.over.wait(30)
    assert log == ["one", "two", "two"]
    scheduler.close()


def test_a_broken_job_is_told_and_the_thread_goes_on() -> None:
    scheduler, log = LlamaScheduler(8), []
    broken, sound = Steps("broken", Priority.DRAFT, 1, log), Steps("sound", Priority.DRAFT, 1, log)
    broken.breaks = True
    scheduler.submit(broken)
    scheduler.submit(sound)
    assert sound.over.wait(30)
    assert "ZeroDivisionError" in str(broken.failed[0])
    scheduler.close()


def test_a_full_queue_drops_the_least_urgent_or_refuses() -> None:
    scheduler, log = LlamaScheduler(2), []
    entered, opened = threading.Event(), threading.Event()
    running = Steps("running", Priority.ENDPOINT, 1, log)
    running.first_step = lambda: (entered.set(), opened.wait(30))
    scheduler.submit(running)
    assert entered.wait(30)
    draft = Steps("draft", Priority.DRAFT, 1, log)
    scheduler.submit(draft)
    with pytest.raises(LanguageModelError, match="overloaded"):
        scheduler.submit(Steps("late", Priority.BACKGROUND, 1, log))
    reply = Steps("reply", Priority.COMMITTED, 1, log)
    scheduler.submit(reply)
    opened.set()
    assert reply.over.wait(30)
    assert "overloaded" in str(draft.failed[0])
    assert log == ["running", "reply"]
    scheduler.close()


def test_closing_fails_what_is_left_and_ends_the_thread() -> None:
    scheduler, log = LlamaScheduler(8), []
    entered, opened = threading.Event(), threading.Event()
    running = Steps("running", Priority.DRAFT, 1000, log)
    running.first_step = lambda: (entered.set(), opened.wait(30))
    scheduler.submit(running)
    assert entered.wait(30)
    closing = threading.Thread(target=scheduler.close)
    closing.start()
    opened.set()
    closing.join(30)
    assert "closed" in str(running.failed[0])
    with pytest.raises(LanguageModelError, match="closed"):
        scheduler.submit(Steps("late", Priority.ENDPOINT, 1, log))


def test_what_is_freed_is_freed_after_the_step_in_work_and_nothing_runs_after_it() -> None:
    scheduler, log = LlamaScheduler(8), []
    entered, opened, freed = threading.Event(), threading.Event(), threading.Event()
    running = Steps("running", Priority.DRAFT, 2, log)
    running.first_step = lambda: (entered.set(), opened.wait(30))
    scheduler.submit(running)
    assert entered.wait(30)
    scheduler.close(lambda: (log.append("freed"), freed.set()), timeout=0.0)
    scheduler.errand(lambda: log.append("errand"))
    assert log == []
    opened.set()
    assert freed.wait(30)
    scheduler.close(lambda: log.append("freed again"))
    assert log == ["running", "freed"]


def test_an_errand_runs_without_any_job() -> None:
    scheduler, ran = LlamaScheduler(8), threading.Event()
    scheduler.errand(ran.set)
    assert ran.wait(30)
    scheduler.close()


def test_a_draft_that_is_promoted_in_the_middle_overtakes() -> None:
    scheduler, log = LlamaScheduler(8), []
    draft, reply = Steps("draft", Priority.DRAFT, 2, log), Steps("reply", Priority.COMMITTED, 3, log)

    def promote() -> None:
        scheduler.submit(draft)
        draft.priority = Priority.ENDPOINT

    reply.first_step = promote
    scheduler.submit(reply)
    assert reply.over.wait(30)
    assert log == ["reply", "draft", "draft", "reply", "reply"]
    scheduler.close()


def test_a_pausing_job_is_stepped_when_it_may_go_on() -> None:
    scheduler, log = LlamaScheduler(8), []
    pausing, other = Steps("pausing", Priority.ENDPOINT, 1, log), Steps("other", Priority.DRAFT, 1, log)
    pausing.pausing = True
    scheduler.submit(pausing)
    scheduler.submit(other)
    assert other.over.wait(30)
    assert log == ["other"]
    pausing.pausing = False
    scheduler.look_again()
    assert pausing.over.wait(30)
    scheduler.close()
