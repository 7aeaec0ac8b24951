"""The line process under test, started as the supervisor starts it, without an agent of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from telephony.report import LineReport, TrunkReport

from .ports import RTP_BLOCK
from .until import PATIENCE_S, until

READY_LIMIT_S = 15.0
STOP_LIMIT_S = 15.0
LOOPBACK = {"name": "pbx", "peers": ["127.0.0.1/32"], "trusted": True}


class LineProcess:
    """`python -m telephony.worker` on loopback; `report` is the newest thing it said of itself."""

    def __init__(
        self,
        run_dir: Path,
        sip_port: int,
        rtp_port: int,
        *,
        trunks: tuple[Mapping[str, Any], ...] = (LOOPBACK,),
        line: int = 0,
        sip: Mapping[str, Any] | None = None,
        limits: Mapping[str, Any] | None = None,
        numbers: Mapping[str, str] | None = None,
    ) -> None:
        self.run_dir = run_dir
        self.sip_port = sip_port
        self.line = line
        self._log = run_dir / f"line-{line}.log"
        self._config = {
            "line": line,
            "run_dir": str(run_dir),
            "sip": {
                "port": sip_port,
                "bind": "127.0.0.1",
                "rtp_ports": [rtp_port, rtp_port + RTP_BLOCK - 1],
                **(sip or {}),
            },
            "limits": dict(limits or {}),
            "trunks": [dict(trunk) for trunk in trunks],
            "numbers": dict(numbers or {"*": "default"}),
        }
        self._reports: list[LineReport] = []
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> LineProcess:
        self._process = self._launch()
        try:
            await self.wait(lambda report: report.ready, "become ready", READY_LIMIT_S)
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            if error is None:
                raise AssertionError(
                    f"the line did not stop within {STOP_LIMIT_S} s of SIGTERM:\n{self.log[-3000:]}"
                ) from None

    def _launch(self) -> subprocess.Popen[bytes]:
        reading, writing = os.pipe()
        command = [sys.executable, "-m", "telephony.worker", "--report-fd", str(writing), "--drain-s", "2"]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=(writing,), cwd=self.run_dir
            )
        os.close(writing)
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._config).encode() + b"\n")
        process.stdin.close()
        threading.Thread(target=self._read, args=(reading,), daemon=True).start()
        return process

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def report(self) -> LineReport:
        return self._reports[-1]

    def trunk(self, name: str) -> TrunkReport:
        return next(trunk for trunk in self.report.trunks if trunk.name == name)

    async def wait(self, holds: Callable[[LineReport], bool], what: str, within_s: float = PATIENCE_S) -> LineReport:
        """The first newest report for which `holds`. Fails with the report and the log's end when none comes."""

        def look() -> LineReport | None:
            newest = self._reports[-1:]
            if self._process is None or self._process.poll() is not None:
                raise AssertionError(f"the line is gone, it did not {what}; last report {newest}\n{self.log[-4000:]}")
            return newest[0] if newest and holds(newest[0]) else None

        def missing() -> str:
            return f"the line did not {what}; last report {self._reports[-1:]}, its log ends:\n{self.log[-4000:]}"

        return await until(look, missing, within_s)

    async def wait_log(self, text: str, within_s: float = PATIENCE_S) -> str:
        """The line of the log that has `text` in it, once there is one."""

        def look() -> str | None:
            return next((line for line in self.log.splitlines() if text in line), None)

        return await until(look, lambda: f"no {text!r} in the line's log:\n{self.log[-4000:]}", within_s)

    def _read(self, pipe: int) -> None:
        with os.fdopen(pipe, "rb") as lines:
            for line in lines:
                self._reports.append(msgspec.json.decode(line, type=LineReport))
