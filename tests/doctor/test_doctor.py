"""The doctor's findings: each bad state of a machine has one, with a remedy; a good one has none."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.commands.doctor import doctor
from agent.doctor import capacity, machine, software
from agent.doctor.examination import examine
from agent.doctor.finding import Level
from agent.doctor.speed import Speed, Timing, time_engines
from agent.engines.fakes import FakeEmbedder, FakeModel, FakeRecogniserEngine, FakeVoice
from agent.models import receipt as receipts
from agent.models.receipt import Receipt, record_tree
from agent.models.store import ModelStore
from telephony.config import Sip


def timing(median: float, processor: float | None = None) -> Timing:
    return Timing(median, median * 1.5, median if processor is None else processor)


def speed(**changes: object) -> Speed:
    """This project's reference machine."""
    values: dict[str, object] = {
        "flush": timing(0.025),
        "clause": timing(0.1, 0.2),
        "embedding": timing(0.0015),
        "first_token": timing(0.015, 0.2),
        "tokens_per_s": 75.0,
        "listening": 0.15,
        "load": 4.0,
    }
    return Speed(**{**values, **changes})  # type: ignore[arg-type]  # values of one type each


def test_reference_machine_holds_several_calls() -> None:
    found = capacity.capacity(speed(), cores=2, memory=2e9)
    assert found.calls == 4
    assert found.limit == "processor"
    assert found.lines == 2
    assert all(finding.level in (Level.GOOD, Level.NOTE) for finding in capacity.explain(speed(), found))


def test_memory_can_be_what_runs_out() -> None:
    found = capacity.capacity(speed(), cores=64, memory=80e6)
    assert found.calls == 3
    assert found.limit == "memory"


def test_slow_machine_blocks_and_says_which_step() -> None:
    slow = speed(listening=1.6, clause=timing(0.9))
    findings = {f.subject: f for f in capacity.explain(slow, capacity.capacity(slow, cores=2, memory=2e9))}
    assert findings["capacity"].level is Level.BLOCKING
    assert findings["voice: one clause of six words"].level is Level.WARNING
    assert "x_low" in findings["voice: one clause of six words"].remedy


async def test_timings_are_taken_from_any_engines() -> None:
    measured = await time_engines(FakeRecogniserEngine(), FakeVoice(), FakeEmbedder(), FakeModel(), 1.0)
    assert measured.flush.median < 1
    assert measured.first_token is not None
    assert measured.first_token.median > 0
    assert 0 <= measured.listening < 1
    without = await time_engines(FakeRecogniserEngine(), FakeVoice(), FakeEmbedder(), None, 1.0)
    assert without.first_token is None
    assert all("model" not in f.subject for f in capacity.explain(without, capacity.capacity(without, 2, 2e9)))


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(("kind", "name"), [(socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")])
def test_port_in_use_blocks(kind: socket.SocketKind, name: str) -> None:
    port = free_port()
    sip = Sip(port=port, bind="127.0.0.1")
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        finding = next(machine.ports(sip, 1))
        assert finding.level is Level.BLOCKING
        assert finding.what == f"{name} in use on 127.0.0.1"
        assert str(port) in finding.remedy
    assert next(machine.ports(sip, 1)).level is Level.GOOD


def test_every_line_has_its_port_looked_at() -> None:
    port = free_port()
    subjects = [finding.subject for finding in machine.ports(Sip(port=port, bind="127.0.0.1"), 3)]
    assert subjects == [f"SIP port {port}", f"SIP port {port + 1}", f"SIP port {port + 2}", "RTP ports"]


def test_full_disk_and_little_memory_are_findings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "_DISK_NEEDED", 1e18)
    monkeypatch.setattr(machine, "_MEMORY_NEEDED", 1e18)
    findings = list(machine.disk({"prompts": tmp_path / "not" / "yet" / "there"}))
    assert [finding.level for finding in findings] == [Level.WARNING]
    assert machine.memory().level is Level.BLOCKING


def test_missing_and_damaged_models_block_with_the_command(tmp_path: Path) -> None:
    directory = tmp_path / "minilm-l6"
    directory.mkdir()
    (directory / "tokenizer.json").write_text("{}")
    receipts.save(directory, Receipt("minilm-l6", "a test", "", record_tree(directory), "2025-01-01"))
    (directory / "tokenizer.json").write_text("{")
    store = ModelStore(tmp_path)
    missing, damaged = software.models(store, ["vosk-small-en-us", "minilm-l6"])
    assert (missing.level, missing.remedy) == (Level.BLOCKING, "offhook models fetch vosk-small-en-us")
    assert (damaged.level, damaged.remedy) == (Level.BLOCKING, "offhook models fetch minilm-l6")
    assert "damaged" in damaged.what


def test_native_modules_load_together() -> None:
    """All in one process: two of them once brought different libraries of one name."""
    assert software.native_failures() == {}


def test_wrong_configuration_is_one_finding_and_the_rest_goes_on(tmp_path: Path) -> None:
    config = tmp_path / "offhook.toml"
    config.write_text("[sip]\nprot = 5060\n")
    findings = list(examine(config, timed=False))
    wrong = [finding for finding in findings if finding.subject == "configuration"]
    assert [finding.level for finding in wrong] == [Level.BLOCKING]
    assert "offhook.toml:2" in wrong[0].what
    assert any(finding.subject == "RTP ports" for finding in findings)


def test_command_prints_json_and_exits_with_1_when_calls_are_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    app = typer.Typer()
    app.command()(doctor)
    result = CliRunner().invoke(app, ["--json", "--no-timed"])
    findings = {finding["subject"]: finding for finding in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert findings["model vosk-small-en-us"]["level"] == "blocking"
    assert findings["model vosk-small-en-us"]["remedy"] == "offhook models fetch vosk-small-en-us"
    text = CliRunner().invoke(app, ["--no-timed"])
    assert text.exit_code == 1
    assert "→ offhook models fetch vosk-small-en-us" in text.stdout
