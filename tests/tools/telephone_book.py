"""An MCP server for tests: over standard input and output, or at an address when it is given a port."""

from __future__ import annotations

import asyncio
import os
import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("telephone book", log_level="ERROR")
asked = 0


@server.tool()
def look_up(name: str) -> dict[str, str | int]:
    """A number, by name; how often this process was asked."""
    global asked  # noqa: PLW0603 - it is what the process remembers
    asked += 1
    return {"number": {"Jo": "5550100"}.get(name, "5550199"), "asked": asked}


@server.tool(structured_output=False)
def as_text(name: str) -> str:
    """JSON in a text."""
    return f'{{"number": "5550100", "name": "{name}"}}'


@server.tool()
def refuses() -> dict[str, str]:
    """Says no."""
    return {"refused": "unlisted"}


@server.tool()
def fails(name: str) -> dict[str, str]:
    """Breaks, and says what it was asked."""
    raise ValueError(f"no {name} here")


@server.tool()
def dies() -> dict[str, str]:
    """Ends the process at work."""
    os._exit(1)


@server.tool()
async def sleeps() -> dict[str, str]:
    """Is late."""
    await asyncio.sleep(60)
    return {}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        server.run()
