"""Where the time goes, and what would buy how much."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.ledger.account import account
from agent.ledger.entry import Entry
from agent.ledger.store import LedgerStore, paths


def entry(turn: int, kind: str = "stock", **marks: float) -> Entry:
    moments = {"known": 60.0, "flush": 60.0, "words": 120.0, "weighed": 150.0, "commit": 155.0, **marks}
    return Entry("c1", turn, turn, 0.0, moments["audible"], moments, route="intent", kind=kind)


DRAFTED = entry(1, draft=-200.0, prepared=-150.0, clause=-20.0, sound=156.0, audible=200.0)
PATIENT = entry(2, commit=450.0, draft=-200.0, prepared=-150.0, clause=-20.0, sound=451.0, audible=491.0)
LATE = entry(3, "model", prepared=160.0, token=260.0, clause=500.0, sound=501.0, audible=541.0)


def test_the_mean_turn_is_split_into_what_the_caller_waited_for() -> None:
    found = account([DRAFTED, PATIENT, LATE])
    spent = {one.stage: one for one in found.spent}
    assert sum(one.mean for one in found.spent) == pytest.approx((200 + 491 + 541) / 3, abs=0.5)
    assert sum(one.percent for one in found.spent) == pytest.approx(100, abs=0.5)
    assert spent["patience"].mean == 150.0
    assert spent["first clause"].mean == 80.0
    assert spent["recogniser"].turns == 2  # the patient turn hid it
    assert {one.name: one.turns for one in found.audible} == {
        "all turns": 3, "kind model": 1, "kind stock": 2, "route intent": 3,
    }  # fmt: skip
    assert found.drafted_percent == 66.7


def test_advice_is_ordered_by_what_it_buys_and_buys_no_more_than_was_measured() -> None:
    found = account([DRAFTED, PATIENT, LATE])
    texts = [one.text for one in found.advice]
    assert [one.most for one in found.advice] == sorted((one.most for one in found.advice), reverse=True)
    assert found.advice[0].most == pytest.approx((5 + 100 + 240) / 3, abs=0.1)
    assert "1 of 3 replies were not drafted ahead" in texts[0]
    patience = next(one for one in found.advice if "silence" in one.text)
    assert patience.most == 100.0  # 300 ms beyond the evidence, in one turn of three
    spent = {one.stage: one.mean for one in found.spent}
    for one in found.advice:
        stage = one.text.partition(" held up")[0]
        assert one.most == spent.get(stage, one.most)


def test_where_nothing_is_waited_for_nothing_is_advised() -> None:
    quick = entry(1, known=1.0, flush=1.0, words=2.0, weighed=3.0, commit=3.0, draft=-9.0, sound=4.0, audible=44.0)
    assert account([quick]).advice == ()
    with pytest.raises(ValueError, match="no turns"):
        account([])


def test_turns_on_a_busy_machine_are_held_against_the_others() -> None:
    idle = [msgspec.structs.replace(DRAFTED, load=1.5) for _ in range(6)]
    busy = [msgspec.structs.replace(PATIENT, load=4.0) for _ in range(6)]
    load = next(one for one in account(idle + busy, cores=2).advice if "load" in one.text)
    assert load.most == pytest.approx((491 - 200) / 2, abs=0.1)
    assert not any("load" in one.text for one in account(idle + busy, cores=4).advice)


def test_the_command_reads_the_data_directory_and_says_what_is_wrong(tmp_path: Path) -> None:
    run = CliRunner()
    empty = run.invoke(app, ["latency", "--data-dir", str(tmp_path)])
    assert empty.exit_code == 1
    assert "no turn has been timed yet" in empty.output
    paths(tmp_path)[1].write_text("nonsense\n")
    unreadable = run.invoke(app, ["latency", "--data-dir", str(tmp_path)])
    assert unreadable.exit_code == 1
    assert "1 unreadable lines" in unreadable.output
    store = LedgerStore(tmp_path)
    for one in (DRAFTED, PATIENT, LATE):
        store.put(one)
    store.close()
    table = run.invoke(app, ["latency", "--data-dir", str(tmp_path)])
    assert table.exit_code == 0
    assert "3 turns in 1 calls" in table.output
    assert "ms  1 of 3 replies were not drafted ahead" in table.output.replace("\n", " ")
    body = run.invoke(app, ["latency", "--data-dir", str(tmp_path), "--json", "--last", "2"])
    told = json.loads(body.stdout)
    assert told["turns"] == 2
    assert told["advice"][0]["most"] > 0
