"""Debian packages: what is missing is installed, as root or by sudo; else the exact command is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from terminal import SetupError, Step, run


@dataclass(frozen=True)
class Package:
    """A Debian package and the commands or files that show that what it brings is there, from whatever origin."""

    name: str
    proofs: tuple[str, ...]

    @property
    def missing(self) -> bool:
        return not all(Path(proof).exists() if proof.startswith("/") else shutil.which(proof) for proof in self.proofs)


_SOUNDS = "/usr/share/asterisk/sounds"

RUN = (
    Package("build-essential", ("gcc", "g++", "make")),
    Package("ca-certificates", ("/etc/ssl/certs/ca-certificates.crt",)),
)
TEST = (
    *RUN,
    Package("asterisk-core-sounds-en-wav", (f"{_SOUNDS}/en_US_f_Allison/vm-goodbye.wav",)),
    Package("asterisk-moh-opsound-wav", ("/usr/share/asterisk/moh/reno_project-system.wav",)),
    Package("asterisk-core-sounds-en", ("/usr/share/doc/asterisk-core-sounds-en",)),
    Package("sip-tester", ("sipp",)),
    Package("sipsak", ("sipsak",)),
)
INTEROP = (
    *TEST,
    Package("debootstrap", ("/usr/sbin/debootstrap",)),
    Package("debian-archive-keyring", ("/usr/share/keyrings/debian-archive-keyring.gpg",)),
)
MAVEN = Package("maven", ("mvn",))

_LISTS = Path("/var/lib/apt/lists")


def missing(purpose: str) -> list[str]:
    """Names of the packages that `purpose` (run, test, interop) still needs."""
    wanted = {"run": RUN, "test": TEST, "interop": INTEROP}[purpose]
    names = [package.name for package in wanted if package.missing]
    if not shutil.which("uv") and not Path(".venv/bin/python").exists() and find_spec("ensurepip") is None:
        names.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return names


def install(names: list[str], step: Step) -> None:
    """Raises SetupError naming the command to run where this user may not install packages."""
    if not shutil.which("apt-get"):
        raise SetupError(
            "these Debian packages (or what they bring) are missing, and there is no apt-get here: " + " ".join(names)
        )
    prefix = _as_root(names)
    if not any(_LISTS.glob("*Packages*")):
        _update(prefix, step)
    try:
        _apt(prefix, names, step)
    except SetupError:
        # The lists may be older than what the mirror still holds.
        _update(prefix, step)
        _apt(prefix, names, step)


def _as_root(names: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    command = f"sudo apt-get install --no-install-recommends {' '.join(names)}"
    if not shutil.which("sudo"):
        raise SetupError(f"Debian packages are missing and this user is not root. As root: {command[5:]}")
    if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    if sys.stdin.isatty() and subprocess.run(["sudo", "-v"], check=False).returncode == 0:
        return ["sudo", "-n"]
    raise SetupError(f"Debian packages are missing and sudo asks for a password. Run this, then try again: {command}")


def _update(prefix: list[str], step: Step) -> None:
    step.at(0, "reading the package lists; ")
    run([*prefix, "apt-get", "update", "-q"])


def _apt(prefix: list[str], names: list[str], step: Step) -> None:
    step.at(0, "installing; ")
    options = ["-y", "-q", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    run([*prefix, *environment, "apt-get", "install", *options, *names])
