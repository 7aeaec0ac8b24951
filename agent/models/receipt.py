"""The receipt that lies beside an installed model: what came from where, and each file's size and checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

RECEIPT = ".receipt.json"
_BLOCK = 1 << 20


class FileRecord(msgspec.Struct, frozen=True):
    """`size` in bytes and `mtime` in ns as they were when `sha256` was computed."""

    size: int
    mtime: int
    sha256: str


class Receipt(msgspec.Struct, frozen=True):
    """`base` is where the files lie when not beside the receipt (an admin's own model stays where it is).

    `files` is keyed by the path relative to the base. `believed` says that the source's checksum was unknown and was
    recorded at the first download.
    """

    name: str
    source: str
    entry: str
    files: dict[str, FileRecord]
    installed_at: str
    kind: str = ""
    base: str = ""
    believed: bool = False


def sha256_of(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Hexadecimal SHA-256 of a file; `on_bytes` is told of each block's length."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if on_bytes:
                on_bytes(len(block))
    return digest.hexdigest()


def record(path: Path) -> FileRecord:
    stat = path.stat()
    return FileRecord(size=stat.st_size, mtime=stat.st_mtime_ns, sha256=sha256_of(path))


def record_tree(base: Path) -> dict[str, FileRecord]:
    """Every file below `base` (or `base` itself where it is a file), without receipts."""
    if base.is_file():
        return {base.name: record(base)}
    return {str(path.relative_to(base)): record(path) for path in sorted(_files(base))}


def _files(base: Path) -> Iterator[Path]:
    return (path for path in base.rglob("*") if path.is_file() and path.name != RECEIPT)


def load(directory: Path) -> Receipt | None:
    """None where there is no receipt or it cannot be read: the model then counts as not installed."""
    try:
        return msgspec.json.decode((directory / RECEIPT).read_bytes(), type=Receipt)
    except (OSError, msgspec.DecodeError):
        return None


def save(directory: Path, receipt: Receipt) -> None:
    """Atomic: written beside and renamed."""
    target = directory / RECEIPT
    fresh = directory / f"{RECEIPT}.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(receipt), indent=1))
    fresh.replace(target)
