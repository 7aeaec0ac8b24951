"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, body: bytes, like: os.stat_result | None = None, mode: int = 0o600) -> None:
    """Put a file at `path`, on disk when this returns: readable by its owner only, or with `mode` less the process's
    mask, or with owner and mode of `like`. Raises OSError; `path` is then as it was."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(body)
            out.flush()
            if like is not None:
                os.fchown(descriptor, like.st_uid, like.st_gid)
                os.fchmod(descriptor, like.st_mode & 0o777)
            os.fsync(descriptor)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
