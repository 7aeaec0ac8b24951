"""Calls in by the static trunk: who is on the line, and who hangs up."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.messages import Ended, EndedBy, Finished, Why

from .asterisk import Asterisk
from .stage import CALLER, NUMBER, Stage, stage
from .until import until


async def test_a_call_comes_in_and_the_caller_hangs_up(on_stage: Stage) -> None:
    call, ongoing = await on_stage.answered()
    assert (ongoing.trunk, ongoing.called, ongoing.caller) == ("pbx", NUMBER, CALLER)
    assert (ongoing.dialplan, ongoing.line) == ("default", 0)
    await on_stage.both_hear(call, ongoing)
    await call.hang_up()
    finished = await on_stage.agent.expect(Finished)
    assert (finished.call, finished.by) == (ongoing.call, EndedBy.CALLER)
    assert [ended.why for ended in on_stage.agent.of(Ended)] == [Why.CALL_ENDED]
    await on_stage.line.wait(lambda report: not report.calls, "report that no call is left")


async def test_the_bot_hangs_up(on_stage: Stage) -> None:
    call, ongoing = await on_stage.answered()
    on_stage.agent.hang_up(ongoing.call)
    assert (await call.ended(3.0)).by == "peer"
    finished = await on_stage.agent.expect(Finished)
    assert (finished.call, finished.by) == (ongoing.call, EndedBy.BOT)
    asterisk = on_stage.asterisk
    await until(lambda: not asterisk.channels(), lambda: f"channels are left: {asterisk.channels()}")


async def test_without_the_number_in_dial_the_bot_sees_the_contact(on_stage: Stage) -> None:
    """What docs/trunks.md warns of."""
    _, ongoing = await on_stage.answered("plain")
    assert ongoing.called == "offhook"


async def test_a_withheld_number_stays_withheld(on_stage: Stage) -> None:
    """Asterisk sends the number in P-Asserted-Identity all the same, with Privacy: id."""
    _, ongoing = await on_stage.answered(f"withheld*{NUMBER}")
    assert ongoing.caller == ""


@pytest.mark.parametrize(("trusted", "caller"), [(True, CALLER), (False, "trunkline")])
async def test_the_caller_of_a_trunk_with_one_name(
    asterisk: Asterisk, run_dir: Path, trusted: bool, caller: str
) -> None:
    """Carriers put the account into From and the caller into P-Asserted-Identity: read where it is trusted."""
    trunk = {"name": "carrier", "peers": ["127.0.0.1/32"], "trusted": trusted}
    async with stage(asterisk, run_dir, trunks=(trunk,)) as everything:
        _, ongoing = await everything.answered(f"var*fromuser*{NUMBER}")
        assert ongoing.caller == caller


async def test_numbers_are_normalised(asterisk: Asterisk, run_dir: Path) -> None:
    trunk = {"name": "uk", "peers": ["127.0.0.1/32"], "country_code": "44"}
    numbers = {"+442079460000": "london", "+442079460001": "other"}
    async with stage(asterisk, run_dir, trunks=(trunk,), numbers=numbers) as everything:
        _, ongoing = await everything.answered("02079460000", caller="004915112345678")
        assert (ongoing.called, ongoing.caller) == ("+442079460000", "+4915112345678")
        assert ongoing.dialplan == "london"
