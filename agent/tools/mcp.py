"""Tools of MCP servers, by the official client: of a program over its standard input and output, or at an address over
streamable HTTP.

A session is held by a task of its own, since the client must be closed by the task that opened it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED, INTERNAL_ERROR, CallToolResult, RequestParamsMeta, TextContent

from agent.dialplan.remote import Mcp
from agent.errors import ToolFailed
from agent.tools.answer import answer_of, values_of
from agent.tools.headers import headers

CLOSE_S = 5.0
_PASSING = (CONNECTION_CLOSED, INTERNAL_ERROR)

for _library in ("mcp", "client"):  # they log what they can't read, and that may be of callers
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


class McpServer:
    """One server. Its session is opened with the first run, kept, and opened anew when it has died since."""

    def __init__(self, mcp: Mcp) -> None:
        self._mcp = mcp
        self._opening = asyncio.Lock()
        self._session: _Session | None = None

    async def call(self, tool: str, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """What the server's tool gives; `key`, if it is not "", is `idempotencyKey` in the request's `_meta`. Raises
        ToolRefused and ToolFailed."""
        client = await self._alive()
        meta = cast("RequestParamsMeta", {"idempotencyKey": key}) if key else None  # the type has no keys of others
        try:
            result = await client.call_tool(tool, dict(arguments), meta=meta)
        except MCPError as error:
            raise ToolFailed(f"the MCP server answered error {error.code}", passing=error.code in _PASSING) from None
        except Exception as error:  # noqa: BLE001 - of transports, and of answers that are none
            raise ToolFailed(f"the MCP session failed: {type(error).__name__}") from None
        return _values(result)

    async def warm(self) -> None:
        """Open the session. Raises ToolFailed."""
        await self._alive()

    async def close(self) -> None:
        """End the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _alive(self) -> Client:
        """The client of a session that answers. One that was kept is asked for its tools first: a server that died
        meanwhile must not take a call with it, of which nobody knew whether it was done."""
        async with self._opening:
            if self._session is not None:
                try:
                    client = await self._session.client()
                    await client.list_tools()
                except Exception:  # noqa: BLE001 - whatever it is, this session is of no use
                    await self.close()
                else:
                    return client
            self._session = _Session(self._mcp)
            try:
                return await self._session.client()
            except BaseException:
                self._session.abandon()
                self._session = None
                raise


class McpTool:
    """A tool of a server. `idempotent`: it does the same key once."""

    def __init__(self, server: McpServer, tool: str, idempotent: bool) -> None:
        self._server = server
        self._tool = tool
        self._idempotent = idempotent

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """See Executor."""
        return await self._server.call(self._tool, arguments, key if self._idempotent else "")

    async def warm(self) -> None:
        """Open the server's session."""
        await self._server.warm()

    async def close(self) -> None:
        """End the server's session, for all of its tools."""
        await self._server.close()


class _Session:
    """An open client, in a task."""

    def __init__(self, mcp: Mcp) -> None:
        self._mcp = mcp
        self._ending = asyncio.Event()
        self._client: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._hold(), name="MCP session")

    async def client(self) -> Client:
        """The client, once the session is open. Raises ToolFailed."""
        return await asyncio.shield(self._client)

    async def close(self) -> None:
        """End it, and its server's process."""
        self._ending.set()
        done, _ = await asyncio.wait([self._task], timeout=CLOSE_S)
        if not done:
            self.abandon()

    def abandon(self) -> None:
        """End it without waiting."""
        self._task.cancel()
        if not self._client.done():
            self._client.cancel()
        elif not self._client.cancelled():
            self._client.exception()  # it was told to whoever asked

    async def _hold(self) -> None:
        try:
            async with Client(_transport(self._mcp), cache=None) as client:
                if not self._client.done():
                    self._client.set_result(client)
                await self._ending.wait()
        except Exception as error:  # noqa: BLE001 - of transports, and groups of such
            if not self._client.done():
                self._client.set_exception(_unopened(error))


@asynccontextmanager
async def _transport(mcp: Mcp) -> AsyncIterator[Any]:
    """The streams to a server. What a program says on standard error may be of callers, and is thrown away."""
    if mcp.command:
        program, *arguments = mcp.command
        with open(os.devnull, "w") as nowhere:  # noqa: ASYNC230 - no disk
            async with stdio_client(StdioServerParameters(command=program, args=arguments), nowhere) as streams:
                yield streams
        return
    found = await asyncio.to_thread(headers, {}, mcp.secret_headers)
    async with (
        httpx2.AsyncClient(headers=found, timeout=httpx2.Timeout(30.0), trust_env=False) as http,
        streamable_http_client(mcp.url or "", http_client=http) as streams,
    ):
        yield streams


def _unopened(error: BaseException) -> ToolFailed:
    """Why there is no session."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ToolFailed):
        return error
    return ToolFailed(f"the MCP server can't be reached: {type(error).__name__}", sent=False)


def _values(result: CallToolResult) -> Mapping[str, object]:
    """What a result holds: its structured content, or else its text as JSON."""
    if isinstance(result.structured_content, dict):
        values = values_of(result.structured_content)
    elif result.is_error:
        values = {}
    else:
        values = answer_of("".join(block.text for block in result.content if isinstance(block, TextContent)))
    if result.is_error:
        raise ToolFailed("the MCP tool says that it failed", passing=False)
    return values
