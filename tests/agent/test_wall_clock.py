"""A system clock that is set back moves nothing in a call: time is counted on the call clock or monotonically."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WALL = re.compile(r"\btime\.time\(|\bdatetime\.(now|utcnow|today)\b|\bdate\.today\b")
# What is told to people, written down, or agreed with them.
TOLD = {
    "agent/records/messages.py", "agent/reply/responder.py", "agent/models/fetch.py", "agent/serve/status.py",
    "agent/serve/serving.py", "agent/host/reloading.py", "agent/host/last_good.py",
    "agent/tools/outfit.py", "agent/host/errands.py", "agent/dialplan/load.py", "agent/commands/callbacks.py",
    "agent/host/calling_back.py", "agent/serve/demo_call.py",
    "telephony/testing/stream.py",
}  # fmt: skip


def test_nobody_times_anything_by_the_wall_clock() -> None:
    found = {
        str(path.relative_to(ROOT))
        for plane in ("agent", "telephony")
        for path in (ROOT / plane).rglob("*.py")
        if WALL.search(path.read_text())
    }
    assert found - TOLD == set()
