"""Which files a dialplan is made of."""

from __future__ import annotations

from pathlib import Path


def sources(path: Path) -> tuple[Path, ...]:
    """The files whose change changes the dialplan in `path`."""
    return (path,)
