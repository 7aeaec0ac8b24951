"""The bot's event loop during a run: once a second, how late it was at worst, by its status socket."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec

from agent.errors import AgentError
from agent.serve.status import ask

EVERY_S = 1.0  # as often as the agent reports


class LagWatch:
    """`async with LagWatch(run_dir) as lag: ...; lag.worst` (ms, one a second that could be asked)."""

    def __init__(self, run_dir: Path) -> None:
        self.worst: list[float] = []
        self._run_dir = run_dir
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> LagWatch:
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(AgentError, msgspec.MsgspecError):  # a bot that is being restarted has no lag
                status = msgspec.json.decode(await asyncio.to_thread(ask, self._run_dir))
                if status["agent"] is not None:
                    self.worst.append(float(status["agent"]["loop_lag_ms"]))
            await asyncio.sleep(EVERY_S)
