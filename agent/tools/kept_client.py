"""An HTTP client that is made with its first use and kept. Making one reads secrets and the certificates of this
machine, so that is done aside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx


class KeptClient:
    """One far side's; the event loop owns it. `make` may block, and raise."""

    def __init__(self, make: Callable[[], httpx.AsyncClient]) -> None:
        self._make = make
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> httpx.AsyncClient:
        """The client."""
        if self._client is None:
            made = await asyncio.to_thread(self._make)
            self._client = self._client or made
        return self._client

    async def close(self) -> None:
        """Give back its connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
