"""`offhook serve`: starts the line processes and the agent process, keeps them alive, and knows how all of it stands.

::

    supervisor ─┬─ line 0 … line N-1   LineReports on a pipe each
                ├─ agent               live events on a pipe
                ├─ status socket       one JSON object to whoever connects
                └─ reload socket       the same, when the agent has read its dialplans again

It holds no model and no call. SIGINT or SIGTERM drains: lines refuse new calls and let the others end; a second one
ends them. Readiness is one line on standard output: `offhook ready sip:…`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from agent.config import Config
from agent.errors import AgentError, ConfigError
from agent.host.config import HostConfig
from agent.live import AgentReport, Fault, Live, decoder
from agent.serve.child import Child
from agent.serve.lock import RunLock
from agent.serve.reload import ReloadDesk, reload_path
from agent.serve.status import Status, status_path
from telephony.report import LineReport

log = structlog.get_logger()

LINE_SILENCE_S = 20.0  # a line reports every 5 s
AGENT_SILENCE_S = 10.0  # the agent reports every second
AGENT_GRACE_S = 3.0
LINE_GRACE_S = 5.0  # beyond the drain


class CannotServe(AgentError):
    """A child said that it cannot work; the text says why and what to do."""


class Supervisor:
    """The running bot. `on_live` gets the agent's live events, `on_ready` the state when all of it
    works, `on_log` the children's log lines (None: they write to our standard error)."""

    def __init__(
        self,
        config: Config,
        numbers: dict[str, str],
        dialplans: dict[str, Path],
        *,
        on_live: Callable[[Live], None],
        on_ready: Callable[[Status], None],
        drain_s: float = 10.0,
        on_log: Callable[[bytes], None] | None = None,
        on_draining: Callable[[], None] = lambda: None,
    ) -> None:
        self.status = Status(pid=os.getpid())
        self._config = config
        self._numbers = numbers
        self._dialplans = dialplans
        self._on_live = on_live
        self._on_ready = on_ready
        self._drain_s = drain_s
        self._on_log = on_log
        self._on_draining = on_draining
        self._announced = False
        self._reload = ReloadDesk(self._nudge)
        self._stop = asyncio.Event()
        self._fatal = ""
        self._live = decoder()
        self._agent = self._agent_child()
        self._lines = [self._line_child(line) for line in range(config.lines)]

    async def run(self) -> None:
        """Serve until `stop`. Raises CannotServe when it cannot be done, ConfigError when another one runs here or
        there is no folder to work in."""
        run_dir = self._config.run_dir
        _made("data_dir", self._config.agent.data_dir)
        _made("run_dir", run_dir)
        with RunLock(run_dir / "offhook.lock"):
            sockets = {status_path(run_dir): self._tell_status, reload_path(run_dir): self._reload.serve}
            for path in sockets:
                path.unlink(missing_ok=True)
            servers = [await asyncio.start_unix_server(serve, path) for path, serve in sockets.items()]
            try:
                await self._serve()
            finally:
                for server in servers:
                    server.close()
                for path in sockets:
                    path.unlink(missing_ok=True)
        if self._fatal:
            raise CannotServe(self._fatal)

    def stop(self) -> None:
        """Drain; called again, drain no longer."""
        if self._stop.is_set():
            for child in self._lines:
                child.hurry()
        self._stop.set()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        children = [*self._lines, self._agent]
        tasks = [asyncio.create_task(child.run(), name=child.name) for child in children]
        try:
            await self._stop.wait()
            self._on_draining()
            if not self._fatal:
                log.info("draining", calls=len(self.status.calls), seconds=self._drain_s)
            await asyncio.gather(*(line.stop(self._drain_s + LINE_GRACE_S) for line in self._lines))
            await self._agent.stop(AGENT_GRACE_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _line_child(self, line: int) -> Child:
        return Child(
            f"line {line}",
            [sys.executable, "-m", "telephony.worker", "--drain-s", str(self._drain_s)],
            self._config.line_config(line, self._numbers).for_worker().encode(),
            on_line=lambda report: self._line_said(line, report),
            on_exit=lambda status: self._line_died(line, status),
            silence_s=LINE_SILENCE_S,
            death_signal=signal.SIGTERM,
            on_log=self._on_log,
        )

    def _agent_child(self) -> Child:
        agent = self._config.agent
        config = HostConfig(
            run_dir=self._config.run_dir,
            lines=tuple(range(self._config.lines)),
            dialplans=self._dialplans,
            prompts_dir=agent.prompts_dir,
            messages_dir=self._config.messages_dir,
            history_dir=self._config.history_dir,
            data_dir=agent.data_dir,
            models_dir=agent.models_dir,
            recogniser=agent.recogniser,
            language_model=agent.language_model,
            embeddings=agent.embeddings,
            turn_model=agent.turn_model,
            threads=agent.threads,
            log_level=agent.log_level,
            log_transcripts=agent.log_transcripts,
            trunks=self._config.trunk,
            rehearses=agent.rehearses,
        )
        return Child(
            "agent",
            [sys.executable, "-m", "agent.host"],
            config.to_json(),
            on_line=self._agent_said,
            on_exit=self._agent_died,
            silence_s=AGENT_SILENCE_S,
            on_log=self._on_log,
        )

    # ── what the children say ──────────────────────────────────────────────────────────────────────

    def _line_said(self, line: int, report: bytes) -> None:
        try:
            decoded = msgspec.json.decode(report, type=LineReport)
        except msgspec.MsgspecError as error:
            log.warning("unreadable report of a line", line=line, reason=str(error))
            return
        self.status.lines[line] = decoded
        if decoded.error and not self._stop.is_set():
            self._give_up(f"line {line}: {decoded.error}")
        self._check_ready()

    def _agent_said(self, event: bytes) -> None:
        try:
            live = self._live.decode(event)
        except msgspec.MsgspecError as error:
            log.warning("unreadable live event", reason=str(error))
            return
        self.status.take(live)
        self._reload.take(live)
        self._on_live(live)
        if isinstance(live, Fault) and live.fatal:
            self._give_up(live.text)
        if isinstance(live, AgentReport):
            self._check_ready()

    def _line_died(self, line: int, status: int) -> None:
        self.status.restarts += 1
        report = self.status.lines.pop(line, None)
        if status == 2:
            self._give_up(f"line {line}: {report.error if report and report.error else 'cannot work; see the log'}")

    def _agent_died(self, status: int) -> None:
        self.status.restarts += 1
        self.status.agent = None
        self._reload.lost()
        if status == 2:
            self._give_up("the agent process cannot work; see the log")

    def _nudge(self) -> bool:
        """Have the agent read its dialplans, if it is there and not just reading them."""
        if self.status.agent is None or not self.status.agent.ready:
            return False
        self._agent.nudge()
        return True

    def _give_up(self, text: str) -> None:
        """Only before readiness: a bot that once worked keeps trying."""
        if not self._announced and not self._fatal:
            self._fatal = text
            self._stop.set()
        elif self._announced:
            log.error("part of the bot cannot work", reason=text)

    def _check_ready(self) -> None:
        if self._announced or self._stop.is_set():
            return
        if self.status.ready(self._config.lines):
            self._announced = True
            self._on_ready(self.status)

    async def _tell_status(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(self.status.to_json())
            await writer.drain()
        writer.close()


def _made(key: str, folder: Path) -> None:
    """Make the folder where it is not there. Raises ConfigError where it can't be made or written to."""
    reason = "this user may not write there"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
    else:
        if os.access(folder, os.W_OK | os.X_OK):
            return
    raise ConfigError(f"agent.{key}: {folder} can't be used: {reason}; name another, or make it yours")
