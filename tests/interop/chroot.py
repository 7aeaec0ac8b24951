"""The system that the real peers run in: Debian bullseye with Asterisk 16 and Kamailio, in a directory of its own.

Built once by debootstrap into the user's cache, about 480 MB. It comes from the mirror that this machine's apt
uses, and is only ever entered with `chroot`, so nothing of it reaches the machine itself. `python
tests/interop/chroot.py` builds it beforehand; the tests build it when it is missing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SUITE = "bullseye"  # the last Debian release with an asterisk package: 16.28
PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "kamailio")
SECONDS = 60  # what a build takes on two cores and a near mirror
BUILD_LIMIT_S = 900
MARK = "offhook.ready"  # written last: without it a build was cut short


class PeerError(Exception):
    """A real peer cannot be built or run: says what, and what to do."""


def location() -> Path:
    """Where the system is kept: `$XDG_CACHE_HOME/offhook/asterisk-bullseye`, or below ~/.cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "offhook" / f"asterisk-{SUITE}"


def as_root(command: Sequence[str]) -> list[str]:
    """`command` as root may run it: as it is for root, through sudo for others. Raises PeerError with neither."""
    if os.geteuid() == 0:
        return list(command)
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", *command]
    raise PeerError(
        "a chroot needs root, and this user may not sudo without a password: run `sudo -v` first, or run"
        " `make test-interop` as root"
    )


def mirror() -> str | None:
    """The Debian archive that this machine's apt uses; None where apt has no Debian one (debootstrap knows its own)."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listing.splitlines():
        origin, label, uri = line.split("|", 2)
        if (origin, label) == ("Debian", "Debian"):
            return uri
    return None


def ensure(say: Callable[[str], None]) -> Path:
    """The system's directory, built if it is missing. `say` gets one line of progress at a time.

    Raises PeerError when it cannot be built.
    """
    target = location()
    if (target / MARK).exists():
        _name(target)
        return target
    as_root([])
    if not shutil.which("debootstrap"):
        raise PeerError("debootstrap is missing: apt-get install debootstrap")
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs at once: the second waits for the first one's
        if not (target / MARK).exists():
            _build(target, say)
    _name(target)
    return target


def _build(target: Path, say: Callable[[str], None]) -> None:
    partial = target.with_name(target.name + ".partial")
    for leftover in (target, partial):
        if leftover.exists():
            subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(leftover)]), check=True)
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(partial)]
    if (uri := mirror()) is not None:
        command.append(uri)
    say(f"building {target}: Debian {SUITE} with {', '.join(PACKAGES)}; about {SECONDS} s, once")
    _run_debootstrap(command, target.with_name(target.name + ".log"), say)
    _write(partial / MARK, f"{SUITE} {' '.join(PACKAGES)}\n")
    subprocess.run(as_root(["mv", str(partial), str(target)]), check=True)
    say(f"built {target}")


def _name(target: Path) -> None:
    """Let the host name resolve inside: Asterisk looks it up for every SDP, and a dead DNS costs 5 s a call."""
    hosts = f"127.0.0.1 localhost {socket.gethostname()}\n"
    if not (target / "etc/hosts").exists() or (target / "etc/hosts").read_text() != hosts:
        _write(target / "etc/hosts", hosts)


def _run_debootstrap(command: Sequence[str], log: Path, say: Callable[[str], None]) -> None:
    """Run it, reporting each hundredth step and the time; its whole output goes to `log`."""
    started = time.monotonic()
    steps = 0
    with subprocess.Popen(
        as_root(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        with log.open("w") as record:
            for line in process.stdout:
                record.write(line)
                steps += 1
                spent = time.monotonic() - started
                if steps % 100 == 0:
                    say(f"  {spent:4.0f} s  {line.strip()}")
                if spent > BUILD_LIMIT_S:
                    process.terminate()
                    raise PeerError(f"debootstrap took over {BUILD_LIMIT_S} s and was stopped; see {log}")
    if process.returncode != 0:
        raise PeerError(
            f"debootstrap ended with status {process.returncode}: see {log}. It needs root, 1 GB of disk and the"
            f" mirror that apt uses to hold {SUITE}"
        )


def _write(path: Path, text: str) -> None:
    subprocess.run(as_root(["tee", str(path)]), input=text, text=True, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    try:
        ensure(lambda line: print(line, flush=True))
    except PeerError as error:
        sys.exit(f"{error}")
