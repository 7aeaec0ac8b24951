"""Brings a model into the store: tries its sources in order, verifies, builds, and puts it in place in one step."""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from agent.errors import ModelError
from agent.models import receipt as receipts
from agent.models.download import Progress
from agent.models.manifest import Kind, ModelEntry, Source, check_name
from agent.models.receipt import Receipt
from agent.models.sources import SourceFailed, Supplier
from agent.models.store import ModelStore
from agent.models.trust import Trust

_SPACE_FACTOR = 3.0
"""Archive, unpacked files and built files lie side by side for a moment."""


class Fetcher:
    """Writes into a store. Two processes fetching the same model take turns; the second finds it done."""

    def __init__(self, store: ModelStore, progress: Progress) -> None:
        self._store = store
        self._progress = progress

    def fetch(self, name: str) -> bool:
        """Install the model unless it is there and intact; True when something was installed.

        Raises ModelError that names every source tried and why it failed.
        """
        entry = self._store.manifest.entry(name)
        with self._locked(name):
            intact = self._intact(name)
            if intact and self._current(name, entry):
                return False
            self._check_space(name, entry)
            failures = []
            for source in entry.sources:
                try:
                    self._from(source, name, entry)
                    return True
                except SourceFailed as error:
                    failures.append(f"  {source.label}: {error}")
                    if source is not entry.sources[-1]:
                        self._progress.note(f"{name}: {source.label}: {error}; trying the next source")
        tried = "\n".join(failures)
        if intact:
            self._progress.note(f"{name}: stays as it was installed, in an older layout. Tried:\n{tried}")
            return False
        raise ModelError(
            f"the model {name!r} could not be fetched. Tried:\n{tried}\n"
            f"Where it can be had elsewhere: offhook models add {name} --path FILE"
        )

    def add(self, name: str, path: Path, kind: Kind | None = None) -> Receipt:
        """Register a model file or directory of the admin's own; it stays where it is. Raises ModelError."""
        check_name(name)
        path = path.expanduser().resolve()
        if not path.exists():
            raise ModelError(f"there is no {path}. Give the model's file (GGUF) or directory (Vosk, Piper)")
        known = self._store.manifest.models.get(name)
        guessed = kind or (known.kind if known else guess_kind(path))
        if guessed is None:
            kinds = ", ".join(Kind)
            raise ModelError(f"cannot tell what kind of model {path} is. Say it: --kind one of {kinds}")
        self._progress.begin(f"checksum {path.name}", 0)
        with self._locked(name):
            receipt = Receipt(
                name=name,
                source=f"added from {path}",
                entry=path.name if path.is_file() else "",
                files=receipts.record_tree(path),
                installed_at=_now(),
                kind=guessed,
                base=str(path.parent if path.is_file() else path),
            )
            if not receipt.files:
                raise ModelError(f"{path} is empty: it holds no model")
            staging = self._staging(name)
            receipts.save(staging, receipt)
            self._put_in_place(staging, name)
        return receipt

    def _intact(self, name: str) -> bool:
        try:
            self._store.path(name)
        except ModelError:
            return False
        return True

    def _current(self, name: str, entry: ModelEntry) -> bool:
        """Whether it was installed as the manifest says today; an admin's own always is."""
        receipt = self._store.installed(name)
        return receipt is not None and (bool(receipt.base) or receipt.entry == entry.entry)

    def _check_space(self, name: str, entry: ModelEntry) -> None:
        self._store.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._store.root).free
        needed = int(entry.size * _SPACE_FACTOR)
        if free < needed:
            raise ModelError(
                f"{self._store.root} has {free / 1e9:.1f} GB free, the model {name!r} needs {needed / 1e9:.1f} GB "
                "while it is unpacked. Make room, or set OFFHOOK_MODELS to a larger disk"
            )

    def _from(self, source: Source, name: str, entry: ModelEntry) -> None:
        staging = self._staging(name)
        try:
            trust = Trust(self._store.root / ".trusted.json")
            parts = self._store.root / ".parts" / name
            Supplier(parts, self._progress, trust.judge).obtain(source, entry, staging)
            if entry.finish:
                self._hook(name, entry.finish, staging)
            finished = self._built(name, entry, staging) if entry.build else staging
            files = receipts.record_tree(finished)
            believed = bool(trust.believed)
            receipts.save(
                finished,
                Receipt(name, source.label, entry.entry, files, _now(), entry.kind, believed=believed),
            )
            trust.keep()
            self._put_in_place(finished, name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _built(self, name: str, entry: ModelEntry, staging: Path) -> Path:
        """The engine's own last step on the raw files, e.g. drawing and quantising an ONNX graph."""
        target = self._staging(f"{name}.built")
        self._progress.begin(f"build {name}", 0)
        try:
            self._hook(name, entry.build, staging, target)
        except ModelError:
            shutil.rmtree(target, ignore_errors=True)
            raise
        return target

    def _hook(self, name: str, hook: str, *directories: Path) -> None:
        """Named in the manifest rather than imported: this room knows no engine."""
        module, function = hook.split(":")
        try:
            getattr(importlib.import_module(module), function)(*directories)
        except Exception as error:
            raise ModelError(f"the model {name!r} was downloaded but {hook} failed on it: {error}") from error

    def _staging(self, name: str) -> Path:
        """An empty directory beside the final one, so that the last rename stays on one file system."""
        staging = self._store.root / f".staging-{name}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        return staging

    def _put_in_place(self, finished: Path, name: str) -> None:
        target = self._store.directory(name)
        old = self._store.root / f".old-{name}"
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        finished.rename(target)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self._store.root / ".parts" / name, ignore_errors=True)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Held by the operating system, so a killed fetcher leaves no stale lock."""
        try:
            self._store.root.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._store.root / f".lock-{name}", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ModelError(
                f"cannot write to {self._store.root}: {error.strerror}. Set OFFHOOK_MODELS to a directory that can be"
            ) from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._progress.begin(f"wait for another offhook that works on {name}", 0)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def guess_kind(path: Path) -> Kind | None:
    """By the marks each engine's models have; None where there is none."""
    if path.is_file():
        return Kind.LANGUAGE_MODEL if path.suffix == ".gguf" else None
    if (path / "am" / "final.mdl").exists():
        return Kind.RECOGNISER
    if any(path.glob("*.onnx.json")):
        return Kind.VOICE
    if (path / "tokenizer.json").exists():
        return Kind.EMBEDDER
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
