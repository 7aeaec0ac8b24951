"""Logs, and where a turn's time goes.

structlog is configured once a process: JSON lines for machines, aligned text for a terminal, always on standard
error. Nothing here ever holds a caller's words.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import structlog

from agent.live import Stage
from telephony.audio import ms

Level = Literal["debug", "info", "warning", "error"]


def configure_logs(level: Level = "info", out: TextIO | None = None) -> None:
    """Set structlog up for this process: JSON lines to `out`, or to standard error, there as text on a terminal."""
    as_json = out is not None or not sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(pad_event_to=32)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else _unchanged,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(out or sys.stderr),
        cache_logger_on_first_use=True,
    )


def _unchanged(
    logger: structlog.typing.WrappedLogger, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return event


class TurnSpans:
    """The moments of one turn on the call clock, from the caller's last voiced sample to the bot's first."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}

    def start(self, ended: int, known: int) -> None:
        """The caller fell silent: last voiced sample, and when that was known."""
        self._marks = {"ended": ended, "known": known}

    def mark(self, name: str, at: int) -> None:
        """A moment of the turn: "flush", "words", "commit", "prepared", "sound", "audible"; the last one counts."""
        if self._marks:
            self._marks[name] = at

    def clear(self) -> None:
        """No turn is being timed."""
        self._marks = {}

    @property
    def audible(self) -> float | None:
        """ms from the caller's last voiced sample to the bot's first; None while unknown."""
        if "ended" not in self._marks or "audible" not in self._marks:
            return None
        return ms(self._marks["audible"] - self._marks["ended"])

    def stages(self) -> tuple[Stage, ...]:
        """The stages whose two ends are known, in ms from the last voiced sample."""
        spans = (
            ("endpoint", "ended", "commit"),
            ("flush", "flush", "words"),
            ("draft", "commit", "prepared"),
            ("first clause", "prepared", "sound"),
            ("transport", "sound", "audible"),
        )
        marks = self._marks
        zero = marks.get("ended", 0)
        return tuple(
            Stage(name, ms(marks[start] - zero), ms(marks[end] - zero))
            for name, start, end in spans
            if start in marks and end in marks
        )
