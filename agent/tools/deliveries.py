"""How results are brought to each kind of sink."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from typing import Protocol

import msgspec

from agent.dialplan.remote import Method
from agent.dialplan.results import Email, Webhook
from agent.errors import ToolFailed
from agent.tools import sheet
from agent.tools.endpoint import Endpoint, no_success
from agent.tools.letter import mail
from agent.tools.record import Record


class Delivery(Protocol):
    """Brings results to one place."""

    async def send(self, record: Record, key: str) -> None:
        """Bring it there; the same key is the same result. Raises ToolFailed."""

    async def close(self) -> None:
        """Give back what it holds."""


class WebhookDelivery:
    """POST of a JSON object: flow, call, caller, at, and values by name; of a caller who is put through, transfer and
    transcript in the place of flow."""

    def __init__(self, webhook: Webhook) -> None:
        self._endpoint = Endpoint(webhook.url, Method.POST, webhook.headers, webhook.secret_headers)

    async def send(self, record: Record, key: str) -> None:
        """See Delivery."""
        body = msgspec.to_builtins(record) | {"values": dict(record.values)}
        if record.transfer:
            del body["flow"]
            body["transcript"] = [{"who": one.who.value, "said": one.said} for one in record.transcript]
        status, _ = await self._endpoint.send(body, key)
        if not 200 <= status < 300:
            raise no_success(status)

    async def close(self) -> None:
        """Give back its connections."""
        await self._endpoint.close()


class SheetDelivery:
    """A row of a CSV file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, record: Record, key: str) -> None:
        """See Delivery."""
        try:
            await asyncio.to_thread(sheet.append, self._path, record)
        except (OSError, csv.Error) as error:
            raise ToolFailed(f"{self._path} can't be written: {type(error).__name__}") from None

    async def close(self) -> None:
        """Nothing is open."""


class LetterDelivery:
    """A mail."""

    def __init__(self, email: Email) -> None:
        self._email = email

    async def send(self, record: Record, key: str) -> None:
        """See Delivery."""
        await asyncio.to_thread(mail, self._email, record, key)

    async def close(self) -> None:
        """Nothing is open."""
