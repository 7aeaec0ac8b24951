"""Calls that are tests: what tools give, what time it is, and that nobody is dialled."""

from __future__ import annotations

import queue
from collections.abc import Callable
from datetime import datetime

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load
from agent.dialplan.rehearsal import number_of
from agent.dialplan.schema import Cue, Rehearsal, Result
from agent.engines.fakes import FakeEmbedder
from agent.host import rehearsed
from agent.host.rehearsed import RehearsedLink, RehearsedResponder, RehearsedTools
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult
from telephony import messages as wire
from telephony.message import Message
from telephony.transfers import Failure

NOW = datetime(2026, 12, 2, 10)
TESTS = (
    Rehearsal(
        name="one",
        now=NOW,
        results=(Result(tool="book", refuses="taken"), Result(tool="book", gives={"when": "Friday"})),
        turns=(Cue(caller="hello"), Cue(no_answer=True)),
    ),
    Rehearsal(name="two", results=(Result(tool="book"),), turns=(Cue(caller="hello"),)),
)
PLAN = load(WORKSHOP).model_copy(update={"tests": TESTS})
BOOK = ToolCall("book", (), "k")
News = queue.SimpleQueue[wire.FromLine]


class FakeLink:
    """A line that keeps what it is told, and tells what a test says."""

    def __init__(self) -> None:
        self.attached = wire.Attached(1, 0)
        self.told: list[Message] = []
        self.closed = False
        self.tell: Callable[[wire.FromLine], None] = lambda message: None

    def start(
        self,
        on_control: Callable[[wire.FromLine], None],
        on_heard: Callable[[wire.Heard], None],
        on_gone: Callable[[], None],
    ) -> None:
        self.tell = on_control

    def control(self, message: Message) -> None:
        self.told.append(message)

    def say(self, message: Message) -> None:
        self.told.append(message)

    def close(self) -> None:
        self.closed = True


def started(call: str, caller: str) -> wire.Started:
    return wire.Started(wire.OngoingCall(call, 0, "loopback", caller, "1", "plan", "PCMU/8000", 0))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> tuple[RehearsedLink, FakeLink, News]:
    monkeypatch.setattr(rehearsed, "RINGS_S", 0.0)
    monkeypatch.setattr(rehearsed, "ENDS_S", 0.0)
    fake, news = FakeLink(), News()
    link = RehearsedLink(fake, lambda: {"plan": PLAN})
    link.start(news.put, lambda heard: None, lambda: None)
    fake.tell(started("a", number_of(0)))
    fake.tell(started("b", number_of(1)))
    news.get()
    news.get()
    return link, fake, news


async def test_tools_give_each_call_its_own_tests_results() -> None:
    tools = RehearsedTools(PLAN)
    assert await tools.run(BOOK, "a", number_of(0)) == ToolResult(Outcome.REFUSED, why="taken")
    assert (await tools.run(BOOK, "b", number_of(1))).outcome is Outcome.FAILED
    assert await tools.run(BOOK, "a", number_of(0)) == ToolResult(Outcome.DONE, (("when", "Friday"),))
    assert (await tools.run(BOOK, "again", number_of(0))).why == "taken"


async def test_tools_give_nothing_to_who_is_no_test() -> None:
    assert (await RehearsedTools(PLAN).run(BOOK, "c", "5559999")).outcome is Outcome.FAILED


def test_it_is_the_time_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks: list[object] = []
    monkeypatch.setattr("agent.reply.responder.Conversation", lambda responder, state, now: clocks.append(now() == NOW))
    responder = RehearsedResponder(PLAN, FakeEmbedder())
    for number in (number_of(0), number_of(1), "5559999"):
        responder.conversation(number)
    assert clocks == [True, False, False]


def test_nobody_is_dialled_and_where_the_test_says_so_nobody_answers(
    line: tuple[RehearsedLink, FakeLink, News],
) -> None:
    link, fake, news = line
    link.control(wire.Transfer("a", "911"))
    assert news.get(timeout=10) == wire.TransferFailed("a", 0, Failure.NO_ANSWER, gone=False, at=0)
    assert fake.told == []


def test_nobody_has_answered_some_time_after_the_bot_has_said_whom_it_rings(
    line: tuple[RehearsedLink, FakeLink, News], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsed, "RINGS_S", 3600.0)
    link, fake, news = line
    said = wire.Ended("a", 1, 1, 100, wire.Why.PLAYED, 100)
    link.control(wire.Transfer("a", "911"))
    fake.tell(said)
    told = [news.get(timeout=10), news.get(timeout=10)]
    assert said in told
    assert wire.TransferFailed("a", 0, Failure.NO_ANSWER, gone=False, at=0) in told


def test_it_rings_on_until_it_is_called_off(line: tuple[RehearsedLink, FakeLink, News]) -> None:
    link, fake, news = line
    link.control(wire.CancelTransfer("b"))
    assert news.empty()
    link.control(wire.Transfer("b", "911"))
    assert news.empty()
    link.control(wire.CancelTransfer("b"))
    assert news.get(timeout=10) == wire.TransferFailed("b", 0, Failure.CANCELLED, gone=False, at=0)
    assert fake.told == []


def test_all_else_passes(line: tuple[RehearsedLink, FakeLink, News]) -> None:
    link, fake, _ = line
    link.control(wire.HangUp("a"))
    link.say(wire.Stock("id", b""))
    link.close()
    assert fake.told == [wire.HangUp("a"), wire.Stock("id", b"")]
    assert fake.closed
