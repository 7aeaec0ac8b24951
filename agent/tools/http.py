"""Tools that are HTTP endpoints: arguments as a JSON object or in the query, and a JSON object back.

`{"refused": "taken"}`, whatever the status, is a refusal. What else is no success is a failure.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from agent.dialplan.remote import Http
from agent.errors import ToolFailed
from agent.tools.answer import answer_of
from agent.tools.endpoint import Endpoint, no_success


class HttpTool:
    """One endpoint. `idempotent`: it does the same `Idempotency-Key` once."""

    def __init__(self, http: Http, idempotent: bool) -> None:
        self._endpoint = Endpoint(http.url, http.method, http.headers, http.secret_headers)
        self._idempotent = idempotent

    async def run(self, arguments: Mapping[str, str], key: str) -> Mapping[str, object]:
        """See Executor."""
        status, body = await self._endpoint.send(arguments, key if self._idempotent else "")
        if 200 <= status < 300:
            return answer_of(body)
        with contextlib.suppress(ToolFailed):
            answer_of(body)  # a refusal may stand there
        raise no_success(status)

    async def warm(self) -> None:
        """Nothing: a connection that is not used would be closed by the other side."""

    async def close(self) -> None:
        """Give back its connections."""
        await self._endpoint.close()
