"""A fake of the far side of `chat_endpoint`: it streams what a test says, and fails or hangs on demand. No network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx


class FakeChat(httpx.AsyncBaseTransport):
    """Answers every request by `reply`, word by word. `asked` has the requests' bodies, `keys` their authorization."""

    def __init__(self, reply: str = "I see.") -> None:
        self.reply = reply
        self.status = 200
        self.dead = False  # nobody listens
        self.garbage = False  # it streams no JSON
        self.ended = "stop"  # its reason
        self.cut_after: int | None = None  # words, then the connection is closed
        self.hangs_after: int | None = None  # words, then it waits for `release`
        self.release = asyncio.Event()
        self.begun = asyncio.Event()  # it was asked
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.streaming = 0  # replies that are neither over nor closed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx asks for it."""
        if self.dead:
            raise httpx.ConnectError("scripted failure")
        self.asked.append(json.loads(await request.aread()))
        self.keys.append(request.headers.get("Authorization", ""))
        self.begun.set()
        return httpx.Response(self.status, stream=_Stream(self))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, chat: FakeChat) -> None:
        self._chat = chat
        chat.streaming += 1

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chat = self._chat
        words = [" " * bool(at) + word for at, word in enumerate(chat.reply.split())]
        for count, word in enumerate([*words, ""]):
            if chat.hangs_after == count:
                await chat.release.wait()
            if chat.cut_after == count:
                return
            yield b"data: {garbage\n\n" if chat.garbage else event(word if word else None, chat.ended)

    async def aclose(self) -> None:
        self._chat.streaming -= 1


def event(word: str | None, ended: str = "stop") -> bytes:
    """A piece of a reply as it is streamed; None: its end."""
    delta = {"content": word} if word is not None else {}
    choice = {"index": 0, "delta": delta, "finish_reason": ended if word is None else None}
    over = b"data: [DONE]\n\n" if word is None else b""
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n" + over
