"""Children that die, hang and cannot work; and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.serve.child import Child
from agent.serve.lock import RunLock
from tests.host.conftest import eventually


class Watched:
    """A child that runs `body`, with what it reported and how it ended."""

    def __init__(self, body: str, silence_s: float = 30.0) -> None:
        self.lines: list[bytes] = []
        self.exits: list[int] = []
        code = "import os, sys, time, signal\nfd = int(sys.argv[-1])\n" + textwrap.dedent(body)
        self.child = Child(
            "test",
            [sys.executable, "-c", code],
            b"given",
            on_line=self.lines.append,
            on_exit=self.exits.append,
            silence_s=silence_s,
        )


async def finish(task: asyncio.Task[None], watched: Watched) -> None:
    await watched.child.stop(2.0)
    await asyncio.wait_for(task, 30.0)


async def test_a_child_gets_its_configuration_and_is_started_again_when_it_dies() -> None:
    watched = Watched("os.write(fd, sys.stdin.buffer.read() + b'\\n'); sys.exit(1)")
    task = asyncio.create_task(watched.child.run())
    await eventually(lambda: len(watched.lines) >= 2)
    assert watched.lines[0] == b"given\n"
    assert watched.exits[0] == 1
    await finish(task, watched)


async def test_a_silent_child_is_killed_and_replaced() -> None:
    watched = Watched("os.write(fd, b'hello\\n'); time.sleep(60)", silence_s=2.0)
    task = asyncio.create_task(watched.child.run())
    await eventually(lambda: watched.exits and len(watched.lines) >= 2)
    assert watched.exits[0] == -signal.SIGKILL
    await finish(task, watched)


async def test_a_child_that_cannot_work_is_not_started_again() -> None:
    watched = Watched("sys.exit(2)")
    await asyncio.wait_for(watched.child.run(), 30.0)
    assert watched.exits == [2]
    assert watched.child.failed == 2


async def test_a_child_that_ignores_sigterm_is_killed_after_its_grace() -> None:
    watched = Watched("signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(fd, b'up\\n'); time.sleep(60)", 60.0)
    task = asyncio.create_task(watched.child.run())
    await eventually(lambda: watched.lines)
    pid = watched.child.pid
    assert pid is not None
    begun = time.monotonic()
    await watched.child.stop(0.5)
    assert time.monotonic() - begun < 30.0
    await asyncio.wait_for(task, 30.0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_children_die_with_their_supervisor(tmp_path: Path) -> None:
    script = """
        import asyncio, sys
        from agent.serve.child import Child
        child = Child("test", [sys.executable, "-c", "import os, sys, time; os.write(int(sys.argv[-1]),"
                      " str(os.getpid()).encode() + b'\\\\n'); time.sleep(60)"], b"",
                      on_line=lambda line: print(line.decode().strip(), flush=True), on_exit=print, silence_s=60)
        asyncio.run(child.run())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        supervisor.kill()
    deadline = time.monotonic() + 30
    while _alive(pid):
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_second_offhook_in_the_same_place_says_so(tmp_path: Path) -> None:
    with RunLock(tmp_path / "lock"), pytest.raises(ConfigError, match=rf"already runs here \(process {os.getpid()}"):
        RunLock(tmp_path / "lock").__enter__()


def test_no_folder_to_work_in_ends_serve_with_the_key_and_the_reason(tmp_path: Path) -> None:
    taken = tmp_path / "data"
    taken.write_text("a file")
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", "serve", "--sip-port", "0", "--data-dir", str(taken)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 2
    assert f"agent.data_dir: {taken} can't be used: File exists; name another" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_models_end_serve_with_the_remedy_and_status_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", "serve", "--sip-port", "0", "--data-dir", str(tmp_path)],
        env={**os.environ, "OFFHOOK_AGENT_MODELS_DIR": str(tmp_path / "models")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 2
    assert "offhook models fetch" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_of_nothing_says_how_to_start_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", "status", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1
    assert "offhook serve" in done.stderr


def test_status_json_is_one_object() -> None:
    from agent.live import AgentReport, CallStarted
    from agent.serve.status import Status
    from telephony.report import LineReport

    status = Status(pid=1)
    assert not status.ready(1)
    status.lines[0] = LineReport(line=0, pid=2, ready=True, sip_port=5060, agent="attached")
    status.take(AgentReport(pid=3, ready=True, lines=(0,)))
    status.take(CallStarted("c", "1", "2", "t", "PCMU/8000", "default", 0))
    body = json.loads(status.to_json())
    assert body["ready"] is True
    assert [call["call"] for call in body["calls"]] == ["c"]
