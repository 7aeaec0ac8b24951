"""A real Kamailio on loopback, with the configuration of `deploy/kamailio`."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from .chroot import PeerError, as_root
from .ports import Ports

DEPLOYED = Path(__file__).parents[2] / "deploy" / "kamailio"
START_LIMIT_S = 30.0


class Kamailio:
    """Kamailio in the chroot, in front of both lines; lets calls in from 127.0.0.1 only."""

    def __init__(self, system: Path, ports: Ports) -> None:
        self.port = ports.kamailio
        self.lines = ((ports.line0, ports.line0_rtp), (ports.line1, ports.line1_rtp))  # SIP, first RTP port
        self.system = system
        self.home = Path(tempfile.mkdtemp(prefix="kamailio-", dir=system / "tmp"))
        self._inside = Path("/") / self.home.relative_to(system)
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copy(DEPLOYED / "kamailio.cfg", self.home)
        for name, said, meant in (
            ("dispatcher.list", "192.0.2.20:5061", f"127.0.0.1:{ports.line0}"),
            ("dispatcher.list", "192.0.2.20:5062", f"127.0.0.1:{ports.line1}"),
            ("address.list", "192.0.2.10", "127.0.0.1"),
        ):
            here = self.home / name
            text = (here if here.exists() else DEPLOYED / name).read_text()
            if said not in text:
                raise PeerError(f"deploy/kamailio/{name} has no {said!r} any more: bring this file up to date")
            here.write_text(text.replace(said, meant))

    @property
    def log(self) -> str:
        return (self.home / "log").read_text(errors="replace")

    def check(self) -> str:
        """What `kamailio -c` says of the configuration. Raises PeerError when it is not accepted."""
        done = subprocess.run(as_root(self._command("-c")), capture_output=True, text=True, timeout=20, check=False)
        if done.returncode != 0:
            raise PeerError(f"kamailio -c: {done.stderr}")
        return done.stdout + done.stderr

    def __enter__(self) -> Kamailio:
        self._process = subprocess.Popen(
            as_root(self._command("-DD", "-E")),
            stdin=subprocess.DEVNULL,
            stdout=(self.home / "log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_LIMIT_S
        while f"{self.port:04X} 00000000:0000" not in Path("/proc/net/udp").read_text():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise PeerError(f"Kamailio did not start:\n{self.log[-3000:]}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process is not None
        pid = self.home / "pid"
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(as_root(["kill", "-TERM", pid.read_text().strip()]), check=False)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        print(self.log)
        self.close()

    def close(self) -> None:
        """Remove its files."""
        subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(self.home)]), check=False)

    def _command(self, *switches: str) -> list[str]:
        defines = ["-A", f'CONFIG_DIR="{self._inside}"', "-A", f"LISTEN=udp:127.0.0.1:{self.port}"]
        places = ["-f", f"{self._inside}/kamailio.cfg", "-P", f"{self._inside}/pid", "-Y", str(self._inside)]
        return ["setpriv", "--pdeathsig", "KILL", "chroot", str(self.system), "kamailio", *switches, *defines, *places]
