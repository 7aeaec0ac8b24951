"""From switches to a running bot: configuration, dialplans, number table, supervisor, terminal."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

import msgspec

from agent.config import LOOPBACK_ONLY, Config, load, private_network
from agent.dialplan.callback_findings import forbidden
from agent.dialplan.load import load_all
from agent.dialplan.numbers import numbers_of
from agent.errors import ConfigError
from agent.ledger.store import LedgerStore
from agent.live import AgentReport, Fault, Live, Timed
from agent.serve.log_desk import LogDesk
from agent.serve.status import Status
from agent.serve.supervisor import Supervisor
from agent.serve.terminal import Terminal
from agent.telemetry import configure_logs

DEMO_LIMIT_S = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be served, checked."""

    config: Config
    dialplans: dict[str, Path]  # name -> file
    numbers: dict[str, str]  # called number -> name
    notes: tuple[str, ...] = ()  # what will not be done


def plan(config_file: Path | None, switches: Mapping[str, Any], allow_private_network: bool) -> Plan:
    """Read and check everything that can be wrong before a process is started. Raises ConfigError, DialplanError."""
    config = load(config_file, switches=switches)
    if allow_private_network:
        config = private_network(config)
    elif not config.trunk and "bind" not in config.sip.model_fields_set:
        config = config.model_copy(update={"sip": config.sip.model_copy(update={"bind": LOOPBACK_ONLY})})
    names = [path.stem for path in config.agent.dialplans]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ConfigError(f"agent.dialplans: two files are called {', '.join(doubled)}; give each its own name")
    plans = load_all([path.expanduser() for path in config.agent.dialplans])
    numbers = numbers_of(names, plans)
    unknown = sorted(set(config.numbers.values()) - set(names))
    if unknown:
        raise ConfigError(
            f"numbers: no dialplan is called {', '.join(unknown)}; known are {', '.join(names)} (agent.dialplans)"
        )
    numbers.update(config.numbers)
    files = {name: path.expanduser().resolve() for name, path in zip(names, config.agent.dialplans, strict=True)}
    asked = [(name, one.callbacks) for name, one in zip(names, plans, strict=True) if one.callbacks is not None]
    told = [f"{name}: {why}" for name, callbacks in asked if (why := forbidden(callbacks, config.trunk)) is not None]
    return Plan(config, files, numbers, tuple(told))


