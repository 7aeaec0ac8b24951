"""The bot that registers: let in, kept out, and back after the registrar was away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from telephony.messages import EndedBy, Finished

from .asterisk import Asterisk
from .asterisk_files import PASSWORD, USERNAME
from .stage import NUMBER, Stage, stage
from .until import PATIENCE_S

AOR = "offhook-reg"


def registering(asterisk: Asterisk, **change: Any) -> Mapping[str, Any]:
    """A trunk as in deploy/asterisk/README.md."""
    login = {"registrar": f"sip:{asterisk.address}", "username": USERNAME, "password": PASSWORD, "expires": 30}
    return {"name": "pbx", "peers": ["127.0.0.1/32"], "trusted": True, "registration": login | change}


async def registered(everything: Stage, within_s: float = PATIENCE_S) -> None:
    await everything.line.wait(
        lambda report: [each.registration for each in report.trunks] == ["registered"], "register", within_s
    )
    await everything.asterisk.reachable(AOR)


async def test_a_call_comes_in_by_registration(asterisk: Asterisk, run_dir: Path) -> None:
    mark = asterisk.mark()
    async with stage(asterisk, run_dir, trunks=(registering(asterisk),)) as everything:
        await registered(everything)
        assert everything.line.trunk("pbx").status == 200
        challenged = asterisk.since(mark)
        assert "WWW-Authenticate: Digest" in challenged
        assert "Authorization: Digest" in challenged
        call, ongoing = await everything.answered(f"reg*{NUMBER}")
        assert (ongoing.trunk, ongoing.called) == ("pbx", NUMBER)
        await everything.both_hear(call, ongoing)
    await asterisk.saw(r"Expires: 0|expires=0", after=mark)  # it logs out when it stops
    assert AOR + "/sip:" not in asterisk.cli("pjsip show contacts")


async def test_over_tcp(asterisk: Asterisk, run_dir: Path) -> None:
    trunk = registering(asterisk, registrar=f"sip:{asterisk.address};transport=tcp")
    async with stage(asterisk, run_dir, trunks=(trunk,)) as everything:
        await registered(everything)
        mark = asterisk.mark()
        call, ongoing = await everything.answered(f"reg*{NUMBER}")
        await everything.both_hear(call, ongoing)
        await asterisk.saw(r"Transmitting SIP request \(\d+ bytes\) to TCP:", after=mark)


@pytest.mark.parametrize("wrong", [{"password": "not-this"}, {"username": "nobody"}], ids=["password", "username"])
async def test_a_refused_login_is_said_clearly(asterisk: Asterisk, run_dir: Path, wrong: dict[str, str]) -> None:
    async with stage(asterisk, run_dir, trunks=(registering(asterisk, **wrong),)) as everything:
        line = everything.line
        await line.wait(lambda report: report.trunks[0].registration == "failed", "report the failed login")
        said = line.trunk("pbx")
        assert said.status in (401, 403)
        assert "check username, password and realm of trunk 'pbx'" in said.reason
        logged = await line.wait_log('"state": "failed"')
        assert '"level": "error"' in logged
        assert said.reason in logged
        assert "not-this" not in line.log
        assert PASSWORD not in line.log
        call, ongoing = await everything.answered()  # the static way is open all the same
        await everything.both_hear(call, ongoing)


async def test_a_restarted_trunk_is_registered_with_again(asterisk: Asterisk, run_dir: Path) -> None:
    """Killed in the middle of a call and started with no memory of anybody."""
    limits = {"media_lost_s": 1.0, "media_dead_s": 3.0}
    async with stage(asterisk, run_dir, trunks=(registering(asterisk),), limits=limits) as everything:
        await registered(everything)
        call, ongoing = await everything.answered(f"reg*{NUMBER}")
        await everything.both_hear(call, ongoing)
        asterisk.stop()
        try:
            (asterisk.home / "db" / "astdb.sqlite3").unlink()
            finished = await everything.agent.expect(Finished, 45.0)
            assert (finished.call, finished.by) == (ongoing.call, EndedBy.NO_MEDIA)
            call.abandon()
        finally:
            asterisk.start()
        await asterisk.reachable(AOR, within_s=75.0)
        await registered(everything)
        call, ongoing = await everything.answered(f"reg*{NUMBER}")
        await everything.both_hear(call, ongoing)


async def test_a_password_put_right_at_the_trunk_is_found_out(asterisk: Asterisk, run_dir: Path) -> None:
    """A PBX that refuses for a while, as in a restart of its database, must not keep the bot out for good."""
    configuration = asterisk.home / "etc" / "pjsip.conf"
    right = configuration.read_text()
    try:
        configuration.write_text(right.replace(f"password={PASSWORD}", "password=another"))
        asterisk.cli("module reload res_pjsip.so")
        async with stage(asterisk, run_dir, trunks=(registering(asterisk),)) as everything:
            line = everything.line
            await line.wait(lambda report: report.trunks[0].registration == "failed", "report the failed login")
            configuration.write_text(right)
            asterisk.cli("module reload res_pjsip.so")
            await registered(everything, within_s=90.0)
    finally:
        configuration.write_text(right)
        asterisk.cli("module reload res_pjsip.so")


async def test_a_registrar_that_is_away_at_the_start_is_asked_again(asterisk: Asterisk, run_dir: Path) -> None:
    asterisk.stop()
    try:
        async with stage(asterisk, run_dir, trunks=(registering(asterisk),), reachable=False) as everything:
            line = everything.line
            await line.wait(lambda report: report.trunks[0].registration == "failed", "report the dead registrar", 40.0)
            assert "does not answer" in line.trunk("pbx").reason
            asterisk.start()
            await registered(everything, within_s=60.0)
    finally:
        if not asterisk.running:
            asterisk.start()
