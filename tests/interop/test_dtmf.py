"""Keys pressed, both ways, by RFC 4733 and by INFO: each once."""

from __future__ import annotations

import asyncio

import pytest

from telephony.messages import Digit

from .stage import NUMBER, Stage
from .until import until


@pytest.mark.parametrize("number", [NUMBER, f"var*info*{NUMBER}"], ids=["rfc4733", "info"])
async def test_the_bot_gets_each_key_once(on_stage: Stage, number: str) -> None:
    mark = on_stage.asterisk.mark()
    call, ongoing = await on_stage.answered(number)
    await call.dtmf("1")
    await call.dtmf("159#*0")
    await on_stage.agent.expect(Digit, nth=7)
    await asyncio.sleep(1.0)  # would a second copy of any come, it would be here by now
    digits = on_stage.agent.of(Digit, ongoing.call)
    assert "".join(each.digit for each in digits) == "1159#*0"
    assert [each.at for each in digits] == sorted({each.at for each in digits})
    by_info = "INFO sip:" in on_stage.asterisk.since(mark)
    assert by_info == (number != NUMBER), "the keys went the other way: this test proves nothing"


@pytest.mark.parametrize("number", [NUMBER, f"var*info*{NUMBER}"], ids=["rfc4733", "info"])
async def test_the_caller_gets_the_keys_that_the_bot_presses(on_stage: Stage, number: str) -> None:
    call, ongoing = await on_stage.answered(number)
    on_stage.agent.press(ongoing.call, "42#")
    await until(lambda: call.digits == "42#", lambda: f"the phone got {call.digits!r}")
