"""The default models: a cheap look whether they are there, and `offhook models fetch` where one is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import debian
from terminal import SetupError, Step

_MANIFEST = Path("agent/models/models.toml")


def missing() -> list[str]:
    """Names of default models that are not installed as the manifest says today; whether the files are sound is checked
    when they are loaded."""
    manifest = tomllib.loads(_MANIFEST.read_text(encoding="utf-8"))
    wanted = [name for name, entry in manifest.items() if entry.get("default")]
    return [name for name in wanted if not _current(_root() / name / ".receipt.json", manifest[name].get("entry", ""))]


def _current(receipt: Path, entry: str) -> bool:
    """As `Fetcher._current` says, without the environment that this is about to make."""
    try:
        found = json.loads(receipt.read_bytes())
    except (OSError, ValueError):
        return False
    return bool(found.get("base")) or found.get("entry") == entry


def megabytes(names: list[str]) -> float:
    manifest = tomllib.loads(_MANIFEST.read_text(encoding="utf-8"))
    return sum(float(manifest[name]["size"]) for name in names) / 1e6


def fetch(names: list[str]) -> None:
    """With the fetcher's own progress bars. Maven is installed only when no other source has answered."""
    if _offhook_fetch(names):
        return
    if shutil.which("mvn") is None:
        with Step("Maven, as another way to the models", 60) as step:
            debian.install([debian.MAVEN.name], step)
        if _offhook_fetch(names):
            return
    raise SetupError("the models could not be fetched: the sources tried and why each failed are named above")


def _offhook_fetch(names: list[str]) -> bool:
    command = [".venv/bin/offhook", "models", "fetch", *names]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _root() -> Path:
    if own := os.environ.get("OFFHOOK_MODELS"):
        return Path(own).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "offhook" / "models"
