"""`offhook call` as a user runs it, against a peer whose timing is known."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from typer.testing import CliRunner

from agent.commands.call import CallCommand, call, in_order
from telephony.errors import CallFailed
from telephony.testing.caller import UserAgent
from telephony.testing.echo_peer import TonePeer, tone
from telephony.testing.sip import Request

app = typer.Typer(pretty_exceptions_enable=False)
app.command(cls=CallCommand)(call)


class Bots:
    """A talkative one, a mute one and a busy one, on a loop of their own."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self.keys: list[str] = []
        self.callers: list[str] = []
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Bots:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()

        async def talkative(call) -> None:  # type: ignore[no-untyped-def]
            self.callers.append(call.dialog.remote)
            try:
                await TonePeer(greeting_ms=200, reply_ms=200)(call)
            finally:
                self.keys.append(call.digits)

        async def mute(call) -> None:  # type: ignore[no-untyped-def]
            await call.ended(60)

        async def busy(_: Request) -> None:
            raise CallFailed(503, "Full")

        quick = TonePeer(greeting_ms=200, replies=1, reply_ms=200, hang_up=True)
        async with (
            UserAgent(answer=talkative) as talks,
            UserAgent(answer=mute) as silent,
            UserAgent(answer=quick) as hangs_up,
            UserAgent(answer=mute, ring=busy) as full,
        ):
            agents = {"talks": talks, "silent": silent, "hangs_up": hangs_up, "full": full}
            self.ports = {name: agent.port for name, agent in agents.items()}
            self._ready.set()
            await self._stop.wait()


@pytest.fixture(scope="module")
def bots() -> Iterator[Bots]:
    with Bots() as running:
        yield running


@pytest.fixture
def question(tmp_path: Path) -> str:
    path = tmp_path / "question.wav"
    soundfile.write(path, np.column_stack([tone(440, 400)] * 2), 16_000)
    return str(path)


def run(*arguments: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(app, list(arguments))


def test_a_call_with_two_turns(bots: Bots, question: str, tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    target = f"100@127.0.0.1:{bots.ports['talks']}"
    result = run(
        target, "--play", question, f"--play={question}", "--record", str(mix), "--json", "--caller", "5550100"
    )
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["ok"] is True
    assert (report["status"], report["codec"], report["ended_by"]) == (200, "PCMU", "caller")
    assert [turn["turn"] for turn in report["turns"]] == [0, 1, 2]
    assert 100 <= report["turns"][0]["to_first_audio_ms"] <= 300
    for turn in report["turns"][1:]:
        assert 300 <= turn["to_first_audio_ms"] <= 450
        assert turn["length_ms"] == pytest.approx(200, abs=40)
        assert turn["caller_to_ms"] - turn["caller_from_ms"] == pytest.approx(400, abs=1)
    samples, rate = soundfile.read(mix)
    assert rate == 16_000
    assert samples.shape[1] == 2
    assert "<sip:5550100@" in bots.callers[-1]


def test_the_order_of_different_options_is_kept(bots: Bots, question: str) -> None:
    target = f"sip:127.0.0.1:{bots.ports['hangs_up']}"
    result = run(target, "--play", question, "--keys", "12#", "--json")
    report = json.loads(result.stdout)
    assert [turn["caller"] for turn in report["turns"]][:2] == ["(answer)", question]
    assert result.exit_code == 1
    assert report["ended_by"] == "bot"
    assert "hung up" in report["problem"] or "ended" in report["problem"]


def test_in_order() -> None:
    given = {"say": ["a", "b"], "play": ["p"], "keys": []}
    assert in_order(["say", "play", "say"], given) == (("say", "a"), ("play", "p"), ("say", "b"))
    assert in_order([], given) == (("say", "a"), ("say", "b"), ("play", "p"))


def test_a_table_for_people(bots: Bots, question: str) -> None:
    result = run(f"sip:1@127.0.0.1:{bots.ports['talks']}", "--play", question)
    assert result.exit_code == 0
    assert "first audio" in result.output
    assert "0 lost" in result.output


@pytest.mark.parametrize(
    ("bot", "status", "problem"),
    [("full", 503, "503 Full"), ("closed", 0, "nobody listens")],
)
def test_calls_that_do_not_come_up(bots: Bots, bot: str, status: int, problem: str) -> None:
    port = bots.ports.get(bot, 9)
    result = run(f"sip:1@127.0.0.1:{port}", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["status"] == status
    assert problem in report["problem"]
    assert "\n" not in report["problem"]


def test_a_mute_bot_and_the_longest_call(bots: Bots) -> None:
    result = run(f"sip:1@127.0.0.1:{bots.ports['silent']}", "--json", "--max-seconds", "1")
    assert result.exit_code == 1
    assert "--max-seconds 1" in json.loads(result.stdout)["problem"]


def test_bad_input_is_one_line_and_exit_1(bots: Bots, tmp_path: Path) -> None:
    (tmp_path / "zero.wav").touch()
    (tmp_path / "text.wav").write_text("no sound")
    target = f"sip:1@127.0.0.1:{bots.ports['talks']}"
    for arguments, complaint in [
        ((target, "--play", str(tmp_path / "zero.wav")), "0 bytes"),
        ((target, "--play", str(tmp_path / "text.wav")), "cannot be read as sound"),
        ((target, "--play", str(tmp_path / "none.wav")), "is not a file"),
        ((target, "--keys", "12x"), "the keys are 0123456789*#ABCD"),
        ((target, "--expect", "("), "not a regular expression"),
        ((target, "--codec", "opus"), "codec OPUS is not available"),
        ((target, "--transport", "tls"), "transport 'tls' is not known"),
    ]:
        result = run(*arguments)
        assert result.exit_code == 1, arguments
        assert complaint in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
    assert run("sip:", "--json").exit_code == 1


def test_models_that_are_missing_name_the_remedy(bots: Bots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "OFFHOOK_MODELS", str(tmp_path))
    result = run(f"sip:1@127.0.0.1:{bots.ports['talks']}", "--say", "hello")
    assert result.exit_code == 1
    assert "offhook models fetch piper-en-us-joe" in result.stderr
