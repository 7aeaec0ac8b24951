"""One supervised child process: started with its configuration on standard input, reporting JSON lines on a pipe,
started again when it dies, killed when it is silent for too long, never left behind. `death_signal` is what it gets
when the supervisor itself dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger()

BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)  # before the n-th restart in a row
STEADY_S = 30.0  # a child that lived this long starts with no backoff again
CANNOT_WORK = 2  # exit status of a child that says that a restart is no use
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """Keeps one child alive until `stop`. `on_line` gets each line that it reports, `on_log` each of its standard
    error; without `on_log` it writes to ours."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        config: bytes,
        *,
        on_line: Callable[[bytes], None],
        on_exit: Callable[[int], None],
        silence_s: float,
        death_signal: signal.Signals = signal.SIGKILL,
        on_log: Callable[[bytes], None] | None = None,
    ) -> None:
        self.name = name
        self.pid: int | None = None
        self.restarts = -1
        self.failed: int | None = None  # exit status of a child that cannot work
        self._command = command
        self._config = config
        self._on_line = on_line
        self._on_exit = on_exit
        self._silence_s = silence_s
        self._death_signal = death_signal
        self._on_log = on_log
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    async def run(self) -> None:
        """Start, and start again, until `stop` was called or the child says that it cannot work."""
        loop = asyncio.get_running_loop()
        in_a_row = 0
        try:
            while not self._stopping:
                begun = loop.time()
                self.restarts += 1
                status = await self._once()
                self.pid = None
                if self._stopping:
                    return
                self._on_exit(status)
                if status == CANNOT_WORK:
                    self.failed = status
                    return
                in_a_row = 0 if loop.time() - begun > STEADY_S else in_a_row + 1
                wait = BACKOFF_S[min(in_a_row, len(BACKOFF_S) - 1)] if in_a_row > 1 else 0.0
                log.warning("child process died, starting another", child=self.name, status=status, after_s=wait)
                await asyncio.sleep(wait)
        finally:
            self._kill()

    async def stop(self, grace_s: float) -> None:
        """SIGTERM, and SIGKILL when the grace is over."""
        self._stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), grace_s)
        except TimeoutError:
            log.warning("child process did not end in time and is killed", child=self.name, grace_s=grace_s)
            self._kill()
            await process.wait()

    def hurry(self) -> None:
        """Another SIGTERM: a draining child drains no longer."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def nudge(self) -> None:
        """A SIGHUP: a child that knows it reads its files again."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGHUP)

    async def _once(self) -> int:
        loop = asyncio.get_running_loop()
        read_fd, write_fd = os.pipe()
        parent = os.getpid()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                "--report-fd",
                str(write_fd),
                stdin=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE if self._on_log else None,
                limit=2**20,
                pass_fds=(write_fd,),
                start_new_session=True,  # Ctrl-C is ours to hand on
                # Each recogniser's thread would get an arena of glibc's, which never shrinks: 90 MB after four calls.
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},
                preexec_fn=lambda: _die_with(parent, self._death_signal),
            )
        finally:
            os.close(write_fd)
        self._process, self.pid = process, process.pid
        reader = asyncio.StreamReader(limit=2**20)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb", 0)
        )
        logs = asyncio.create_task(self._read_log(process.stderr), name=f"log of {self.name}")
        try:
            assert process.stdin is not None
            with contextlib.suppress(ConnectionError):
                process.stdin.write(self._config)
                await process.stdin.drain()
            process.stdin.close()
            await self._read(reader)
            status = await process.wait()
            await asyncio.wait([logs], timeout=1.0)  # its last words
            return status
        finally:
            logs.cancel()
            transport.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await asyncio.wait_for(reader.readline(), self._silence_s)
            except TimeoutError:
                log.error("child process is silent and is killed", child=self.name, seconds=self._silence_s)
                self._kill()
                continue
            except ValueError:
                log.error("child process reported an overlong line", child=self.name)
                continue
            if not line:
                return
            self._on_line(line)

    async def _read_log(self, stream: asyncio.StreamReader | None) -> None:
        while stream is not None and self._on_log is not None:
            try:
                line = await stream.readline()
            except ValueError:
                continue  # an overlong line; the stream has dropped it
            if not line:
                return
            self._on_log(line)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def _die_with(parent: int, death_signal: signal.Signals) -> None:
    """In the child, before exec: get a signal when the supervisor dies, however it dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        os._exit(1)
