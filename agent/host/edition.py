"""The dialplan files as they were read together, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from agent.dialplan.load import read
from agent.dialplan.schema import Dialplan
from agent.dialplan.sources import sources
from agent.host.watch import Stamp, Stamps

TRIES = 5  # a file that is written all the time is read as it is in the end


class Edition(msgspec.Struct, frozen=True):
    """The good dialplans by name, every error of the others, how the files looked, and what was in those of the good
    ones."""

    plans: Mapping[str, Dialplan]
    errors: tuple[str, ...]
    stamps: Stamps
    texts: Mapping[Path, bytes] = {}


def read_edition(files: Mapping[str, Path]) -> Edition:
    """Read dialplan files (name -> file), again if one changes meanwhile; blocking, some 0.1 s a file. Never raises
    for what is in them."""
    for _ in range(TRIES):
        before = stamps_of(files.values())
        reads = read(list(files.values()))
        texts = {source: _text(source) for one in reads if one.plan is not None for source in sources(one.path)}
        if stamps_of(files.values()) == before:
            break
    plans = {name: one.plan for name, one in zip(files, reads, strict=True) if one.plan is not None}
    return Edition(plans, tuple(error for one in reads for error in one.errors), before, texts)


def stamps_of(paths: Iterable[Path]) -> Stamps:
    """How all files that the dialplans in `paths` are made of look now; blocking."""
    return {str(source): _stamp(source) for path in paths for source in sources(path)}


def _text(path: Path) -> bytes:
    """Empty where it is gone since: then its stamp has changed."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)
