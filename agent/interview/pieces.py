"""The pieces of a dialplan that come with their phrasings; a YAML file each, in `pieces/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

_FOLDER = Path(__file__).with_name("pieces")
TOPICS = ("address", "parking", "prices", "payment")  # in the order of the interview


class Topic(msgspec.Struct, frozen=True):
    """Something that callers of most businesses ask. `test` is another way to ask for it than the examples are."""

    name: str
    about: str
    ask: str  # in the interview
    example: str  # of an answer
    examples: tuple[str, ...]
    test: str


@cache
def topic(name: str) -> Topic:
    """One of `TOPICS`."""
    return msgspec.convert({"name": name, **piece(name)}, Topic)


def piece(name: str) -> dict[str, Any]:
    """A piece as plain values, the caller's to change."""
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(_FOLDER / f"{name}.yaml")
    return loaded
