"""A real Asterisk 16 on loopback, with the configuration that `deploy/asterisk` documents.

It runs in the chroot of `chroot.py`, with a directory of its own for configuration, database, logs and recordings,
and tells what it saw on the wire through its log (`pjsip set logger on`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from . import asterisk_files
from .asterisk_files import QUALIFY_TIMEOUT_S
from .chroot import PeerError, as_root
from .ports import Ports
from .until import PATIENCE_S, until

START_LIMIT_S = 30.0


class Asterisk:
    """One Asterisk; `start` and `stop` it as often as a test needs. Files stay until `close`."""

    def __init__(self, system: Path, ports: Ports) -> None:
        self.ports = ports
        self.system = system
        self.home = Path(tempfile.mkdtemp(prefix="asterisk-", dir=system / "tmp"))
        self._inside = Path("/") / self.home.relative_to(system)
        self._process: subprocess.Popen[bytes] | None = None
        asterisk_files.write(self.home, self._inside, system, ports)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.ports.asterisk}"

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Run it and wait until its SIP stack answers. Raises PeerError, with the end of the log, when it does not."""
        self._process = subprocess.Popen(
            as_root([*self._enter(), "/usr/sbin/asterisk", "-f", "-vvv", "-C", str(self._inside / "asterisk.conf")]),
            stdin=subprocess.DEVNULL,
            stdout=(self.home / "stdout").open("ab"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_LIMIT_S
        while "Asterisk has fully booted" not in self._ask("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise PeerError(f"Asterisk did not start; the end of {self.home}/log/full:\n{self.log[-3000:]}")
            time.sleep(0.2)
        self.cli("pjsip set logger on")

    def stop(self) -> None:
        """Stop it at once, as a power cut to its calls would: no BYE is sent."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(PeerError):
            subprocess.run(as_root(["kill", "-KILL", str(self._pid())]), capture_output=True, check=False)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        for leftover in (self.home / "run").iterdir():
            leftover.unlink()

    def stop_gently(self) -> None:
        """Stop it as an administrator does: its calls get their BYE."""
        self._ask("core stop gracefully" if not self.channels() else "core stop now")
        if self._process is not None:
            self._process.wait(15)
            self._process = None

    def close(self) -> None:
        """Stop it and remove its files."""
        self.stop()
        subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(self.home)]), check=False)

    def __enter__(self) -> Asterisk:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def cli(self, command: str) -> str:
        """What `asterisk -rx COMMAND` prints. Raises PeerError when Asterisk is not there."""
        answer = self._ask(command)
        if "Unable to connect to remote asterisk" in answer:
            raise PeerError(f"Asterisk is not running: {command!r} got {answer.strip()!r}")
        return answer

    def originate(self, channel: str, act: str) -> None:
        """Call `channel` ("PJSIP/5550199@offhook") and do `act` of context [far] with it once it is answered."""
        self.cli(f"channel originate {channel} extension {act}@far")

    def channels(self) -> list[str]:
        """Names of the channels that are up."""
        lines = self.cli("core show channels concise").splitlines()
        return [line.split("!", 1)[0] for line in lines if "!" in line]

    async def reachable(self, aor: str, within_s: float = PATIENCE_S) -> None:
        """Wait until Asterisk counts a contact of `aor` as available, and not by a question from before now."""
        await asyncio.sleep(QUALIFY_TIMEOUT_S + 0.1)
        seen = re.compile(rf"Contact:\s+{re.escape(aor)}/\S+\s+\S+\s+Avail")
        await until(
            lambda: seen.search(self.cli("pjsip show contacts")),
            lambda: f"{aor} is not reachable:\n{self.cli('pjsip show contacts')}",
            within_s,
        )

    @property
    def log(self) -> str:
        """Everything Asterisk has logged, the SIP messages included."""
        return self.since(0)

    def mark(self) -> int:
        """A place in the log, for `since` and `saw`."""
        return (self.home / "log" / "full").stat().st_size

    def since(self, mark: int) -> str:
        """What was logged after a mark."""
        with contextlib.suppress(FileNotFoundError), (self.home / "log" / "full").open("rb") as log:
            log.seek(mark)
            return log.read().decode(errors="replace")
        return ""

    async def saw(self, pattern: str, *, after: int = 0, within_s: float = PATIENCE_S) -> re.Match[str]:
        """Wait for `pattern` (multi-line) in the log after a mark."""
        return await until(
            lambda: re.search(pattern, self.since(after), re.MULTILINE),
            lambda: f"Asterisk's log has no {pattern!r}; it ends:\n{self.since(after)[-4000:]}",
            within_s,
        )

    def _ask(self, command: str) -> str:
        arguments = ["/usr/sbin/asterisk", "-C", str(self._inside / "asterisk.conf"), "-rx", command]
        done = subprocess.run(
            as_root([*self._enter(), *arguments]), capture_output=True, text=True, timeout=20, check=False
        )
        return done.stdout + done.stderr

    def _enter(self) -> list[str]:
        """The chroot, as the user who runs the tests, so that what Asterisk writes is theirs."""
        owner = f"--userspec={os.getuid()}:{os.getgid()}"
        return ["setpriv", "--pdeathsig", "KILL", "chroot", owner, str(self.system)]

    def _pid(self) -> int:
        file = self.home / "run" / "asterisk.pid"
        if not file.exists():
            raise PeerError(f"Asterisk left no pid in {file}")
        return int(file.read_text())
