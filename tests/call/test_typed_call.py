"""`offhook dialplan call`: a bot of its own, and a caller out of a pipe."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent.config import WORKSHOP

pytestmark = pytest.mark.call


def test_what_is_typed_is_spoken_and_what_the_bot_says_is_shown(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "agent.cli",
        "dialplan",
        "call",
        str(WORKSHOP),
        "--data-dir",
        str(tmp_path),
    ]
    typed = b"Where can I park my car?\n:kex\n:quit\nWhat are your prices?\n"
    ended = subprocess.run(command, input=typed, capture_output=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.decode().splitlines()
    said = [line for line in lines if line.startswith(("bot", "caller"))]
    assert said[0].startswith("bot [greeting]: Hello, this is the automated assistant")
    assert said[1] == "caller: Where can I park my car?"
    assert re.fullmatch(r"bot \[intent parking, \d+ ms\]: Yes, there's free parking.*", said[2])
    assert said[3:] == ["caller: :kex", "caller: :quit"]
    assert (tmp_path / "offhook.log").is_file()


def test_a_file_that_is_not_good_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("name: x\n")
    command = [sys.executable, "-m", "agent.cli", "dialplan", "call", str(file)]
    ended = subprocess.run(command, input=b"", capture_output=True, timeout=240, check=False)
    assert ended.returncode == 1
    assert b'"greeting" is missing here; add it' in ended.stderr
