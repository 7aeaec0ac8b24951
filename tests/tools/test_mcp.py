"""Tools of a real MCP server, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from agent.dialplan.remote import Mcp, Secret
from agent.errors import ToolFailed, ToolRefused
from agent.tools.mcp import McpServer, McpTool
from tests.tools.processes import processes

SERVER = str(Path(__file__).with_name("telephone_book.py"))


@pytest.fixture
async def server() -> AsyncIterator[McpServer]:
    server = McpServer(Mcp(tool="look_up", command=(sys.executable, SERVER)))
    yield server
    await server.close()


@pytest.fixture
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, SERVER, str(port)], stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}/mcp"
    process.kill()
    process.wait()


def pids() -> list[int]:
    """Of the servers that this process has started."""
    return processes(SERVER)


async def test_a_tool_gives_what_is_structured_and_the_session_is_kept(server: McpServer) -> None:
    tool = McpTool(server, "look_up", idempotent=True)
    assert await tool.run({"name": "Jo"}, "a") == {"number": "5550100", "asked": 1}
    assert await tool.run({"name": "Al"}, "b") == {"number": "5550199", "asked": 2}
    assert len(pids()) == 1
    await tool.close()
    assert pids() == []


async def test_json_in_a_text_is_an_answer_too(server: McpServer) -> None:
    assert await server.call("as_text", {"name": "Jo"}, "") == {"number": "5550100", "name": "Jo"}


async def test_a_refusal_is_one(server: McpServer) -> None:
    with pytest.raises(ToolRefused, match="unlisted"):
        await server.call("refuses", {}, "")


async def test_a_failure_says_nothing_of_the_caller(server: McpServer) -> None:
    with pytest.raises(ToolFailed) as failed:
        await server.call("fails", {"name": "Jo"}, "")
    assert str(failed.value) == "the MCP tool says that it failed"
    with pytest.raises(ToolFailed) as failed:
        await server.call("no_such_tool", {}, "")
    assert not failed.value.passing


ASKS = """
import asyncio, sys
from agent.dialplan.remote import Mcp
from agent.errors import ToolFailed
from agent.tools.mcp import McpServer
try:
    asyncio.run(McpServer(Mcp(tool="x", command=(sys.executable, "-c", sys.argv[1]))).call("x", {}, ""))
except ToolFailed as failed:
    print(failed)
"""


@pytest.mark.parametrize("descriptor", [1, 2])
def test_what_a_server_writes_that_is_no_message_is_in_no_log(descriptor: int) -> None:
    babbles = f"import os; os.write({descriptor}, b'Jo Smith called\\n')"
    process = subprocess.run([sys.executable, "-c", ASKS, babbles], capture_output=True, text=True, check=True)
    assert "can't be reached" in process.stdout
    assert "Smith" not in process.stdout + process.stderr


async def test_a_server_that_died_since_is_started_again_before_it_is_asked(server: McpServer) -> None:
    assert (await server.call("look_up", {"name": "Jo"}, ""))["asked"] == 1
    os.kill(pids()[0], signal.SIGKILL)
    assert (await server.call("look_up", {"name": "Jo"}, ""))["asked"] == 1


async def test_a_server_that_dies_at_work_may_have_done_it(server: McpServer) -> None:
    with pytest.raises(ToolFailed) as failed:
        await server.call("dies", {}, "")
    assert failed.value.sent
    assert failed.value.passing
    assert (await server.call("look_up", {"name": "Jo"}, ""))["asked"] == 1


async def test_a_late_tool_is_given_up_and_the_server_serves_on(server: McpServer) -> None:
    await server.call("look_up", {"name": "Jo"}, "")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await server.call("sleeps", {}, "")
    assert (await server.call("look_up", {"name": "Jo"}, ""))["asked"] == 2


@pytest.mark.parametrize("command", [("/no/such/program",), (sys.executable, "-c", "pass"), ("/",)])
async def test_a_server_that_does_not_start_is_a_failure(command: tuple[str, ...]) -> None:
    server = McpServer(Mcp(tool="x", command=command))
    for _ in range(2):
        with pytest.raises(ToolFailed, match="can't be reached") as failed:
            await server.call("x", {}, "")
        assert not failed.value.sent
    await server.close()


async def test_a_session_that_is_given_up_while_it_opens_leaves_no_process() -> None:
    server = McpServer(Mcp(tool="x", command=(sys.executable, "-c", f"# {SERVER}\nimport time; time.sleep(60)")))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await server.call("x", {}, "")
    for _ in range(400):
        if pids():
            await asyncio.sleep(0.05)
    assert pids() == []


async def test_a_tool_at_an_address(address: str) -> None:
    server = McpServer(Mcp(tool="look_up", url=address))
    answer = None
    for _ in range(300):  # until it listens
        with suppress(ToolFailed):
            answer = await server.call("look_up", {"name": "Jo"}, "")
            break
        await asyncio.sleep(0.1)
    assert answer == {"number": "5550100", "asked": 1}
    await server.close()


async def test_an_address_at_which_nobody_is_and_a_secret_that_is_not_there_are_failures() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/mcp"
        with pytest.raises(ToolFailed, match="can't be reached"):
            await McpServer(Mcp(tool="x", url=url)).call("x", {}, "")
        secret = {"Authorization": Secret(env="OFFHOOK_TEST_NOT_SET")}
        with pytest.raises(ToolFailed, match="OFFHOOK_TEST_NOT_SET"):
            await McpServer(Mcp(tool="x", url=url, secret_headers=secret)).call("x", {}, "")
