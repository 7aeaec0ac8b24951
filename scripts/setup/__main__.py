"""Everything offhook needs on this machine, once: `scripts/setup.sh [--missing] run|test|interop`.

`--missing` only lists Debian packages. Standard library only, because it runs before anything is installed. Each step
looks first whether there is anything to do, so that a second run takes a fraction of a second. The output of every
command is in build/setup.log.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import debian
import environment
import llama_wheel
import models
from terminal import LOG, SetupError, Step, spell


@dataclass(frozen=True)
class Job:
    """One step that has something to do; `work` gets the line that shows it, unless it shows itself."""

    title: str
    estimate_s: float
    work: Callable[[Step], None]
    shown_by_itself: bool = False


def plan(purpose: str) -> list[Job]:
    """What is left to do for `purpose`, in order."""
    tools = "run" if purpose == "run" else "dev"
    jobs: list[Job] = []
    if names := debian.missing(purpose):
        jobs.append(Job(f"Debian packages {' '.join(names)}", 60, lambda step: debian.install(names, step)))
    fresh = not environment.usable()
    if fresh:
        jobs.append(Job("Python environment .venv", 5, environment.create))
    if fresh or environment.stamped("build") != environment.lock_key("build"):
        jobs.append(Job("Build tools", 10, lambda step: _install("build", step)))
    if fresh or environment.stamped("llama") != llama_wheel.key():
        jobs.append(_llama_job())
    if fresh or environment.stamped(tools) != environment.lock_key(tools):
        jobs.append(Job("Python packages", 45, lambda step: _install(tools, step)))
    if fresh or environment.stamped("offhook") != _offhook_key():
        jobs.append(Job("offhook itself", 3, _offhook))
    if wanted := models.missing():
        size = models.megabytes(wanted)
        title = f"Models {' '.join(wanted)}, {size:.0f} MB"
        jobs.append(Job(title, 15 + size / 5, lambda step: models.fetch(wanted), shown_by_itself=True))
    return jobs


def _llama_job() -> Job:
    wheel = llama_wheel.cached()
    if wheel:
        return Job("llama.cpp from the cache", 2, _llama)
    cores = len(os.sched_getaffinity(0))
    return Job("llama.cpp, compiled for this processor", llama_wheel.CPU_SECONDS / cores + 20, _llama)


def _llama(step: Step) -> None:
    wheel = llama_wheel.cached() or llama_wheel.build(step)
    environment.pip_install(["--no-deps", "--force-reinstall", str(wheel)])
    environment.stamp("llama", llama_wheel.key())


def _install(name: str, step: Step) -> None:
    environment.install_lock(name, step)
    environment.stamp(name, environment.lock_key(name))
    if name == "dev":
        environment.stamp("run", environment.lock_key("run"))


def _offhook_key() -> str:
    return environment.digest(Path("pyproject.toml").read_bytes(), str(Path.cwd()))


def _offhook(step: Step) -> None:
    step.at(0, "")
    environment.install_offhook()
    environment.stamp("offhook", _offhook_key())


def perform(jobs: list[Job]) -> None:
    total = sum(job.estimate_s for job in jobs)
    cores = len(os.sched_getaffinity(0))
    print(f"Set-up: {len(jobs)} step(s) to do, about {spell(total)} on this machine ({cores} cores). Log: {LOG}")
    for number, job in enumerate(jobs, 1):
        title = f"[{number}/{len(jobs)}] {job.title}"
        if job.shown_by_itself:
            print(f"  {title} (about {spell(job.estimate_s)})", flush=True)
            job.work(Step(title, job.estimate_s))
        else:
            with Step(title, job.estimate_s) as step:
                job.work(step)
    print("Set-up is complete.", flush=True)


def main() -> int:
    purpose = sys.argv[-1]
    if purpose not in ("run", "test", "interop") or sys.argv[1:-1] not in ([], ["--missing"]):
        print("usage: scripts/setup.sh [--missing] run|test|interop", file=sys.stderr)
        return 2
    os.chdir(Path(__file__).resolve().parent.parent.parent)
    if sys.argv[1] == "--missing":
        print(*debian.missing(purpose), sep="\n")
        return 0
    LOG.parent.mkdir(exist_ok=True)
    with (LOG.parent / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            jobs = plan(purpose)
            if jobs:
                perform(jobs)
        except SetupError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nSet-up was stopped; the next run takes it up where it was.", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
