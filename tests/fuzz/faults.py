"""What the program logs as a fault that nobody foresaw: whatever comes with a trace. A structlog processor."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, NoReturn

import structlog

_NEVER = ("unknown stock audio", "the shelf of stock audio is full")


class Faults:
    """Keeps faults and prints nothing."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, logger: Any, method: str, entry: MutableMapping[str, Any]) -> NoReturn:
        event, error = str(entry.get("event")), entry.get("exc_info")
        if isinstance(error, BaseException):
            self.found.append(f"{event}: {''.join(traceback.format_exception(error))}")
        elif error:
            self.found.append(f"{event}: {traceback.format_exc()}")
        elif event.startswith(_NEVER):
            self.found.append(f"{event}: {dict(entry)}")
        raise structlog.DropEvent


@contextmanager
def caught() -> Iterator[Faults]:
    """The faults that are logged meanwhile."""
    before, faults = structlog.get_config(), Faults()
    structlog.configure(processors=[faults], wrapper_class=structlog.make_filtering_bound_logger(30))
    try:
        yield faults
    finally:
        structlog.configure(**before)
