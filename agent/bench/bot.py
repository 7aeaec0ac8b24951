"""The bot under test: `offhook serve` as a process group of its own, started, awaited and stopped by the bench."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.errors import AgentError

READY = re.compile(r"^offhook ready (sip:\S+)", re.MULTILINE)


class BotFailed(AgentError):
    """The bot under test did not come up; holds the end of its log."""


@dataclass
class Bot:
    """`async with Bot(directory) as bot:` runs it; `bot.targets` are the addresses of its lines.

    Models come from where the product looks; prompts are kept under `directory`, so that a second start finds them.
    """

    directory: Path
    config: Path | None = None
    dialplan: Path | None = None
    lines: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)  # besides ours
    within_s: float = 180.0
    beside: Sequence[Path] = ()  # more dialplans
    targets: list[str] = field(default_factory=list)
    ready_after_s: float = 0.0
    _process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.directory / "bot.log"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the bot is not running"
        return self._process.pid

    async def __aenter__(self) -> Bot:
        self.directory.mkdir(parents=True, exist_ok=True)
        port = free_ports(self.lines)
        arguments = ["serve", "--sip-port", str(port), "--data-dir", str(self.directory / "data")]
        arguments += ["--lines", str(self.lines)] if self.lines > 1 else []
        arguments += ["--config", str(self.config)] if self.config else []
        for dialplan in (*([self.dialplan] if self.dialplan else []), *self.beside):
            arguments += ["--dialplan", str(dialplan)]
        began = time.monotonic()
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "agent.cli",
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **self.environment},
            )
        try:
            address = await self._ready(began)
        except BaseException:
            await self._stop()
            raise
        self.ready_after_s = time.monotonic() - began
        host = address.rpartition(":")[0].removeprefix("sip:").rpartition("@")[2]
        self.targets = [f"sip:bench@{host}:{port + line}" for line in range(self.lines)]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _ready(self, began: float) -> str:
        assert self._process is not None
        while True:
            text = self.log.read_text(encoding="utf-8", errors="replace")
            match = READY.search(text)
            if match is not None:
                return match[1]
            if self._process.returncode is not None:
                raise BotFailed(f"the bot ended with {self._process.returncode} before it was ready:\n{_end(text)}")
            if time.monotonic() - began > self.within_s:
                raise BotFailed(f"the bot was not ready within {self.within_s:g} s:\n{_end(text)}")
            await asyncio.sleep(0.02)

    async def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        for number, patience in ((signal.SIGINT, 10.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                break
            try:
                await asyncio.wait_for(process.wait(), patience)
                break
            except TimeoutError:
                continue
        self._process = None


def free_ports(count: int) -> int:
    """The first of `count` successive ports that are free for UDP and TCP. Raises BotFailed."""
    candidates = list(range(16_100, 16_900, 2 * count))
    random.shuffle(candidates)  # two benches that start together must not pick the same
    for first in candidates:
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise BotFailed("no free SIP ports between 16100 and 16900; end what uses them, such as other benches")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def _end(text: str) -> str:
    return "\n".join(text.splitlines()[-15:])
