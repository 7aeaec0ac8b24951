"""What the tests of tools share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tools.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    """An HTTP server on loopback."""
    with Web().serving() as web:
        yield web
