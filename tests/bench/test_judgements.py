"""The bot's account of the voices over it, from lines of its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.bench.judgements import judged, judgements, nearest


def line(second: float, event: str, **more: Any) -> dict[str, Any]:
    return {"timestamp": f"2026-01-01T00:00:{second:09.6f}Z", "event": event, "call": "a", **more}


def turn(second: float, state: str, was: str) -> dict[str, Any]:
    return line(second, "turn", state=state, was=was)


CALL = line(0.0, "call", sip_call_id="one@there")
DROPPED = [
    turn(4.0, "overlap", "speaking"),
    turn(4.25, "overlap", "overlap"),
    turn(4.5, "listening", "overlap"),
    line(4.6, "bot said", text="We are open", interrupted=True),
]


def test_a_reply_that_was_silenced_and_dropped() -> None:
    (found,) = judged([CALL, *DROPPED])
    assert (found.known, found.silent, found.decided) == (4.0, 4.25, 4.5)
    assert found.dropped
    assert found.said == "We are open"


def test_one_that_went_on_is_not_charged_with_what_a_later_one_said() -> None:
    noise = [turn(2.0, "overlap", "speaking"), turn(2.1, "speaking", "overlap")]
    first, second = judged([CALL, *noise, *DROPPED])
    assert (first.silent, first.dropped, first.said) == (None, False, None)
    assert second.said == "We are open"


def test_the_account_is_found_by_when_the_voice_came() -> None:
    found = judged([CALL, turn(2.0, "overlap", "speaking"), turn(2.1, "speaking", "overlap"), *DROPPED])
    assert nearest(found, 4.3) is found[1]
    assert nearest(found, 9.0) is None


def test_calls_are_told_apart_and_half_lines_left_out(tmp_path: Path) -> None:
    other = [{**event, "call": "b"} for event in (turn(1.0, "overlap", "speaking"), turn(1.5, "paused", "overlap"))]
    lines = [CALL, {**CALL, "call": "b", "sip_call_id": "two@there"}, *other, *DROPPED]
    log = tmp_path / "bot.log"
    log.write_text("offhook ready\n" + "\n".join(json.dumps(one) for one in lines) + '\n{"event": "tu')
    found = judgements(log)
    assert [one.decided for one in found["one@there"]] == [4.5]
    assert [one.decided for one in found["two@there"]] == [1.5]
