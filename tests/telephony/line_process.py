"""A line worker in a process of its own, with an agent's end of its sockets, for tests over loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from telephony.channel import Channel, agent_side, socket_paths
from telephony.config import LineConfig
from telephony.errors import BadMessage, ChannelClosed
from telephony.message import Message
from telephony.messages import VERSION, Alive, Attach, Attached, FromLine, Heard, Speaking, Started
from telephony.report import LineReport

Kind = TypeVar("Kind", bound=Message)
PATIENCE_S = 15.0  # until what should have come is missed: a busy machine is late, and nothing else


def tone(seconds: float, frequency: float = 440.0, amplitude: int = 8000) -> bytes:
    """PCM of a sine at 16 kHz."""
    time_axis = np.arange(int(16_000 * seconds)) / 16_000
    return (amplitude * np.sin(2 * np.pi * frequency * time_axis)).astype("<i2").tobytes()


class LineProcess:
    """`with LineProcess(tmp_path, ...) as line`: the worker runs, `line.report` is its latest report."""

    def __init__(self, run_dir: Path, drain_s: float = 1.0, **tables: Any) -> None:
        sip = {"port": 0, "bind": "127.0.0.1", "rtp_ports": (15_200, 15_900)} | tables.pop("sip", {})
        self.run_dir = run_dir
        self.config = LineConfig.model_validate({"run_dir": run_dir, "sip": sip, "log_level": "info"} | tables)
        self.drain_s = drain_s
        self.reports: list[LineReport] = []
        self.log = run_dir / "line.log"
        self._reported = threading.Event()

    def __enter__(self) -> LineProcess:
        reader, writer = os.pipe()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "telephony.worker", "--report-fd", str(writer), "--drain-s", str(self.drain_s)],
                stdin=subprocess.PIPE,
                stderr=log,
                stdout=log,
                pass_fds=[writer],
            )
        os.close(writer)
        threading.Thread(target=self._read_reports, args=(reader,), daemon=True).start()
        assert self.process.stdin is not None
        self.process.stdin.write(self.config.for_worker().encode())
        self.process.stdin.close()
        assert self._reported.wait(PATIENCE_S), f"no report; {self.logged()}"
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            time.sleep(0.05)
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_S)
        assert status in {0, 2}, f"exit status {status}: {self.logged()[-3000:]}"

    @property
    def report(self) -> LineReport:
        return self.reports[-1]

    @property
    def port(self) -> int:
        return self.report.sip_port

    def empties(self, within: float = PATIENCE_S) -> None:
        """Wait until no call slot is taken: one whose BYE nobody answers, since its peer is gone, lasts for 8 s."""
        deadline = time.monotonic() + within
        while self.report.slots:
            assert time.monotonic() < deadline, f"{self.report.slots} slots are taken; {self.logged()[-2000:]}"
            time.sleep(0.02)

    def logged(self) -> str:
        return self.log.read_text()

    def _read_reports(self, reader: int) -> None:
        with os.fdopen(reader, "rb") as lines:
            for line in lines:
                self.reports.append(msgspec.json.decode(line, type=LineReport))
                self._reported.set()


class TestAgent:
    """The agent's end: collects what the line says, and sends what a test tells it to."""

    __test__ = False

    def __init__(self, line: LineProcess, alive: bool = True, reads_audio: bool = True) -> None:
        self._line = line
        self._reads_audio = reads_audio
        self._keep_alive = alive
        self.messages: list[Message] = []
        self.times: list[float] = []
        self.heard: list[Heard] = []
        self.on_start: Callable[[Started], None] | None = None

    def __enter__(self) -> TestAgent:
        control_path, audio_path = socket_paths(self._line.run_dir, self._line.config.line)
        self.control = agent_side(control_path)
        self.control.send(Attach(VERSION, os.getpid()))
        first = self.control.receive()
        assert isinstance(first, Attached)
        self.attached = first
        self.audio = agent_side(audio_path)
        self.audio.send(Speaking(first.epoch))
        for target in (self._read_control, self._stay_alive):
            threading.Thread(target=target, daemon=True).start()
        if self._reads_audio:
            self.read_audio()
        return self

    def read_audio(self) -> None:
        threading.Thread(target=self._read_audio, daemon=True).start()

    def __exit__(self, *exc: object) -> None:
        self.die()

    def die(self) -> None:
        """As `kill -9` looks from the line: both sockets end."""
        self._keep_alive = False
        self.control.close()
        self.audio.close()

    @property
    def epoch(self) -> int:
        return self.attached.epoch

    async def expect(self, kind: type[Kind], within: float = PATIENCE_S, count: int = 1) -> Kind:
        """The `count`-th message of this kind, once it has come."""

        def found() -> list[Message]:
            return [message for message in list(self.messages) if isinstance(message, kind)]

        await until(lambda: len(found()) >= count, within, lambda: f"{kind.__name__}; came: {self.messages}")
        message = found()[count - 1]
        assert isinstance(message, kind)
        return message

    def time_of(self, message: Message) -> float:
        return self.times[self.messages.index(message)]

    def _read_control(self) -> None:
        while (message := _next(self.control)) is not None:
            if isinstance(message, Started) and self.on_start is not None:
                self.on_start(message)
            self.times.append(time.monotonic())
            self.messages.append(message)

    def _read_audio(self) -> None:
        while (message := _next(self.audio)) is not None:
            if isinstance(message, Heard):
                self.heard.append(message)

    def _stay_alive(self) -> None:
        while self._keep_alive:
            try:
                self.control.send(Alive())
            except ChannelClosed:
                return
            time.sleep(0.5)


def _next(channel: Channel[FromLine]) -> FromLine | None:
    try:
        return channel.receive()
    except (ChannelClosed, BadMessage):
        return None


async def until(
    condition: Callable[[], bool], within: float = PATIENCE_S, what: Callable[[], str] = lambda: "the condition"
) -> None:
    """Wait until `condition` holds; fails with what was awaited."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what()}")
        await asyncio.sleep(0.005)
