"""The virtual environment `.venv` and what is installed in it, each part stamped with the hash of what asked for it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from terminal import SetupError, Step, run

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
_STAMPS = VENV / ".setup.json"
_REQUIREMENTS = Path("requirements")
COMPILED = "llama-cpp-python"


def digest(*parts: bytes | str) -> str:
    """A short key of contents: it changes whenever one of the parts does."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode() if isinstance(part, str) else part)
        whole.update(b"\0")
    return whole.hexdigest()[:16]


def usable() -> bool:
    """Whether `.venv` was made by set-up for this directory and this Python, or by hand and works."""
    if not PYTHON.exists():
        return False
    if stamped("venv") == _venv_key():
        return True
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    if subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode != 0:
        return False
    if stamped("venv"):  # made for another directory: its scripts point there
        return False
    stamp("venv", _venv_key())
    return True


def create(step: Step) -> None:
    """Make `.venv` anew: with uv where it is present, else with the standard library."""
    shutil.rmtree(VENV, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        try:
            run([uv, "venv", "--python", sys.executable, str(VENV)])
        except SetupError:
            uv = None
            shutil.rmtree(VENV, ignore_errors=True)
    if not uv:
        step.at(0, "python -m venv; ")
        run([sys.executable, "-m", "venv", str(VENV)])
    stamp("venv", _venv_key())


def _venv_key() -> str:
    return digest(str(VENV.absolute()))


def lock(name: str) -> Path:
    """The locked requirements: `run`, `dev` (run and test tools) or `build`."""
    return _REQUIREMENTS / f"{name}.txt"


def lock_key(name: str) -> str:
    return digest(lock(name).read_bytes())


def block(name: str, package: str) -> str:
    """The lines of one package in a lock file: requirement and hashes. Raises SetupError where it has none."""
    for candidate in _blocks(lock(name).read_text()):
        if candidate.split("==")[0].strip() == package:
            return candidate
    raise SetupError(f"{lock(name)} does not hold {package}; write it anew: make lock")


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith((" ", "\t")) and blocks:
            blocks[-1] += line
        else:
            blocks.append(line)
    return blocks


def install_lock(name: str, step: Step) -> None:
    """Install the exact versions of a lock file, hashes checked, except for what is compiled apart.

    What comes as source (pure Python) is built with the pinned tools of the build lock, not with what an isolated
    build would fetch.
    """
    step.at(0, "downloading and unpacking; ")
    wanted = VENV / f"{name}.txt"
    texts = [block for block in _blocks(lock(name).read_text()) if block.split("==")[0].strip() != COMPILED]
    wanted.write_text("".join(texts))
    options = [] if name == "build" else ["--no-build-isolation"]
    pip_install(["--require-hashes", *options, "-r", str(wanted)])


def install_offhook() -> None:
    """The distribution itself, editable: the command `offhook` runs this tree."""
    pip_install(["--no-deps", "--no-build-isolation", "--editable", "."])


def pip_install(arguments: list[str]) -> None:
    """By uv where it is present; by pip where it is not or fails (uv reads none of pip's configuration)."""
    uv = shutil.which("uv")
    if uv:
        try:
            run([uv, "pip", "install", "--python", str(PYTHON), *arguments], env=build_path())
            return
        except SetupError:
            pass  # its output is in the log; pip says what is really wrong
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
        run([str(PYTHON), "-m", "ensurepip"])
    run(
        [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments], env=build_path()
    )


def build_path() -> dict[str, str]:
    """Puts the pinned cmake and ninja first, where unisolated builds look for them."""
    return {"PATH": f"{(VENV / 'bin').absolute()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def stamped(part: str) -> str:
    """The key under which a part was last installed, or ""."""
    return str(_stamps().get(part, ""))


def stamp(part: str, key: str) -> None:
    fresh = _STAMPS.with_suffix(".new")
    fresh.write_text(json.dumps({**_stamps(), part: key}, indent=1))
    fresh.replace(_STAMPS)


def _stamps() -> dict[str, object]:
    try:
        stamps = json.loads(_STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}
