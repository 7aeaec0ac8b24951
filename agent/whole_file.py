"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, body: bytes, like: os.stat_result | None = None) -> None:
    """Put a file at `path`, on disk when this returns: readable by its owner only, or with owner and mode of `like`.
    Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
        out.flush()
        if like is not None:
            os.fchown(descriptor, like.st_uid, like.st_gid)
            os.fchmod(descriptor, like.st_mode & 0o777)
        os.fsync(descriptor)
    part.replace(path)
