"""llama-cpp-python is compiled from source: minutes, so its progress is shown and the wheel kept in the user's cache.

It is compiled for this machine's own processor (GGML_NATIVE), which is what makes it fast; therefore the key in the
cache holds the processor's features, and a home directory shared between machines keeps one wheel for each kind.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from pathlib import Path

import environment
from terminal import SetupError, Step, run

CPU_SECONDS = 220.0
"""Processor time of the whole build on a 3 GHz core, for the estimate."""

_STEP = re.compile(r"\[(\d+)/(\d+)\]")
_INCLUDED = Path("scripts") / "setup" / "llama.cmake"
_OPTIONS = "-DLLAVA_BUILD=OFF"
"""Pictures are not looked at here, and compiling for them takes minutes."""


def key() -> str:
    """Changes with the version, the way of building, the machine and what its processor can do."""
    libc = "".join(platform.libc_ver())
    return environment.digest(_requirement(), _OPTIONS, _INCLUDED.read_bytes(), platform.machine(), libc, _processor())


def cached() -> Path | None:
    return next(iter(_place().glob("*.whl")), None)


def build(step: Step) -> Path:
    """Compile, keep the wheel, and return it."""
    place = _place()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"cannot write to {place}: {error.strerror}. Set XDG_CACHE_HOME elsewhere") from error
    with tempfile.TemporaryDirectory(prefix=".building-", dir=place.parent) as temporary:
        requirement = Path(temporary) / "requirement.txt"
        requirement.write_text(_requirement())
        out = Path(temporary) / "out"

        def on_line(line: str) -> None:
            if found := _STEP.search(line):
                step.at(int(found[1]) / int(found[2]), f"step {found[1]} of {found[2]}; ")

        step.at(0, "fetching the source; ")
        cmake = {"CMAKE_ARGS": f"{_OPTIONS} -DCMAKE_PROJECT_llama.cpp_INCLUDE={_INCLUDED.absolute()}"}
        options = ["-v", "--no-deps", "--no-build-isolation", "--require-hashes", "--disable-pip-version-check"]
        command = [str(environment.PYTHON.absolute()), "-m", "pip", "wheel", *options, f"--wheel-dir={out}"]
        run([*command, "-r", str(requirement)], env={**environment.build_path(), **cmake}, on_line=on_line)
        wheels = list(out.glob("*.whl"))
        if len(wheels) != 1:
            raise SetupError(f"building {environment.COMPILED} left {len(wheels)} wheels, expected 1")
        shutil.copy(wheels[0], place / ".new")
        (place / ".new").replace(place / wheels[0].name)
        return place / wheels[0].name


def _requirement() -> str:
    return environment.block("run", environment.COMPILED)


def _place() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "offhook" / "wheels" / key()


def _processor() -> str:
    """The feature flags of the first processor, as the kernel lists them (x86 "flags", ARM "Features")."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
