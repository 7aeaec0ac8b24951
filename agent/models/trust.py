"""Trust on first use, for addresses whose checksum nobody has recorded yet."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.errors import ModelError
from agent.models.receipt import sha256_of
from agent.models.sources import SourceFailed


class Trust:
    """Checksums of what unverified addresses gave the first time; anything else later is refused."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.believed: dict[str, str] = {}

    def judge(self, address: str, file: Path) -> None:
        found = sha256_of(file)
        known = self._load().get(address)
        if known is not None and known != found:
            raise SourceFailed(
                f"{file.name} has the SHA-256 {found}; the first download had {known}. If the change is right, "
                f"remove that line from {self._path}"
            )
        self.believed[address] = found

    def keep(self) -> None:
        if self.believed:
            fresh = self._path.with_suffix(".new")
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(self._load() | self.believed), indent=1))
            fresh.replace(self._path)

    def _load(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except msgspec.DecodeError as error:
            raise ModelError(f"{self._path} cannot be read ({error}); move it away to trust anew") from error
