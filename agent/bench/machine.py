"""The machine a figure was measured on, and what the harness itself took of it."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import msgspec

from telephony.testing.media_thread import Lateness


class Machine(msgspec.Struct, frozen=True):
    """Where a figure comes from; without it a figure says nothing."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    load_before: float  # 1 min load average when the run began


class Harness(msgspec.Struct, frozen=True):
    """What the measuring itself cost."""

    cores: float  # CPU seconds a second, this process
    late_p50_ms: float  # how late our RTP packets left
    late_p99_ms: float
    late_worst_ms: float
    packets: int


def describe() -> Machine:
    """This machine, now."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    names = [line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return Machine(
        processor=names[0] if names else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(memory, 1),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        load_before=round(os.getloadavg()[0], 2),
    )


class Stopwatch:
    """CPU time of this process over wall time since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def harness(self, late: Lateness) -> Harness:
        wall = max(1e-9, time.monotonic() - self._wall)
        return Harness(
            cores=round((time.process_time() - self._cpu) / wall, 3),
            late_p50_ms=round(late.p50, 2),
            late_p99_ms=round(late.p99, 2),
            late_worst_ms=round(late.worst, 2),
            packets=late.packets,
        )
