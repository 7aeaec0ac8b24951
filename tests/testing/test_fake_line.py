"""The line without telephony: a transfer goes as the test has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.channel import Channel, agent_side, socket_paths
from telephony.message import Message
from telephony.messages import (
    VERSION,
    Attach,
    Attached,
    CancelTransfer,
    EndedBy,
    Finished,
    FromLine,
    Transfer,
    TransferFailed,
    Transferred,
    TransferRinging,
)
from telephony.testing.fake_line import FakeLine, Outcome
from telephony.transfers import Failure


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeLine]:
    fake = FakeLine(tmp_path).start()
    fake.ring()
    yield fake
    fake.close()


@pytest.fixture
def agent(line: FakeLine, tmp_path: Path) -> Iterator[Channel[FromLine]]:
    channel = agent_side(socket_paths(tmp_path, 0)[0])
    channel.send(Attach(VERSION, 1))
    assert isinstance(channel.receive(), Attached)
    yield channel
    channel.close()


def kinds(agent: Channel[FromLine], count: int) -> list[type[Message]]:
    return [type(agent.receive()) for _ in range(count)]


def test_a_transfer_succeeds_unless_the_test_says_otherwise(line: FakeLine, agent: Channel[FromLine]) -> None:
    agent.send(Transfer("call-1", "200"))
    assert kinds(agent, 2) == [TransferRinging, Transferred]
    finished = agent.receive()
    assert isinstance(finished, Finished)
    assert finished.by is EndedBy.TRANSFERRED
    assert not line.ongoing


def test_a_transfer_fails_as_scripted(line: FakeLine, agent: Channel[FromLine]) -> None:
    line.outcomes = [Outcome(Failure.BUSY, 486), Outcome(Failure.BUSY, 486, gone=True, rings=False)]
    agent.send(Transfer("call-1", "200"))
    assert kinds(agent, 1) == [TransferRinging]
    failed = agent.receive()
    assert isinstance(failed, TransferFailed)
    assert (failed.status, failed.reason, failed.gone) == (486, Failure.BUSY, False)
    agent.send(Transfer("call-1", "200"))
    assert kinds(agent, 2) == [TransferFailed, Finished]


def test_a_slow_transfer_rings_until_it_is_cancelled_finished_or_the_caller_is_gone(
    line: FakeLine, agent: Channel[FromLine]
) -> None:
    line.slow = True
    agent.send(Transfer("call-1", "200"))
    assert kinds(agent, 1) == [TransferRinging]
    agent.send(CancelTransfer("call-1"))
    cancelled = agent.receive()
    assert isinstance(cancelled, TransferFailed)
    assert cancelled.reason is Failure.CANCELLED
    agent.send(Transfer("call-1", "200"))
    assert kinds(agent, 1) == [TransferRinging]
    line.hang_up()
    assert kinds(agent, 2) == [TransferFailed, Finished]
    line.ring("call-2")
    agent.send(Transfer("call-2", "200"))
    assert kinds(agent, 2)[1] is TransferRinging
    line.finish_transfer("call-2")
    assert kinds(agent, 2) == [Transferred, Finished]
