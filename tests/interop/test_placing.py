"""The bot calls somebody through a real Asterisk: the line by itself, and the whole of `offhook serve`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.bench.bot import Bot
from agent.bench.ears import Transcriber
from agent.models.store import ModelStore
from agent.tools.callback import Callback
from agent.tools.callbacks import FILE, Callbacks
from telephony.messages import EndedBy, Finished
from telephony.orders import NotReached, Unreached
from telephony.testing.caller import Call, UserAgent

from .asterisk import Asterisk
from .asterisk_files import PASSWORD, USERNAME
from .line import LOOPBACK
from .ports import RTP_BLOCK
from .stage import Stage, both_hear, stage
from .test_serve import offhook
from .test_transfers import nobody_is_left
from .until import until

CONFIGURATION = """
[sip]
bind = "127.0.0.1"
rtp_ports = [{rtp_first}, {rtp_last}]

[[trunk]]
name = "carrier"
[trunk.registration]
registrar = "sip:{registrar}"
username = "{username}"
password = {{ env = "PBX_PASSWORD" }}
[trunk.outbound]
to = ["37"]
"""
PLAN = Path(__file__).parents[1] / "host" / "calling_back.yaml"


@pytest.fixture
async def allowed(asterisk: Asterisk, run_dir: Path) -> AsyncIterator[Stage]:
    """Asterisk as a trunk at which numbers that begin with 3 may be called."""
    trunk = LOOPBACK | {"dial_at": asterisk.address, "outbound": {"to": ["3"], "never": ["303"]}}
    async with stage(asterisk, run_dir, trunks=(trunk,)) as everything:
        yield everything


async def test_somebody_is_called_and_both_hear(allowed: Stage) -> None:
    calls: list[Call] = []

    async def answer(call: Call) -> None:
        calls.append(call)
        await call.ended(20)

    async with UserAgent(answer=answer) as person:
        allowed.agent.place("a", f"37{person.port}", "pbx")
        ongoing = await allowed.agent.started()
        assert (ongoing.order, ongoing.caller, ongoing.called) == ("a", f"37{person.port}", "5550199")
        call = await until(lambda: next(iter(calls), None), lambda: "nobody's telephone was answered")
        await both_hear(call, allowed.agent, ongoing)
        allowed.agent.hang_up(ongoing.call)
        assert (await allowed.agent.expect(Finished)).by is EndedBy.BOT
        await call.ended(3)
    await nobody_is_left(allowed)


@pytest.mark.parametrize(
    ("to", "status", "reason"),
    [
        ("302", 486, Unreached.BUSY),
        ("305", 487, Unreached.NO_ANSWER),
        ("399", 404, Unreached.UNKNOWN),
        ("303", 0, Unreached.NOT_ALLOWED),
        ("400", 0, Unreached.NOT_ALLOWED),
    ],
)
async def test_nobody_is_reached(allowed: Stage, to: str, status: int, reason: Unreached) -> None:
    allowed.agent.place("a", to, "pbx", ring_s=1.5)
    told = await allowed.agent.expect(NotReached)
    assert (told.order, told.status, told.reason) == ("a", status, reason)
    await nobody_is_left(allowed)


async def test_the_whole_bot_calls_back_who_asked_for_it(
    asterisk: Asterisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By password, and told what for."""
    monkeypatch.setenv("PBX_PASSWORD", PASSWORD)
    first = asterisk.ports.line0_rtp
    config, plan = tmp_path / "offhook.toml", tmp_path / "clinic.yaml"
    config.write_text(
        CONFIGURATION.format(
            rtp_first=first, rtp_last=first + RTP_BLOCK - 1, registrar=asterisk.address, username=USERNAME
        )
    )
    lines = PLAN.read_text().splitlines(keepends=True)
    plan.write_text("".join(line for line in lines if not line.startswith(("hours:", "timezone:"))))
    calls: list[Call] = []

    async def answer(call: Call) -> None:
        calls.append(call)
        await call.ended(40)

    async with UserAgent(answer=answer) as person:
        data = tmp_path / "bot" / "data"
        kept = Callbacks(data / FILE)
        now = datetime.now(UTC).isoformat()
        await kept.add(Callback(0, "Hill Clinic", f"37{person.port}", "", "", "", now, dialplan="clinic"), "a")
        await kept.close()
        async with Bot(tmp_path / "bot", config=config, dialplan=plan) as bot:
            try:
                call = await until(lambda: next(iter(calls), None), lambda: "nobody was called", 30.0)
                await call.bot_speaks(5)
                await call.bot_quiet(timeout=20)
                heard = Transcriber.load(ModelStore()).transcribe(call.recording.bot)
                assert "call you back" in heard
                assert "how can i help" in heard
                assert not call.over
                (one,) = json.loads(await offhook("callbacks", "--all", "--json", "--data-dir", str(data)))
                assert (one["state"], one["tries"]) == ("done", 1)
                assert await offhook("callbacks", "--data-dir", str(data)) == "nobody waits to be called back\n"
            finally:
                print(bot.log.read_text(errors="replace")[-6000:])
