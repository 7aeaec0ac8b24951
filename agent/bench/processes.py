"""What a tree of processes uses, from /proc: memory, threads, sockets, CPU time."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Of a process and everything below it. `rss_mb` adds up resident sets, so that shared pages count once for each
    process; `pss_mb` counts them once."""

    processes: int
    rss_mb: float
    pss_mb: float
    threads: int
    sockets: int
    cpu_s: float
    shares: tuple[tuple[str, float], ...] = ()  # (what runs, its RSS in MB), largest first


def usage(root: int) -> Usage:
    """Now; zeros for a process that is gone."""
    rss = pss = cpu = 0.0
    threads = sockets = count = 0
    shares: list[tuple[str, float]] = []
    for pid in tree(root):
        try:
            status = _fields(pid, "status")
            memory = _fields(pid, "smaps_rollup")
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            descriptors = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue  # it ended while we looked
        count += 1
        rss += status.get("VmRSS", 0) / 1024
        shares.append((_name(pid), round(status.get("VmRSS", 0) / 1024)))
        pss += memory.get("Pss", 0) / 1024
        threads += status.get("Threads", 0)
        cpu += (int(stat[11]) + int(stat[12])) / _TICK
        sockets += sum(_is_socket(pid, number) for number in descriptors)
    largest = tuple(sorted(shares, key=lambda share: -share[1]))
    return Usage(count, round(rss, 1), round(pss, 1), threads, sockets, cpu, largest)


def tree(root: int) -> list[int]:
    """`root` and all its descendants that live."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        if Path(f"/proc/{pid}").exists():
            found.append(pid)
        waiting += children.get(pid, [])
    return found


class Watch:
    """Samples a tree twice a second beside the work: `async with Watch(pid) as watch: ...; watch.peak`."""

    def __init__(self, root: int, every_s: float = 0.5) -> None:
        self._root, self._every = root, every_s
        self.samples: list[Usage] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Watch:
        self._task = asyncio.get_running_loop().create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def peak(self) -> Usage:
        """The sample with the most resident memory. Raises ValueError when there is none."""
        return max(self.samples, key=lambda sample: sample.rss_mb)

    async def _run(self) -> None:
        while True:
            self.samples.append(await asyncio.to_thread(usage, self._root))
            await asyncio.sleep(self._every)


def _fields(pid: int, name: str) -> dict[str, int]:
    fields = {}
    for line in Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        number = value.split()[0] if value.split() else ""
        if number.isdigit():
            fields[key] = int(number)
    return fields


def _name(pid: int) -> str:
    """The module that a Python process runs, else its program."""
    words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    return words[words.index("-m") + 1] if "-m" in words[:-1] else Path(words[0]).name


def _is_socket(pid: int, number: str) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:")
    except OSError:
        return False
