"""What is due after a reply, as the line and the places for results get it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.dialplan.transfers import Transfer as Target
from agent.host.dictation import Dictation
from agent.host.errands import Errands, NoTools
from agent.reply.reply import Due, Handed
from agent.tools.record import Record, Spoken, Who
from telephony.message import Message
from telephony.messages import OngoingCall, SendDigits, Transfer

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


def errands(office: Office, directory: Path) -> Errands:
    call = OngoingCall("c-17", 0, "loopback", "5550100", "100", "desk", "PCMU/8000", 0)
    dictation = Dictation(call, directory, lambda event: None, with_text=False)
    return Errands(call, office, dictation, NoTools(), office, sound=str, arrived=lambda: None)


async def test_the_transcript_goes_with_the_id_that_the_line_puts_into_the_call(tmp_path: Path) -> None:
    office = Office()
    busy = errands(office, tmp_path)
    async with asyncio.TaskGroup() as group:
        handed = Handed("desk", (("name", "Jo"),), SAID)
        busy.do(Due(transfer=Target(name="desk", target="200", then_send="12#"), handed=handed), group)
        await asyncio.sleep(0)
    busy.leave()
    (record,) = [one for one in office.came if isinstance(one, Record)]
    (order,) = [one for one in office.came if isinstance(one, Transfer)]
    assert (record.call, record.caller, record.transfer) == (order.call, "5550100", "desk")
    assert (record.values, record.transcript) == ((("name", "Jo"),), SAID)
    assert order.then_send == "12#"


async def test_keys_go_to_the_line(tmp_path: Path) -> None:
    office = Office()
    async with asyncio.TaskGroup() as group:
        errands(office, tmp_path).do(Due(press="9#"), group)
    assert office.came == [SendDigits("c-17", "9#")]
