"""The good versions of a dialplan file, kept in the data directory: for a bot that starts while the file is bad, and
for going back.

::

    dialplans/salon-3f2a9c01/0007-20260302T114007Z-9f86d081884c.yaml
              name, place    number, since when,    content

The number is the order in which versions came up; the file's own time of change is when the version was last taken.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from agent.whole_file import write

MOST = 20  # versions of a file
_NAME = re.compile(r"(\d{4,})-(\d{8}T\d{6}Z)-([0-9a-f]{12})\..+")
_TIME = "%Y%m%dT%H%M%SZ"


class Version(msgspec.Struct, frozen=True):
    """One of them; `came` is when it was first taken, `taken` when last (POSIX seconds)."""

    number: int
    came: datetime
    digest: str
    taken: float
    path: Path


class History:
    """Of one dialplan file, under `directory`; blocking."""

    def __init__(self, directory: Path, file: Path) -> None:
        file = file.expanduser().resolve()
        place = hashlib.sha256(os.fsencode(file)).hexdigest()[:8]
        self.directory = directory / f"{file.stem}-{place}"
        self._suffix = file.suffix or ".yaml"

    def versions(self) -> list[Version]:
        """All that are kept, in the order of their numbers."""
        found = [_version(path) for path in self.directory.glob("*")] if self.directory.is_dir() else []
        return sorted((one for one in found if one is not None), key=lambda one: one.number)

    def keep(self, text: bytes, now: datetime) -> None:
        """The bot answers by this text from now on, which is after what it took before, whatever the clock says. Raises
        OSError."""
        versions = self.versions()
        taken = max([now.timestamp(), *(one.taken + 1.0 for one in versions)])
        known = next((one.path for one in versions if one.digest == digest_of(text)), None)
        path = known or self._path(versions[-1].number + 1 if versions else 1, text, now)
        if known is None:
            for place in (self.directory.parent, self.directory):
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(path, text)
        os.utime(path, (taken, taken))
        for one in surplus(self.versions()):
            one.path.unlink(missing_ok=True)

    def _path(self, number: int, text: bytes, now: datetime) -> Path:
        name = f"{number:04d}-{now.astimezone(UTC).strftime(_TIME)}-{digest_of(text)}{self._suffix}"
        return self.directory / name


def digest_of(text: bytes) -> str:
    """What tells a text from others: 12 hexadecimal digits."""
    return hashlib.sha256(text).hexdigest()[:12]


def latest(versions: Sequence[Version]) -> Version | None:
    """The one that the bot took last."""
    return max(versions, key=lambda one: (one.taken, one.number), default=None)


def before(versions: Sequence[Version], digest: str) -> Version | None:
    """The one to go back to from a file with this digest: its forerunner, or the last good one if it is none itself."""
    known = next((one for one in versions if one.digest == digest), None)
    if known is None:
        return latest(versions)
    return max((one for one in versions if one.number < known.number), key=lambda one: one.number, default=None)


def surplus(versions: Sequence[Version]) -> list[Version]:
    """Those to let go: what was not taken for longest."""
    return sorted(versions, key=lambda one: (one.taken, one.number))[:-MOST]


def _version(path: Path) -> Version | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    came = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC)
    return Version(int(match[1]), came, match[3], path.stat().st_mtime, path)
