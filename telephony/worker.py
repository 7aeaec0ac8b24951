"""The line process: `python -m telephony.worker --report-fd N`, with its `LineConfig` as JSON on standard input.

It wires the SIP stack, the calls and the agent's sockets together, reports its state as JSON lines on the inherited
descriptor, and drains on SIGTERM: new calls get 503, those that last get `--drain-s` seconds, then a BYE.

Exit status: 0 after a drain, 2 when it cannot work (the last report's `error` says why and what to do).
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from types import FrameType

import msgspec
import structlog
from pydantic import ValidationError

from telephony.call.switchboard import AgentState, Switchboard
from telephony.channel import socket_paths
from telephony.config import LineConfig
from telephony.errors import TelephonyError
from telephony.line.endpoint import LineEndpoint
from telephony.link import LinkServer
from telephony.messages import EndedBy
from telephony.report import LineReport

REPORT_S = 5.0
WATCH_S = 0.2
GOODBYE_S = 2.0  # for the answers to our BYEs

log = structlog.get_logger()


class Reporter:
    """Writes `LineReport`s; a reader that is gone ends the line."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self.orphaned = False

    def write(self, report: LineReport) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, msgspec.json.encode(report) + b"\n")
        except OSError as error:
            log.warning("nobody reads our reports any more", reason=str(error))
            self._descriptor = None
            self.orphaned = True


class Worker:
    """One line: endpoint, switchboard and link, and the loop that drives them on the main thread."""

    def __init__(self, config: LineConfig, reporter: Reporter, drain_s: float) -> None:
        self._config = config
        self._reporter = reporter
        self._drain_s = drain_s
        self._signals = 0
        self._changed = True
        self._reported: tuple[AgentState | None, int] = (None, 0)
        control, audio = socket_paths(config.run_dir, config.line)
        self._board = Switchboard(config.line)
        self._link = LinkServer(self._board, control, audio)
        try:
            self._endpoint = LineEndpoint(config, self._board, self._has_agent, self._on_change)
        except TelephonyError:
            self._link.close()
            raise

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then drain. A second signal cuts the drain short."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        log.info("line is ready", line=self._config.line, sip_port=self._endpoint.sip_port)
        reported = watched = 0.0
        drain_until: float | None = None
        while True:
            self._endpoint.turn()
            now = time.monotonic()
            if now - watched >= WATCH_S:
                watched = now
                self._link.watch(now)
            if self._changed or now - reported >= REPORT_S or self._watched() != self._reported:
                reported = now
                self._report()
            if drain_until is None and (self._signals or self._reporter.orphaned):
                drain_until = now + self._drain_s
                self._endpoint.draining = self._changed = True
                log.info("draining", calls=len(self._endpoint.calls), seconds=self._drain_s)
            if drain_until is not None and (not self._endpoint.calls or now >= drain_until or self._signals > 1):
                break
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        self._endpoint.placing.look(time.monotonic(), wanted=False)  # before their end looks as if nobody had answered
        self._board.end_all(EndedBy.SHUTDOWN, "Shutting down")
        deadline = time.monotonic() + GOODBYE_S
        while self._endpoint.calls and time.monotonic() < deadline:
            self._endpoint.turn()
        self._endpoint.close()
        self._link.close()

    def _report(self) -> None:
        self._changed = False
        self._reported = self._watched()
        endpoint = self._endpoint
        self._reporter.write(
            LineReport(
                line=self._config.line,
                pid=os.getpid(),
                ready=not endpoint.draining,
                sip_port=endpoint.sip_port,
                agent=self._board.agent_state.value,
                calls=endpoint.calls,
                slots=endpoint.slots,
                trunks=endpoint.trunks,
                refused=endpoint.refused,
                frames_lost_to_agent=self._link.frames_lost,
                callback_errors=endpoint.errors,
            )
        )

    def _watched(self) -> tuple[AgentState, int]:
        """What changes without a word of the endpoint's."""
        return self._board.agent_state, self._endpoint.slots

    def _has_agent(self) -> bool:
        return self._board.ever_attached

    def _on_change(self) -> None:
        self._changed = True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1


def main(arguments: list[str] | None = None) -> int:
    """Run one line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m telephony.worker", description="one line process of offhook")
    parser.add_argument("--report-fd", type=int, default=None, help="descriptor for JSON reports")
    parser.add_argument("--drain-s", type=float, default=30.0, help="seconds that calls get after SIGTERM")
    options = parser.parse_args(arguments)
    reporter = Reporter(options.report_fd)
    sys.setswitchinterval(0.0005)  # a busy thread makes a 20 ms tick 5.3 ms late at the default, 0.8 ms so
    try:
        config = LineConfig.model_validate_json(sys.stdin.read())
    except ValidationError as error:
        return _cannot_work(reporter, 0, 0, f"the line's configuration is wrong: {error}")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, config.log_level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    try:
        worker = Worker(config, reporter, options.drain_s)
    except TelephonyError as error:
        return _cannot_work(reporter, config.line, config.sip.port, str(error))
    worker.run()
    return 0


def _cannot_work(reporter: Reporter, line: int, port: int, text: str) -> int:
    log.error("line cannot work", line=line, reason=text)
    reporter.write(LineReport(line=line, pid=os.getpid(), ready=False, sip_port=port, agent="gone", error=text))
    return 2


if __name__ == "__main__":
    sys.exit(main())
