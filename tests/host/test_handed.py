"""What goes with a caller who is put through is on its way before the target is called, under the call's id."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.dialplan.transfers import Transfer as Target
from agent.host.dictation import Dictation
from agent.host.errands import Errands, NoTools
from agent.reply.reply import Due, Handed
from agent.tools.record import Record, Spoken, Who
from telephony.messages import Message, OngoingCall, Transfer

SAID = (Spoken(Who.CALLER, "front desk please"),)


class Office:
    """A line and a place for results: keeps what comes, in its order."""

    def __init__(self) -> None:
        self.came: list[Message | Record] = []

    def control(self, message: Message) -> None:
        self.came.append(message)

    def say(self, message: Message) -> None:
        """Nobody speaks here."""

    async def deliver(self, record: Record) -> None:
        self.came.append(record)

    async def close(self) -> None:
        """Nothing is open."""


async def test_the_transcript_goes_with_the_id_that_the_line_puts_into_the_call(tmp_path: Path) -> None:
    office = Office()
    call = OngoingCall("c-17", 0, "loopback", "5550100", "100", "desk", "PCMU/8000", 0)
    dictation = Dictation(call, tmp_path, lambda event: None, with_text=False)
    errands = Errands(call, office, dictation, NoTools(), office, sound=str, arrived=lambda: None)
    async with asyncio.TaskGroup() as group:
        handed = Handed("desk", (("name", "Jo"),), SAID)
        errands.do(Due(transfer=Target(name="desk", target="200"), handed=handed), group)
        await asyncio.sleep(0)
    errands.leave()
    (record,) = [one for one in office.came if isinstance(one, Record)]
    (order,) = [one for one in office.came if isinstance(one, Transfer)]
    assert (record.call, record.caller, record.transfer) == (order.call, "5550100", "desk")
    assert (record.values, record.transcript) == ((("name", "Jo"),), SAID)
