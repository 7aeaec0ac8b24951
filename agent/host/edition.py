"""The dialplan files as they were read together, at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from agent.dialplan.load import read
from agent.dialplan.schema import Dialplan
from agent.host.watch import Stamp, Stamps

TRIES = 5  # a file that is written all the time is read as it is in the end


class Edition(msgspec.Struct, frozen=True):
    """The good dialplans by name, every error of the others, how all files looked, and what was in those of the good
    ones (name -> file -> text)."""

    plans: Mapping[str, Dialplan]
    errors: tuple[str, ...]
    stamps: Stamps
    texts: Mapping[str, Mapping[Path, bytes]] = {}


def read_edition(files: Mapping[str, Path]) -> Edition:
    """Read dialplan files (name -> file), again if one changes meanwhile; blocking, some 0.1 s a file. Never raises
    for what is in them."""
    before = stamps_of(files.values())
    for _ in range(TRIES):
        reads = dict(zip(files, read(list(files.values())), strict=True))
        good = {name: one for name, one in reads.items() if one.plan is not None}
        texts = {name: {file: _text(file) for file in one.files} for name, one in good.items()}
        now = stamps_of(
            file for one in reads.values() for file in (*one.files, *one.sounds)
        )  # what is named is known by now
        if now == before:
            break
        before = now
    plans = {name: one.plan for name, one in good.items() if one.plan is not None}
    return Edition(plans, tuple(error for one in reads.values() for error in one.errors), now, texts)


def stamps_of(paths: Iterable[Path | str]) -> Stamps:
    """How the files look now; blocking."""
    return {str(path): _stamp(Path(path)) for path in paths}


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
