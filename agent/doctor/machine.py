"""What the machine has: processors, memory, disk, free ports. Limits of a container count."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from agent.doctor.finding import Finding, blocking, good, warning
from telephony.config import Sip

_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 50
_MEMORY_NEEDED = 900e6
"""All default models loaded, one line process, a call (bytes)."""
_DISK_NEEDED = 500e6


def cores() -> float:
    """Processors this process may use, a container's quota included."""
    allowed = float(len(os.sched_getaffinity(0)))
    try:
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        return min(allowed, int(quota) / int(period))
    except (OSError, ValueError):  # no cgroup v2, or "max"
        return allowed


def memory_available() -> int:
    """Bytes that can be had without swapping, a container's limit included."""
    available = _UNLIMITED
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            available = int(line.split()[1]) * 1024
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return available
    return min(available, max(0, limit - used))


def processors() -> Finding:
    count = cores()
    load = os.getloadavg()[0]
    what = f"{count:g} core(s), {_model()}, load {load:.1f}"
    if count < 2:
        return warning("processor", what, "two cores are what one call at conversational speed needs; give it two")
    if load > count * 0.5:
        return warning("processor", what, "other work is running: stop it, or what is measured below is too slow")
    return good("processor", what)


def memory() -> Finding:
    available = memory_available()
    what = f"{available / 1e9:.1f} GB available"
    if available < _MEMORY_NEEDED:
        return blocking("memory", what, f"the default models need {_MEMORY_NEEDED / 1e9:.1f} GB: free some")
    return good("memory", what)


def disk(directories: dict[str, Path]) -> Iterator[Finding]:
    """One finding for each directory that offhook writes to, by what it is for."""
    for purpose, directory in directories.items():
        existing = next(parent for parent in (directory, *directory.parents) if parent.exists())
        subject = f"disk for {purpose}"
        free = shutil.disk_usage(existing).free
        what = f"{free / 1e9:.1f} GB free in {directory}"
        if not os.access(existing, os.W_OK):
            yield blocking(subject, f"{directory} cannot be written", f"chown it to this user, or move {purpose}")
        elif free < _DISK_NEEDED:
            yield warning(subject, what, f"make room, or move {purpose} to a larger disk")
        else:
            yield good(subject, what)


def ports(sip: Sip, lines: int) -> Iterator[Finding]:
    """Whether the SIP ports of all lines (UDP, TCP) and the ends of the RTP range can be bound."""
    if sip.port:
        for line in range(lines):
            yield _sip_port(sip, sip.port + line)
    first, last = sip.rtp_ports
    taken = [port for port in (first, first + 1, last) if not _free(socket.SOCK_DGRAM, sip.bind, port)]
    if taken:
        what = f"UDP {', '.join(map(str, taken))} of the RTP range {first}-{last} in use"
        yield warning("RTP ports", what, "a running offhook is well; else set [sip] rtp_ports to a free range")
    else:
        yield good("RTP ports", f"UDP {first}-{last} free at both ends")


def _sip_port(sip: Sip, port: int) -> Finding:
    kinds = {"UDP": socket.SOCK_DGRAM} | ({"TCP": socket.SOCK_STREAM} if sip.tcp else {})
    taken = [name for name, kind in kinds.items() if not _free(kind, sip.bind, port)]
    subject = f"SIP port {port}"
    if taken:
        see = f"ss -lntup 'sport = :{port}'"
        what = f"{' and '.join(taken)} in use on {sip.bind}"
        return blocking(subject, what, f"if that is not a running offhook, see who it is: {see}; or use --sip-port")
    return good(subject, f"{' and '.join(kinds)} free on {sip.bind}")


def _free(kind: socket.SocketKind, host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            # As pjsip listens: connections of an earlier run in TIME_WAIT do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown processor"
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, os.uname().machine)
