"""The simulated caller against a peer that nobody here wrote: what it measures with must itself be right."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from telephony.testing.caller import CallFailed, UserAgent

from .asterisk import Asterisk
from .stage import latest
from .tones import CALLER_HZ, share, tone
from .until import until


@pytest.mark.parametrize("codec", ["PCMU", "PCMA", "G722"])
async def test_echo(asterisk: Asterisk, codec: str) -> None:
    async with UserAgent() as phone:
        call = await phone.call(f"sip:echo@{asterisk.address}", codecs=(codec,))
        assert call.codec == codec
        await call.play(tone(CALLER_HZ, 2.0))
        assert share(latest(call, 1.0), CALLER_HZ) > 0.8
        await call.hold()
        await call.unhold()
        await call.play(tone(CALLER_HZ, 2.0))
        assert share(latest(call, 1.0), CALLER_HZ) > 0.8


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_keys_both_ways(asterisk: Asterisk, transport: Literal["udp", "tcp"]) -> None:
    mark = asterisk.mark()
    async with UserAgent(transport=transport) as phone:
        call = await phone.call(f"sip:keys@{asterisk.address}")
        await asyncio.sleep(0.5)
        await call.dtmf("12*4")
        await asterisk.saw(r"keys read: 12\*4", after=mark)
        await until(lambda: call.digits == "159#", lambda: f"the phone got {call.digits!r}")
        assert (await call.ended(5.0)).by == "peer"


async def test_busy(asterisk: Asterisk) -> None:
    async with UserAgent() as phone:
        with pytest.raises(CallFailed) as failure:
            await phone.call(f"sip:busy@{asterisk.address}")
    assert failure.value.status == 486


@pytest.mark.parametrize("password", ["phone-secret", "wrong"])
async def test_a_phone_with_a_password(asterisk: Asterisk, password: str) -> None:
    async with UserAgent(username="5550111", password=password) as phone:
        dialling = phone.call(f"sip:echo@{asterisk.address}", caller="5550111")
        if password == "phone-secret":
            assert (await dialling).status == 200
        else:
            with pytest.raises(CallFailed) as failure:
                await dialling
            assert failure.value.status == 401
