"""Transfers as the agent orders them: one at a time, and none is waited for without an end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from agent.dialplan.transfers import Transfer as Target
from agent.host.putting_through import PuttingThrough
from telephony.message import Message
from telephony.messages import CancelTransfer, OngoingCall, Transfer, TransferFailed, Transferred
from telephony.transfers import Failure, How
from tests.fuzz.virtual_loop import VirtualLoop

DESK = Target(name="desk", target="200", seconds=20)
RESCUE = Target(name="rescue", target="911", seconds=30)
TO_DESK = Transfer("c", "200", How.CONSULT, 20.0)
TO_RESCUE = Transfer("c", "911", How.CONSULT, 30.0)
LONGEST_S = 330.0


class PaperLine:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Message] = []

    def control(self, message: Message) -> None:
        self.told.append(message)

    def say(self, message: Message) -> None:
        """Nobody speaks here."""


class Scene:
    """A call's transfers, and what became of them."""

    def __init__(self, transferring: bool = False) -> None:
        self.line = PaperLine()
        self.failed: list[Failure] = []
        call = OngoingCall("c", 0, "loopback", "", "100", "desk", "PCMU/8000", 0, transferring=transferring)
        self.through = PuttingThrough(call, self.line, str, failed=lambda news: self.failed.append(news.reason))

    def fails(self, reason: Failure) -> None:
        """The line tells so."""
        self.through.passed(TransferFailed("c", 0, reason, gone=False, at=0))


def in_virtual_time(story: Callable[[], Awaitable[None]]) -> None:
    loop = VirtualLoop()
    loop.run_until_complete(story())
    loop.close()
    assert loop.faults == []


def test_what_is_more_urgent_is_ordered_once_the_one_that_rings_is_given_up() -> None:
    async def story() -> None:
        scene = Scene()
        scene.through.begin(DESK)
        scene.through.begin(RESCUE)
        assert scene.line.told == [TO_DESK, CancelTransfer("c")]
        scene.fails(Failure.CANCELLED)
        assert scene.line.told[2:] == [TO_RESCUE]
        assert scene.failed == []
        scene.fails(Failure.BUSY)
        assert scene.failed == [Failure.BUSY]

    in_virtual_time(story)


def test_a_caller_who_wants_to_stay_is_not_put_through_to_the_next_either() -> None:
    async def story() -> None:
        scene = Scene()
        scene.through.begin(DESK)
        scene.through.begin(RESCUE)
        scene.through.call_off()
        scene.fails(Failure.CANCELLED)
        assert scene.line.told == [TO_DESK, CancelTransfer("c"), CancelTransfer("c")]

    in_virtual_time(story)


def test_what_rang_before_this_agent_is_given_up_for_the_next() -> None:
    async def story() -> None:
        scene = Scene(transferring=True)
        scene.through.begin(RESCUE)
        assert scene.line.told == [CancelTransfer("c")]
        scene.fails(Failure.NO_ANSWER)
        assert scene.line.told[1:] == [TO_RESCUE]

    in_virtual_time(story)


@pytest.mark.parametrize("transferring", [True, False])
def test_a_line_that_never_says_how_it_went_is_not_waited_for(transferring: bool) -> None:
    async def story() -> None:
        scene = Scene(transferring)
        if not transferring:
            scene.through.begin(DESK)
            await asyncio.sleep(2 * DESK.seconds)  # it rings, and a warm target thinks
        assert scene.failed == []
        await asyncio.sleep(LONGEST_S)
        assert scene.failed == [Failure.SILENT]
        assert scene.line.told[-1] == CancelTransfer("c")

    in_virtual_time(story)


def test_nothing_is_told_of_one_that_is_over() -> None:
    async def story() -> None:
        scene, left = Scene(), Scene()
        scene.through.begin(DESK)
        scene.through.passed(Transferred("c", 200, 0))
        left.through.begin(DESK)
        left.through.close()
        await asyncio.sleep(LONGEST_S)
        assert (scene.failed, left.failed) == ([], [])

    in_virtual_time(story)
