"""An HTTP address: one request, its redirects within the same service, and an answer that is not too long."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from agent.dialplan.remote import Method, Secret
from agent.errors import ToolFailed
from agent.tools.headers import headers
from agent.tools.kept_client import KeptClient

LARGEST = 65_536  # bytes of an answer
REDIRECTS = 3
_IN_QUERY = (Method.GET, Method.DELETE)
_PASSING = frozenset({408, 425, 429})  # of 4xx: another try may succeed
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)


class Endpoint:
    """An address with its headers. Secrets are read with the first request."""

    def __init__(self, url: str, method: Method, plain: Mapping[str, str], secret: Mapping[str, Secret]) -> None:
        self._url = url
        self._method = method
        self._plain = plain
        self._secret = secret
        self._client = KeptClient(self._made)

    async def send(self, values: Mapping[str, object], key: str = "") -> tuple[int, bytes]:
        """Status and body of the answer to a JSON object, which GET and DELETE have in the query; `key`, if it is not
        "", is the `Idempotency-Key`. It has no time limit of its own. Raises ToolFailed."""
        client = await self._client.open()
        try:
            return await self._sent(client, self._request(client, values, key))
        except _UNSENT as error:
            raise ToolFailed(f"no connection: {type(error).__name__}", sent=False) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise ToolFailed(f"the connection broke: {type(error).__name__}") from None

    async def close(self) -> None:
        """Give back its connections."""
        await self._client.close()

    def _made(self) -> httpx.AsyncClient:
        """The client. What the dialplan says is what happens: proxies of the environment are not used."""
        own = {"Accept-Encoding": "identity"}  # what is compressed has no length that could be limited
        return httpx.AsyncClient(headers=own | headers(self._plain, self._secret), timeout=None, trust_env=False)

    def _request(self, client: httpx.AsyncClient, values: Mapping[str, object], key: str) -> httpx.Request:
        own = {"Idempotency-Key": key} if key else None
        if self._method in _IN_QUERY:
            url = httpx.URL(self._url).copy_merge_params({name: str(value) for name, value in values.items()})
            return client.build_request(self._method, url, headers=own)
        return client.build_request(self._method, self._url, json=dict(values), headers=own)

    async def _sent(self, client: httpx.AsyncClient, request: httpx.Request) -> tuple[int, bytes]:
        for _ in range(REDIRECTS + 1):
            response = await client.send(request, stream=True)
            try:
                following = response.next_request
                if following is None:
                    return response.status_code, await _body(response)
            finally:
                await response.aclose()
            if not _stays(request.url, following.url):
                raise ToolFailed("the server sends to another host, which is not followed", passing=False)
            request = following
        raise ToolFailed(f"the server sends on more than {REDIRECTS} times", passing=False)


def no_success(status: int) -> ToolFailed:
    """What a status that is no success means."""
    refused = 400 <= status < 500 and status != 408  # such a request is not done
    return ToolFailed(f"the server answered {status}", sent=not refused, passing=status >= 500 or status in _PASSING)


async def _body(response: httpx.Response) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ToolFailed("the answer is compressed, which it must not be", passing=False)
    body = bytearray()
    async for block in response.aiter_raw():
        body += block
        if len(body) > LARGEST:
            raise ToolFailed(f"the answer is longer than {LARGEST} bytes", passing=False)
    return bytes(body)


def _stays(here: httpx.URL, there: httpx.URL) -> bool:
    """Whether a redirect leads to the same service: the host must be the same, and the port, unless it leads to TLS."""
    same = (here.scheme, here.port) == (there.scheme, there.port)
    return here.host == there.host and (same or (here.scheme, there.scheme, there.port) == ("http", "https", None))
