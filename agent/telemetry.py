"""Logs: structlog is configured once a process: JSON lines for machines, aligned text for a terminal, always on
standard error. Nothing here ever holds a caller's words.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import structlog

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