class Serving:
    """Runs a plan in this process until it is told to stop."""

    def __init__(self, served: Plan, *, demo_call: bool, stay: bool, private: bool) -> None:
        self._plan = served
        self._demo_call = demo_call
        self._stay = stay
        self._private = private
        # Words of callers go to a terminal, never to what may be a file, unless the admin asked for transcripts.
        self._words = sys.stdout.isatty() or served.config.agent.log_transcripts
        self._terminal = Terminal(words=self._words)
        self._log: LogDesk | None = None
        if sys.stderr.isatty():
            # On a terminal the conversation is the log; warnings still come.
            self._log = LogDesk(served.config.agent.data_dir / "logs" / "offhook.log", self._terminal.log)
        configure_logs(served.config.agent.log_level, cast(TextIO, self._log))
        self._ledger = LedgerStore(served.config.agent.data_dir)
        self._lag_ms = 0.0
        self._ready = asyncio.Event()
        self._addresses: list[str] = []

    def run(self) -> int:
        """Serve; returns the exit status. Raises AgentError when it cannot be done."""
        try:
            return asyncio.run(self._run())
        finally:
            self._terminal.close()
            self._ledger.close()
            if self._log is not None:
                self._log.close()

    async def _run(self) -> int:
        if self._plan.config.agent.log_transcripts:
            self._terminal.say("transcripts are written to the log (--log-transcripts)", "yellow")
        for note in self._plan.notes:
            self._terminal.say(note, "yellow")
        if self._log is not None:
            self._terminal.say(f"the log: {self._log.path}", "dim")
        supervisor = Supervisor(
            self._plan.config,
            self._plan.numbers,
            self._plan.dialplans,
            on_live=self._show,
            on_ready=self._announce,
            on_log=self._log.take_bytes if self._log else None,
            on_draining=self._quieten,
        )
        serving = asyncio.create_task(supervisor.run(), name="supervisor")
        ready = asyncio.create_task(self._ready.wait(), name="ready")
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        status = 0
        if self._demo_call and not serving.done():
            demo = asyncio.create_task(self._demo(self._addresses[0]), name="demo")
            await asyncio.wait({serving, demo}, return_when=asyncio.FIRST_COMPLETED)
            if not demo.done():
                demo.cancel()
            await asyncio.gather(demo, return_exceptions=True)
            status = 1 if demo.cancelled() else demo.result()
            if self._stay:
                self._invite()
        if not self._stay:
            supervisor.stop()
        await serving
        return status if not self._stay else 0

    def _quieten(self) -> None:
        """Lines and agent that lose each other are no news while all of them end."""
        if self._log is not None:
            self._log.only_errors = True

    def _show(self, event: Live) -> None:
        """A fault is in the log, too, and the terminal shows one of the two."""
        match event:
            case AgentReport(loop_lag_ms=late):
                self._lag_ms = late
            case Timed(entry=entry):
                self._ledger.put(msgspec.structs.replace(entry, **self._circumstances()))
        if self._log is None or not isinstance(event, Fault):
            self._terminal.show(event)

    def _circumstances(self) -> dict[str, float]:
        return {
            "written": round(time.time(), 1),
            "loop_lag_ms": self._lag_ms,
            "load": round(os.getloadavg()[0], 2),
        }

    def _announce(self, status: Status) -> None:
        ports = [status.lines[line].sip_port for line in sorted(status.lines)]
        self._addresses = addresses(self._plan.config, ports)
        self._terminal.say(f"offhook ready {' '.join(self._addresses)}")
        if not self._demo_call:
            self._invite()
        self._ready.set()

    def _invite(self) -> None:
        where = "" if self._private or self._plan.config.trunk else " on this machine"
        self._terminal.say(f"Dial {self._addresses[0]} from any softphone{where}; Ctrl-C ends it.", "bold")
        if where:
            self._terminal.say(
                "Only this machine may call. To let the private network in: "
                "make run ARGS=--allow-private-network, or offhook serve --allow-private-network"
            )

    async def _demo(self, target: str) -> int:
        """One simulated call, by a process of its own; returns its exit status."""
        agent = self._plan.config.agent
        order = {
            "target": target,
            "dialplan": str(next(iter(self._plan.dialplans.values()))),
            "models_dir": str(agent.models_dir) if agent.models_dir else None,
        }
        self._terminal.words = True  # the demo's words are nobody's
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agent.serve.demo_call",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE if self._log else None,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(msgspec.json.encode(order)), DEMO_LIMIT_S)
        except TimeoutError:
            self._terminal.say(f"demo call: not through after {DEMO_LIMIT_S:.0f} s", "red")
            return 1
        finally:
            self._terminal.words = self._words
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
        if self._log is not None:
            self._log.write(err.decode(errors="replace"))
        self._terminal.say(out.decode().rstrip(), "green" if process.returncode == 0 else "red")
        return 0 if process.returncode == 0 else 1


def addresses(config: Config, ports: list[int]) -> list[str]:
    """What to dial: one SIP address a line."""
    bind = config.sip.public_address or config.sip.bind
    host = _own_address() if bind in {"0.0.0.0", "::"} and config.trunk else bind
    if host in {"0.0.0.0", "::"}:
        host = "127.0.0.1"
    return [f"sip:{host}:{port}" for port in ports]


def _own_address() -> str:
    """The address that this machine has in its network; nothing is sent for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: a documentation address
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
