"""The bot's account of a turn beside what was heard, and what of both becomes a figure."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from agent.bench.exchange import Answered
from agent.bench.latency_figures import ONE, TWO, figures
from agent.bench.ledger import entries, heard_at, matched, names, speechless
from agent.bench.questions import Question
from agent.bench.turn_record import Place, TurnRecord, first_word, is_right, record
from agent.ledger.entry import Entry

QUESTION = Question(
    "stock", "room", "how much is it", "A room is twenty dollars.", "twenty dollars", "high", "um", 200, -20
)


def entry(turn: int, ended: float, audible: float, **more: object) -> Entry:
    return msgspec.structs.replace(
        Entry("c", turn, turn, ended, audible, {"commit": 170.0, "audible": audible}), **more
    )


def test_a_reply_is_the_entry_that_became_audible_when_it_was_heard() -> None:
    own = [entry(1, 5_000, 20), entry(1, 7_000, 300), entry(2, 15_000, 280)]
    assert [heard_at(one) for one in own] == [5_020, 7_300, 15_280]
    assert matched(own, [7_340.0, None, 15_200.0]) == [own[1], None, own[2]]
    assert matched(own, [9_000.0]) == [None]
    assert matched(own[1:2], [7_300.0, 7_310.0]) == [own[1], None]


def test_entries_and_names_are_read_from_what_the_bot_left(tmp_path: Path) -> None:
    kept = entry(1, 5_000, 20)
    (tmp_path / "latency.jsonl").write_bytes(msgspec.json.encode(kept) + b"\n" + b'{"call": "half\n')
    assert entries(tmp_path) == [kept]
    log = tmp_path / "bot.log"
    log.write_text('Native words\n{"event": "call", "call": "c", "sip_call_id": "x@y"}\n{"event": "half\n')
    assert names(log) == {"x@y": "c"}
    assert speechless(log) == 0
    log.write_text('{"event": "the model gave nothing to say", "call": "c"}\n' * 2)
    assert speechless(log) == 2


def test_the_answers_own_first_word_comes_later_where_an_acknowledgement_went_first() -> None:
    acknowledged = entry(1, 0, 300, first="ack", marks={"commit": 150.0, "audible": 300.0, "answer": 900.0})
    assert first_word(320.0, acknowledged) == 920.0
    assert first_word(320.0, entry(1, 0, 300)) == 320.0
    assert first_word(320.0, None) == 320.0
    assert first_word(None, acknowledged) is None
    assert first_word(320.0, entry(1, 0, 300, first="ack")) is None  # it never came


def test_a_right_answer_is_told_by_its_words_and_a_models_by_those_that_matter() -> None:
    assert is_right(QUESTION, "a room is twenty dollars")
    assert not is_right(QUESTION, "sorry i'm not sure about that")
    worded = Question(
        "model", "room", "how much", "A conference room is twenty dollars a month.", "twenty dollars", "x", "", 0, 0
    )
    assert is_right(worded, "it costs twenty dollars")
    assert not is_right(worded, "it is free")
    filled = Question("rendered", "time", "what time", "It's {time} now, by our own clock.", "{time}", "x", "", 0, 0)
    assert is_right(filled, "it's one fifty p m now by our own clock")


def turns(phase: str, kind: str, *answers: tuple[str, float | None]) -> list[TurnRecord]:
    found = []
    for number, (verdict, ms) in enumerate(answers):
        answered = Answered("answered" if ms is not None else verdict, ms)  # type: ignore[arg-type]  # verdicts come as text
        heard = "a room is twenty dollars" if verdict == "right" else "sorry"
        made = record(
            Place(phase, 1, number + 1), QUESTION, answered, heard, entry(1, 0, (ms or 0) - 30) if ms else None
        )
        found.append(msgspec.structs.replace(made, kind=kind))
    return found


def test_only_right_answers_are_timed_and_all_others_are_counted() -> None:
    told = turns(ONE, "stock", *[("right", 250.0)] * 8, ("wrong", 90.0), ("cut in", None), ("unanswered", None))
    told += turns(ONE, "rendered", ("right", 340.0)) + turns(ONE, "model", ("right", 390.0))
    told += turns(TWO, "stock", ("right", 260.0), ("right", 700.0))
    by = {figure.name: figure for figure in figures(told)}
    assert by["stock: first audio, p50"].value == 250
    assert by["stock: first audio, p50"].samples == 8
    assert by["stock: first audio, p95"].ok is True
    assert by["all mixed: first audio, p50"].samples == 10
    assert by[f"{ONE}: cut-ins"].detail == "1 of 13"
    assert by[f"{ONE}: cut-ins"].ok is False
    assert by[f"{ONE}: unanswered"].value == 1
    assert by[f"{ONE}: another answer than the dialplan's"].detail == "1 of 13"
    assert by[f"{TWO}: p95 to that of one call"].value == pytest.approx(1.93, abs=0.1)
    assert by[f"{TWO}: p95 to that of one call"].ok is False
    assert by["decision after the end of speech, p50"].value == 170
    assert by["the same, from the label and by the wire, p50"].value == 200  # the ledger heard it 30 ms earlier
    assert by["ledger and wire apart, p95"].value == 30


def test_a_record_is_json() -> None:
    (one,) = turns(ONE, "stock", ("right", 250.0))
    plain = json.loads(msgspec.json.encode(one))
    assert (plain["asked"], plain["verdict"], plain["first_audio"]) == ("um how much is it", "right", 250.0)
    assert msgspec.json.decode(msgspec.json.encode(one), type=TurnRecord) == one
