"""A tool that does what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

Step = Mapping[str, object] | Exception | float


class ScriptedTool:
    """An executor that takes one step of its script a run: gives the values, raises the error, or waits so many seconds
    and takes the next. The last step is kept. `runs` has the arguments and the key of each; `started` is set with the
    first."""

    def __init__(self, script: Sequence[Step]) -> None:
        self._script = list(script)
        self.runs: list[tuple[dict[str, str], str]] = []
        self.started = asyncio.Event()
        self.warmed = False
        self.closed = False

    def follow(self, *script: Step) -> None:
        """Another script from now on."""
        self._script = list(script)

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        self.runs.append((dict(arguments), key))
        self.started.set()
        step = self._next()
        while isinstance(step, float):
            await asyncio.sleep(step)
            step = self._next()
        if isinstance(step, Exception):
            raise step
        return step

    async def warm(self) -> None:
        self.warmed = True

    async def close(self) -> None:
        self.closed = True

    def _next(self) -> Step:
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]
