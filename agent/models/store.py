"""Where installed models lie, and whether they are still what was installed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from agent.errors import ModelError
from agent.models import receipt as receipts
from agent.models.manifest import Manifest, check_name, shipped
from agent.models.receipt import FileRecord, Receipt

log = structlog.get_logger()


def default_root() -> Path:
    """`$OFFHOOK_MODELS`, else `$XDG_CACHE_HOME/offhook/models`, else `~/.cache/offhook/models`."""
    if own := os.environ.get("OFFHOOK_MODELS"):
        return Path(own).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "offhook" / "models"


class ModelStore:
    """The directory of installed models, one subdirectory each with a receipt in it. Reading only; see `fetch.py`."""

    def __init__(self, root: Path | None = None, manifest: Manifest | None = None) -> None:
        self.root = root or default_root()
        self.manifest = manifest or shipped()

    def directory(self, name: str) -> Path:
        return self.root / check_name(name)

    def installed(self, name: str) -> Receipt | None:
        return receipts.load(self.directory(name))

    def names(self) -> list[str]:
        """Names of what is installed, the admin's own included."""
        if not self.root.is_dir():
            return []
        return sorted(path.parent.name for path in self.root.glob(f"*/{receipts.RECEIPT}"))

    def path(self, name: str) -> Path:
        """What an engine opens: the model's file where it is one file (GGUF), else its directory.

        Checks size and modification time of every file against the receipt (microseconds) and reads a file anew only
        where its time differs. Raises ModelError with the remedy when the model is missing or no longer itself.
        """
        receipt = self.installed(name)
        if receipt is None:
            if name not in self.manifest.models:
                self.manifest.entry(name)  # raises with the list of known names
            raise ModelError(f"the model {name!r} is not installed in {self.root}. To install it: {self.remedy(name)}")
        base = self._base(receipt)
        for relative, known in receipt.files.items():
            if wrong := _suspect(base / relative, known):
                raise ModelError(f"the model {name!r} is damaged: {wrong}. To repair it: {self.remedy(name)}")
        return base / receipt.entry if receipt.entry else base

    def verify(self, name: str, on_bytes: Callable[[int], None] | None = None) -> list[str]:
        """Read every file of an installed model and compare checksums; one line for each that differs, none if sound.

        Raises ModelError when the model is not installed at all.
        """
        receipt = self.installed(name)
        if receipt is None:
            raise ModelError(f"the model {name!r} is not installed in {self.root}. To install it: {self.remedy(name)}")
        base = self._base(receipt)
        findings: list[str] = []
        fresh: dict[str, FileRecord] = {}
        for relative, known in receipt.files.items():
            path = base / relative
            if not path.is_file():
                findings.append(f"{path} is missing")
            elif path.stat().st_size != known.size:
                findings.append(f"{path} has {path.stat().st_size} bytes, {known.size} were installed")
            elif receipts.sha256_of(path, on_bytes) != known.sha256:
                findings.append(f"{path} differs from what was installed (SHA-256)")
            else:
                fresh[relative] = FileRecord(known.size, path.stat().st_mtime_ns, known.sha256)
        if not findings and fresh != receipt.files:
            receipts.save(self.directory(name), msgspec.structs.replace(receipt, files=fresh))
        return findings

    def remedy(self, name: str) -> str:
        """The command that puts the model (back) in place."""
        if name in self.manifest.models:
            return f"offhook models fetch {name}"
        return f"offhook models add {name} --path FILE"

    def _base(self, receipt: Receipt) -> Path:
        return Path(receipt.base) if receipt.base else self.root / receipt.name


def _suspect(path: Path, known: FileRecord) -> str:
    """Why the file cannot be what was installed, or "". Reads it only when its time changed (copied or rewritten)."""
    try:
        stat = path.stat()
    except OSError:
        return f"{path} is missing"
    if stat.st_size != known.size:
        return f"{path} has {stat.st_size} bytes, {known.size} were installed"
    if stat.st_mtime_ns != known.mtime:
        if receipts.sha256_of(path) != known.sha256:
            return f"{path} differs from what was installed (SHA-256)"
        log.info("a model file was touched but is intact; `offhook models verify` notes its new time", file=str(path))
    return ""
