"""The agent process: `python -m agent.host --report-fd N`, with its `HostConfig` as JSON on standard input.

It loads the models, renders what is missing of the prompts, attaches to every line and holds a `Session` a call. Live
events go as JSON lines to the inherited descriptor; a supervisor that is gone ends the process.

At SIGHUP it reads the dialplans again. Exit status: 0 after SIGTERM, 2 when it cannot work (a fatal `Fault` says why
and what to do).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

from agent.dialplan.schema import Dialplan
from agent.engines import heap
from agent.errors import AgentError
from agent.host.calling_back import CallingBack
from agent.host.config import HostConfig
from agent.host.engine_room import EngineRoom
from agent.host.line_desk import LineDesk
from agent.host.link import LineLink
from agent.host.opening import Opening
from agent.host.rehearsed import rehearsed
from agent.host.reloading import Reloading
from agent.host.session import Session
from agent.ledger.loop_lag import LoopLag
from agent.live import AgentReport, Fault, PipeSink, Sink
from agent.telemetry import configure_logs
from agent.tools.callbacks import FILE, Callbacks
from telephony.messages import Alive

log = structlog.get_logger()

ALIVE_S = 0.25
REPORT_S = 1.0
LATE_MS = 250.0  # an event loop this late is worth a line in the log


class Host:
    """The running agent."""

    def __init__(self, config: HostConfig, sink: Sink) -> None:
        self._config = config
        self._sink = sink
        self._desks: list[LineDesk] = []
        self._room: EngineRoom | None = None
        self._reloading: Reloading | None = None
        self._ready = False
        self._lag = LoopLag()

    async def run(self) -> None:
        """Work until cancelled. Raises AgentError when the models or dialplans cannot be used."""
        pulse = asyncio.create_task(self._pulse(), name="pulse")
        try:
            opened = await Opening(self._config, self._sink.emit).open()
            self._room = opened.room
            # What is loaded now stays: collections need not walk it, and a full one costs tens of ms. What loading
            # took besides is given back.
            gc.collect()
            gc.freeze()
            heap.trim()
            connect = rehearsed(LineLink.open, self._room) if self._config.rehearses else LineLink.open
            calling = self._calling_back(opened.room)
            self._desks = [
                LineDesk(
                    self._config.run_dir,
                    line,
                    self._room,
                    self._sink.emit,
                    connect,
                    ordered=calling.news,
                    put_through=calling.put_through,
                    no_person=calling.no_person,
                )
                for line in self._config.lines
            ]
            self._reloading = Reloading(
                self._config.dialplans, opened, self._desks, self._sink.emit, self._config.trunks
            )
            self._ready = True
            async with asyncio.TaskGroup() as group:
                group.create_task(self._lag.run(), name="loop lag")
                group.create_task(self._reloading.run(), name="reloading")
                if not self._config.rehearses:
                    group.create_task(calling.run(), name="calling back")
                for desk in self._desks:
                    group.create_task(desk.run(), name=f"line {desk.line}")
        finally:
            pulse.cancel()
            if self._room is not None:
                await asyncio.to_thread(self._room.close)

    def _calling_back(self, room: EngineRoom) -> CallingBack:
        def plans() -> Mapping[str, Dialplan]:
            return {name: business.plan for name, business in room.businesses.items()}

        return CallingBack(Callbacks(self._config.data_dir / FILE), plans, lambda: self._desks, self._config.trunks)

    def reload(self) -> None:
        """Read the dialplans again; while they are being read anyway, at the start, this does nothing."""
        if self._reloading is not None:
            self._reloading.ask()

    async def _pulse(self) -> None:
        """Says that the event loop turns: to the lines, so that they need no standby, and to the supervisor."""
        loop = asyncio.get_running_loop()
        reported = 0.0
        while True:
            begun = loop.time()
            for desk in self._desks:
                desk.control(Alive())
            if begun - reported >= REPORT_S:
                reported = begun
                self._report()
            await asyncio.sleep(ALIVE_S)
            late = (loop.time() - begun - ALIVE_S) * 1000
            if late > LATE_MS and self._ready:
                log.warning("event loop was late", ms=round(late))

    def _report(self) -> None:
        sessions: list[Session] = [session for desk in self._desks for session in desk.sessions.values()]
        self._sink.emit(
            AgentReport(
                pid=os.getpid(),
                ready=self._ready,
                lines=tuple(desk.line for desk in self._desks if desk.attached),
                calls=tuple(session.call.call for session in sessions),
                loop_lag_ms=round(self._lag.worst(), 1),
                loop_lag_p99_ms=self._lag.p99_ms,
                rss_mb=round(_rss_mb(), 1),
                dialplans=tuple(self._config.dialplans),
                strong=self._room.strong() if self._room is not None else {},
            )
        )


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _work(config: HostConfig, sink: Sink) -> int:
    task = asyncio.current_task()
    assert task is not None
    host, loop = Host(config, sink), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    loop.add_signal_handler(signal.SIGHUP, host.reload)
    try:
        await host.run()
    except asyncio.CancelledError:
        return 0
    except AgentError as error:
        log.error("agent cannot work", reason=str(error))
        sink.emit(Fault(str(error), fatal=True))
        return 2
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the agent process; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m agent.host", description="the conversation process of offhook")
    parser.add_argument("--report-fd", type=int, required=True, help="descriptor for live events, JSON lines")
    options = parser.parse_args(arguments)
    config = HostConfig.from_json(sys.stdin.buffer.read())
    configure_logs(config.log_level)
    sink = PipeSink(options.report_fd, gone=lambda: os._exit(3))
    status = asyncio.run(_work(config, sink))
    # Engines' own threads may outlive their close in a native call; the process does not wait for them.
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
