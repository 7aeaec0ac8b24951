"""What a bot's log tells of a call, and what is made of it: a turn's reply, as if it were one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent.bench.bot_log import BotLog, Heard, Said, answered, heard, reply
from agent.reply.reply import Reply, Route, TakenMessage, TextPart
from agent.reply.told import Told, told
from agent.tools.call import ToolCall

CALL = ToolCall("book", (("day", "2026-12-08"),), "k")
ASKED = Told(Route.FLOW, "book", 0.61, tool=CALL)
BOOKED = Told(Route.FLOW)


def entry(call: str, event: str, **more: Any) -> str:
    return json.dumps({"event": event, "call": call, **more}) + "\n"


def test_a_call_is_known_by_its_sip_name_and_grows_with_the_log(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    half = entry("c1", "bot said", text="Which day?", interrupted=False, reply=ASKED.plain())
    path.write_text(
        "offhook ready\n{broken\n[1]\n"
        + entry("c1", "call", sip_call_id="x" * 80)
        + entry("c2", "call", sip_call_id="other")
        + entry("c2", "caller said", text="nobody's")
        + entry("c1", "caller said", text="a visit")
        + half[:20]
    )
    log = BotLog(path)
    assert list(log.entries("x" * 99)) == [Heard("a visit")]
    with path.open("a") as more:
        more.write(half[20:] + entry("c1", "bot said", text="One", interrupted=True))
    assert list(log.entries("x" * 99)) == [
        Heard("a visit"),
        Said("Which day?", ASKED),
        Said("One", None, interrupted=True),
    ]
    assert list(log.entries("unknown")) == []


def test_what_a_log_tells_of_a_reply_is_read_as_it_was() -> None:
    made = Reply(Route.FLOW, (TextPart("You're booked."),), "book", 0.5, hang_up=True, tool=CALL, transfer="desk",
                 message=TakenMessage("late", "", False))  # fmt: skip
    assert told(json.loads(json.dumps(Told.of(made).plain()))) == Told(
        Route.FLOW, "book", 0.5, hang_up=True, message=True, tool=CALL, transfer="desk"
    )


def test_a_turn_that_has_a_tool_run_is_over_when_its_outcome_is_told() -> None:
    entries = [Heard("yes"), Said("One moment.", ASKED)]
    assert not answered([])
    assert not answered(entries[:1])
    assert not answered(entries)
    entries.append(Said("You're booked.", BOOKED))
    assert answered(entries)
    assert not answered([*entries, Heard("and")])
    assert reply(entries) == Reply(Route.FLOW, (TextPart("One moment. You're booked."),), tool=CALL)


def test_a_bot_that_was_interrupted_has_still_to_answer() -> None:
    entries = [Heard("h and y"), Said("What's the", BOOKED, interrupted=True)]
    assert not answered(entries)
    assert answered([*entries, Heard("seven six two"), Said("H N Y, seven six two.", BOOKED)])


def test_a_bot_that_says_nothing_has_no_reply() -> None:
    assert reply([Heard("hello")]) is None


def test_of_a_turn_that_went_on_all_words_were_heard_once() -> None:
    said = Said("Okay.", None)
    assert heard([Heard("i need"), said, Heard("i need a visit"), said, Heard("today")]) == "i need a visit today"
    assert heard([said]) == ""
