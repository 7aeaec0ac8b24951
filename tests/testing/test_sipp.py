"""The caller against SIPp, a stack that is not ours."""

import asyncio
import shutil
import socket

import pytest

from telephony.testing.caller import UserAgent
from telephony.testing.echo_peer import tone


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize(("transport", "mode"), [("udp", "u1"), ("tcp", "t1")])
async def test_sipp_takes_two_calls_and_counts_them_right(transport: str, mode: str) -> None:
    sipp = shutil.which("sipp")
    assert sipp, "SIPp is needed: apt install sip-tester"
    port = free_port(socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
    arguments = ["-sn", "uas", "-t", mode, "-i", "127.0.0.1", "-p", str(port), "-m", "2", "-nostdin"]
    process = await asyncio.create_subprocess_exec(
        sipp, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.sleep(0.5)
        async with UserAgent(transport=transport) as ua:  # type: ignore[arg-type]
            for _ in range(2):
                call = await ua.call(f"sip:service@127.0.0.1:{port}", reply_within=5)
                await call.play(tone(440, 100))
                await call.hang_up()
            # SIPp counts a connection that closes under it as a failure, so it ends first
            assert await asyncio.wait_for(process.wait(), 20) == 0, "a call did not go as SIPp's scenario says"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
