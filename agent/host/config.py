"""What the supervisor tells the agent process, as JSON on its standard input."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from telephony.config import Trunk


class HostConfig(msgspec.Struct, frozen=True):
    """All that the agent process is told."""

    run_dir: Path
    lines: tuple[int, ...]
    dialplans: dict[str, Path]  # name -> file
    prompts_dir: Path
    messages_dir: Path
    history_dir: Path
    data_dir: Path
    models_dir: Path | None = None
    recogniser: str = "vosk-small-en-us"
    language_model: str = "smollm2-135m"
    embeddings: str = "minilm-l6"
    turn_model: str = "smart-turn"
    threads: int = 2
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_transcripts: bool = False
    trunks: tuple[Trunk, ...] = ()  # at which calls may be placed; passwords are not told
    rehearses: bool = False  # `agent.host.rehearsed`

    def to_json(self) -> bytes:
        """As the agent process reads it."""
        return msgspec.json.encode(self, enc_hook=_written)

    @classmethod
    def from_json(cls, body: bytes) -> HostConfig:
        """The inverse of `to_json`."""
        return msgspec.json.decode(body, type=cls, dec_hook=_read)


def _written(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Trunk) else str(value)


def _read(kind: type, value: object) -> object:
    return Trunk.model_validate(value) if kind is Trunk else kind(value)
