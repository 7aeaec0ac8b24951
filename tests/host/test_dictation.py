"""Messages on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec

from agent.host.dictation import Dictation
from agent.live import Live
from agent.records.messages import save
from agent.reply.reply import TakenMessage
from telephony.messages import OngoingCall

CALL = OngoingCall("call-1", 0, "loopback", "+15550100", "100", "default", "PCMU/8000", 0)
TAKEN_UP = msgspec.structs.replace(CALL, checkpoint=b"state")
TAKEN = TakenMessage("this is ann", "15550100", confirmed=True)


async def test_a_message_that_the_agent_before_may_have_saved_is_not_saved_twice(tmp_path: Path) -> None:
    told: list[Live] = []

    async def saved(taken: TakenMessage, call: OngoingCall = TAKEN_UP) -> int:
        """As an agent does that took the call up; how many messages there are then."""
        await Dictation(call, tmp_path, told.append, with_text=False).save(taken)
        return sum(name.endswith(".json") for name in os.listdir(tmp_path))

    await Dictation(CALL, tmp_path, told.append, with_text=False).save(TAKEN)
    assert await saved(TAKEN) == 1
    assert await saved(msgspec.structs.replace(TAKEN, text="this is bob")) == 2
    assert await saved(TAKEN, msgspec.structs.replace(TAKEN_UP, call="call-2")) == 3


def test_what_was_taken_down_before_is_kept_with_the_message(tmp_path: Path) -> None:
    taken = msgspec.structs.replace(TAKEN, notes=(("who", "sales"), ("transfer", "sales")))
    record = save(tmp_path, CALL, b"", taken, with_text=False)
    assert json.loads(record.read_bytes())["notes"] == {"who": "sales", "transfer": "sales"}
