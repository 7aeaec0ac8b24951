"""How the bot stands: what `offhook status` shows, made of the children's reports."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from agent.live import AgentReport, CallEnded, CallStarted, DialplansRead, Fault, Live, Starved, Waterfall
from agent.serve.asking import told
from telephony.report import LineReport

_PATIENCE_S = 3.0
_FAULTS = 20


@dataclass(slots=True)
class Status:
    """Filled as reports come; owned by the supervisor's event loop."""

    pid: int
    started: float = field(default_factory=time.time)  # POSIX seconds
    lines: dict[int, LineReport] = field(default_factory=dict)
    agent: AgentReport | None = None
    calls: dict[str, CallStarted] = field(default_factory=dict)
    answered: int = 0
    restarts: int = 0
    last_audible_ms: float | None = None
    turns: int = 0  # answered
    starved: int = 0  # times that a line had nothing to play in the middle of something said
    dialplan_errors: tuple[str, ...] = ()  # of files whose version before goes on
    faults: list[str] = field(default_factory=list)

    def take(self, live: Live) -> None:
        """Take up a live event."""
        match live:
            case AgentReport():
                self.agent = live
            case CallStarted():
                self.answered += not live.resumed
                self.calls[live.call] = live
            case CallEnded():
                self.calls.pop(live.call, None)
            case Waterfall():
                self.last_audible_ms = live.audible
                self.turns += 1
            case Starved():
                self.starved += 1
            case DialplansRead():
                self.dialplan_errors = live.errors
            case Fault():
                self.faults = [*self.faults, live.text][-_FAULTS:]

    def ready(self, lines: int) -> bool:
        """All lines listen, and the agent is attached to each."""
        listening = len(self.lines) == lines and all(report.ready for report in self.lines.values())
        return listening and self.agent is not None and len(self.agent.lines) == lines

    def to_json(self) -> bytes:
        """One JSON object and a newline; no caller's words are in it."""
        agent = self.agent
        return (
            msgspec.json.encode(
                {
                    "pid": self.pid,
                    "uptime_s": round(time.time() - self.started, 1),
                    "ready": self.ready(max(1, len(self.lines))),
                    "lines": [msgspec.to_builtins(self.lines[line]) for line in sorted(self.lines)],
                    "agent": msgspec.to_builtins(agent) if agent else None,
                    "calls": [msgspec.to_builtins(call) for call in self.calls.values()],
                    "answered": self.answered,
                    "restarts": self.restarts,
                    "last_audible_ms": self.last_audible_ms,
                    "turns": self.turns,
                    "starved": self.starved,
                    "dialplan_errors": self.dialplan_errors,
                    "faults": self.faults,
                }
            )
            + b"\n"
        )


def status_path(run_dir: Path) -> Path:
    """The status socket."""
    return run_dir / "status"


def ask(run_dir: Path) -> bytes:
    """The status of the offhook that runs in `run_dir`, as JSON. Raises AgentError when there is none."""
    return told(status_path(run_dir), _PATIENCE_S)
