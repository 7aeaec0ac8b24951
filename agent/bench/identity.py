"""Which configuration, dialplan and code a run measured: a hash that changes when any of them does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

_HOUSE = Path(__file__).resolve().parents[2]
_ROOMS = ("agent", "telephony")
_READ = frozenset({".py", ".toml", ".yaml", ".json", ".npz", ".conf", ".txt", ".tsv"})  # what the rooms are made of
_OURS = "OFFHOOK_"


class Identity(msgspec.Struct, frozen=True):
    """What was measured. The hashes are the first 12 hexadecimal digits of SHA-256."""

    run: str  # of code, configuration and dialplan: runs with the same one measured the same bot
    code: str  # of agent/ and telephony/, file by file
    config: str  # of offhook.toml, "" for none, and of the OFFHOOK_ variables
    dialplan: str
    settings: Mapping[str, str]  # of the bench itself, the seed among them


def identify(config: Path | None, dialplan: Path, settings: Mapping[str, object]) -> Identity:
    """The identity of a run with this offhook.toml, dialplan and bench settings. Raises OSError for a file that
    cannot be read."""
    plain = {name: str(value) for name, value in sorted(settings.items())}
    environment = [f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(_OURS)]
    configured = _hash([config.read_bytes() if config else b"", *(line.encode() for line in environment)])
    code, plan = code_hash(_HOUSE), _hash([dialplan.read_bytes()])
    return Identity(_hash([code, configured, plan]), code, configured, plan, plain)


def code_hash(house: Path) -> str:
    """Of the names and contents of what the rooms under `house` are made of, in order."""
    files = sorted(
        path
        for room in _ROOMS
        for path in (house / room).rglob("*")
        if path.suffix in _READ and path.is_file() and "__pycache__" not in path.parts
    )
    return _hash([part for path in files for part in (str(path.relative_to(house)), path.read_bytes())])


def _hash(parts: Sequence[str | bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)  # so that no two lists read the same
    return digest.hexdigest()[:12]
