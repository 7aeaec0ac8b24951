"""What a terminal shows of the log, and what the file keeps."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from agent.serve.log_desk import LogDesk


def line(event: str, level: str, **more: object) -> bytes:
    return json.dumps({**more, "event": event, "level": level}).encode() + b"\n"


def test_the_file_gets_all_of_it_and_the_terminal_each_warning_once_a_call(tmp_path: Path) -> None:
    shown: list[tuple[str, str, str]] = []
    desk = LogDesk(tmp_path / "logs" / "offhook.log", lambda *said: shown.append(said))
    desk.take_bytes(line("call answered", "info", call="a1"))
    for call in ("a1", "a1", "b2"):
        desk.take_bytes(line("recogniser failed", "error", call=call, reason="gone"))
    desk.only_errors = True
    desk.take_bytes(line("line is gone", "warning"))
    desk.write("a native library says hello\n")
    desk.close()

    assert shown == [("recogniser failed: reason gone", "red", "a1"), ("recogniser failed: reason gone", "red", "b2")]
    kept = desk.path.read_text().splitlines()
    assert len(kept) == 6
    assert json.loads(kept[0])["event"] == "call answered"
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
