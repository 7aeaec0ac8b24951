"""A hundred strangers a second, and the caller who matters is answered within a second."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from .stage import Stage

SCENARIO = Path(__file__).parent / "sipp" / "stranger.xml"
STRANGER = "127.0.0.66"  # not among the peers
RATE, SECONDS = 100, 12


async def test_a_trusted_call_is_answered_within_a_second_of_a_flood(on_stage: Stage, tmp_path: Path) -> None:
    assert shutil.which("sipp"), "SIPp is missing: apt-get install sip-tester"
    count = RATE * SECONDS
    flood = await asyncio.create_subprocess_exec(
        *("sipp", f"127.0.0.1:{on_stage.line.sip_port}", "-sf", str(SCENARIO), "-i", STRANGER, "-s", "900441234567"),
        *("-r", str(RATE), "-m", str(count), "-l", "2000", "-nostdin", "-timeout", "40", "-timeout_error"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        await asyncio.sleep(2.0)
        waits = []
        for _ in range(6):
            call, ongoing = await on_stage.answered()
            waits.append(call.answered_after_ms)
            await asyncio.sleep(0.8)
            await call.hang_up()
        assert flood.returncode is None, "the flood was over too soon"
        assert max(waits) < 1000, f"answered after {waits} ms"
        output = await asyncio.wait_for(flood.communicate(), 45)
    finally:
        if flood.returncode is None:
            flood.kill()
    assert flood.returncode == 0, f"some strangers were not refused with 403:\n{output[0].decode()[-3000:]}"
    await on_stage.line.wait(lambda report: report.refused.get("stranger") == count, f"count {count} strangers")
    assert len(on_stage.agent.starts) == 6
    assert ongoing.trunk == "pbx"
