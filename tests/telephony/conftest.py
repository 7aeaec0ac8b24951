"""One line process for a whole module of tests, and a fresh agent and peer for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.telephony.line_process import LineProcess, TestAgent, until
from tests.telephony.wire import Peer


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineProcess]:
    with LineProcess(tmp_path_factory.mktemp("line"), numbers={"100": "default", "200": "other"}) as process:
        yield process
    errors = process.report.callback_errors
    assert errors == 0, [line for line in process.logged().splitlines() if "Error" in line]


@pytest.fixture
def agent(line: LineProcess) -> Iterator[TestAgent]:
    line.empties()
    with TestAgent(line) as attached:
        yield attached


@pytest_asyncio.fixture
async def peer(line: LineProcess) -> AsyncIterator[Peer]:
    async with Peer(line.port) as connected:
        yield connected
        if connected.remote_tag:
            connected.send(connected.request("BYE"))
    await until(lambda: not line.report.calls)
