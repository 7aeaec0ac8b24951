"""The border to whatever does a tool's work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Executor(Protocol):
    """Does one thing when asked, apart from the event loop, which it never holds up."""

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """What came of it, as values of JSON by name. Raises ToolRefused and ToolFailed. Whoever has waited long enough
        cancels it."""

    async def warm(self) -> None:
        """Be ready for the first run, which would wait for it else. Raises ToolFailed, after which it may be run."""

    async def close(self) -> None:
        """Give back what it holds; it is not run again."""
