"""The frame path's cost in Python: at most 100 us a frame each way."""

from __future__ import annotations

import re
import subprocess
import sys


def test_frame_path_costs_at_most_100_us() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "telephony.line.frame_cost"], capture_output=True, text=True, timeout=240, check=True
    )
    found = re.search(r"costs (\d+) us in, (\d+) us out, (\d+) us to send", done.stdout)
    assert found, done.stdout
    assert all(0 < int(cost) <= 100 for cost in found.groups()), done.stdout
