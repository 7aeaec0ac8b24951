from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.range_server import RangeServer


class Recorded:
    """A Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.advanced = 0
        self.notes: list[str] = []

    def begin(self, what: str, total: int, done: int = 0) -> None:
        self.steps.append((what, total, done))

    def advance(self, amount: int) -> None:
        self.advanced += amount

    def note(self, line: str) -> None:
        self.notes.append(line)


@pytest.fixture
def progress() -> Recorded:
    return Recorded()


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with RangeServer() as server:
        yield server
