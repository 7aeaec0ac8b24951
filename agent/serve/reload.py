"""`offhook reload` in the supervisor: whoever connects has the agent read its dialplans again, and is told what came of
it. One at a time, so that nobody is told of a reading that began before they asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from agent.live import DialplansRead, Live
from agent.serve.asking import told

WITHIN_S = 300.0  # a new voice renders all prompts anew
_GONE = "the agent process is starting and reads the dialplans as they are; offhook status tells what came of it"
_LATE = f"not through after {WITHIN_S:.0f} s; it goes on, and offhook status and the log tell what comes of it"


class ReloadDesk:
    """The supervisor's event loop owns it. `nudge` has the agent read its dialplans; False when it is not there."""

    def __init__(self, nudge: Callable[[], bool]) -> None:
        self._nudge = nudge
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[DialplansRead] | None = None

    def take(self, live: Live) -> None:
        """Take up a live event."""
        if isinstance(live, DialplansRead) and live.asked:
            self._answer(live)

    def lost(self) -> None:
        """The agent died."""
        self._answer(DialplansRead(errors=(_GONE,)))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody connected."""
        async with self._turn:
            read = await self._reload()
        with contextlib.suppress(ConnectionError):
            writer.write(msgspec.json.encode(read))
            await writer.drain()
        writer.close()

    async def _reload(self) -> DialplansRead:
        self._waiting = asyncio.get_running_loop().create_future()
        if not self._nudge():
            return DialplansRead(errors=(_GONE,))
        try:
            return await asyncio.wait_for(self._waiting, WITHIN_S)
        except TimeoutError:
            return DialplansRead(errors=(_LATE,))

    def _answer(self, read: DialplansRead) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(read)


def reload_path(run_dir: Path) -> Path:
    """The socket."""
    return run_dir / "reload"


def ask(run_dir: Path) -> DialplansRead:
    """Have the offhook that runs in `run_dir` read its dialplans again. Raises AgentError when there is none, or when
    it does not answer."""
    return msgspec.json.decode(told(reload_path(run_dir), 2 * WITHIN_S), type=DialplansRead)
