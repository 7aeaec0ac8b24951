"""The border to a model at an OpenAI-compatible address: replies streamed from `/chat/completions`.

Nothing is tried twice: a turn has no time for it, and its words are those of the file then. Proxies of the environment
are not used, and redirects not followed: what callers ask goes where the dialplan says.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Sequence

import httpx

from agent.dialplan.remote import Secret
from agent.engines.contract import Priority, Urgency
from agent.engines.event_stream import EventStream
from agent.errors import LanguageModelError, ToolFailed
from agent.tools.headers import headers
from agent.tools.kept_client import KeptClient

LONGEST_S = 10.0  # of silence on the connection; whoever waits for words gives up long before
KEPT_S = 120.0  # a connection that nothing is asked over: the next question needs no handshake


class ChatEndpoint:
    """One address and model. The event loop owns it; the key is read with the first question."""

    def __init__(
        self, url: str, name: str, key: Secret | None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`url`: up to "/v1". `transport`: another than the network's."""
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._name = name
        self._key = key
        self._transport = transport
        self._client = KeptClient(self._made)

    async def generate(
        self, call: str, system: str, turns: Sequence[tuple[str, str]], max_tokens: int, priority: Priority | Urgency
    ) -> AsyncGenerator[str, None]:
        """Stream the reply to `turns`; nothing that names the call or the caller is sent besides them. Closing the
        iterator closes the request. Raises LanguageModelError, whose message has neither the key nor an answer."""
        messages = [{"role": role, "content": text} for role, text in (("system", system), *turns)]
        body = {"model": self._name, "messages": messages, "max_tokens": max_tokens, "temperature": 0, "stream": True}
        client = await self._client.open()
        try:
            request = client.build_request("POST", self._url, json=body)
            async with contextlib.aclosing(_pieces(client, request)) as pieces:
                async for piece in pieces:
                    yield piece
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise LanguageModelError(f"the endpoint can't be asked: {type(error).__name__}") from None

    async def forget(self, call: str) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.close()

    def _made(self) -> httpx.AsyncClient:
        try:
            secrets = headers({}, {"Authorization": self._key} if self._key is not None else {})
        except ToolFailed as error:
            raise LanguageModelError(f"the endpoint can't be asked: {error}") from None
        bearer = {name: f"Bearer {value}" for name, value in secrets.items()}
        return httpx.AsyncClient(
            headers={"Accept-Encoding": "identity", "Accept": "text/event-stream", **bearer},
            timeout=LONGEST_S,
            limits=httpx.Limits(keepalive_expiry=KEPT_S),
            transport=self._transport,
            trust_env=False,
        )


async def _pieces(client: httpx.AsyncClient, request: httpx.Request) -> AsyncGenerator[str, None]:
    response = await client.send(request, stream=True)
    try:
        if response.status_code != 200:
            raise LanguageModelError(f"the endpoint answered {response.status_code}")
        stream = EventStream()
        async with contextlib.aclosing(response.aiter_raw()) as blocks:  # type: ignore[type-var]  # httpx says less than it gives: a generator
            async for block in blocks:
                for piece in stream.feed(block):
                    yield piece
        if not stream.whole:
            raise LanguageModelError("the endpoint's stream broke off")
    finally:
        await response.aclose()
