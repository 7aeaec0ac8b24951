"""`offhook reload` in the supervisor: who asks is told what came of it, whatever the agent does."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_asyncio
from rich.console import Console

from agent.live import DialplansRead
from agent.serve.reload import ReloadDesk, ask, reload_path
from agent.serve.status import Status
from agent.serve.status_table import show

Agent = Callable[[ReloadDesk], bool]  # what it does when it is nudged, and whether it is there


@pytest_asyncio.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Callable[[Agent], asyncio.Future[DialplansRead]]]:
    """Asks for a reload that an agent answers like this."""
    servers: list[asyncio.Server] = []

    async def told(agent: Agent) -> DialplansRead:
        desk = ReloadDesk(lambda: agent(desk))
        servers.append(await asyncio.start_unix_server(desk.serve, reload_path(tmp_path)))
        return await asyncio.to_thread(ask, tmp_path)

    yield lambda agent: asyncio.ensure_future(told(agent))
    for server in servers:
        server.close()


def reads(desk: ReloadDesk) -> bool:
    desk.take(DialplansRead({"old": 1.0}))  # a change of the file, seen just before
    desk.take(DialplansRead({"salon": 2.0}, asked=True))
    return True


def dies(desk: ReloadDesk) -> bool:
    desk.lost()
    return True


async def test_who_asks_is_told_of_the_reading_that_they_asked_for(
    asked: Callable[[Agent], asyncio.Future[DialplansRead]],
) -> None:
    assert (await asked(reads)).good == {"salon": 2.0}


async def test_an_agent_that_dies_or_is_not_there_is_no_endless_wait(
    asked: Callable[[Agent], asyncio.Future[DialplansRead]],
) -> None:
    for agent in (dies, lambda desk: False):
        assert "offhook status" in (await asked(agent)).errors[0]


def test_status_has_a_line_with_the_first_error_and_how_many_more() -> None:
    status, out = Status(pid=1), io.StringIO()
    status.take(DialplansRead(errors=("salon.yaml:3:5: bad", "salon.yaml:9:1: worse", "salon.yaml:9:2: worst")))
    show(json.loads(status.to_json()), Console(file=out, width=200))
    assert "dialplan  salon.yaml:3:5: bad (and 2 more errors); the version before goes on" in out.getvalue()
    status.take(DialplansRead({"salon": 1.0}))
    assert json.loads(status.to_json())["dialplan_errors"] == []
