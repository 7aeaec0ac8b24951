"""The stages of a turn, and what each added to the caller's wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ledger.stages import MARKS, shares, stages

DRAFTED = {
    "known": 62.0, "flush": 63.0, "words": 110.0, "weighed": 140.0, "commit": 190.0, "draft": -240.0,
    "prepared": -180.0, "clause": -20.0, "sound": 191.0, "audible": 230.0,
}  # fmt: skip
moments = st.floats(-2_000, 5_000).map(lambda value: round(value, 1))


def test_a_draft_begins_before_the_caller_is_done() -> None:
    found = {stage.name: (stage.start, stage.end) for stage in stages(DRAFTED)}
    assert found == {
        "voice": (0.0, 62.0),
        "recogniser": (63.0, 110.0),
        "weighing": (110.0, 140.0),
        "patience": (140.0, 190.0),
        "draft": (-240.0, -180.0),
        "first clause": (-180.0, -20.0),
        "hand-over": (190.0, 191.0),
        "line": (191.0, 230.0),
    }


def test_a_reply_that_was_not_drafted_is_made_after_the_commit() -> None:
    marks = {name: at for name, at in DRAFTED.items() if name not in ("draft", "prepared", "clause", "sound")}
    marks |= {"prepared": 200.0, "token": 260.0, "clause": 380.0, "sound": 381.0, "audible": 420.0}
    names = [stage.name for stage in stages(marks)]
    assert names == [
        "voice", "recogniser", "weighing", "patience", "reply", "model", "first clause", "hand-over", "line",
    ]  # fmt: skip
    added = shares(marks)
    assert (added["reply"], added["model"], added["first clause"]) == (10.0, 60.0, 120.0)


def test_silence_that_was_waited_for_is_patience_and_evidence_that_came_last_counts_itself() -> None:
    waited = shares(DRAFTED)
    assert waited == {"patience": 190.0, "reply": 0.0, "first clause": 0.0, "hand-over": 1.0, "line": 39.0}
    at_once = shares({**DRAFTED, "weighed": 185.0})
    assert at_once["weighing"] == 75.0
    assert at_once["recogniser"] == 47.0
    assert "patience" not in at_once


def test_a_recogniser_that_has_not_answered_holds_the_turn_up_and_not_patience() -> None:
    marks = {"known": 60.0, "flush": 62.0, "weighed": 100.0, "commit": 900.0, "audible": 940.0}
    found = {stage.name: (stage.start, stage.end) for stage in stages(marks)}
    assert found["recogniser"] == (62.0, 900.0)
    assert found["weighing"] == (60.0, 100.0)  # of the words as they were before
    assert shares(marks)["recogniser"] == 838.0
    assert "patience" not in shares(marks)


@pytest.mark.parametrize("missing", ["commit", "audible"])
def test_nothing_is_said_of_a_turn_without_its_ends(missing: str) -> None:
    assert shares({name: at for name, at in DRAFTED.items() if name != missing}) == {}


@given(st.dictionaries(st.sampled_from(MARKS[1:]), moments))
def test_the_shares_always_sum_up_to_what_the_caller_waited(marks: dict[str, float]) -> None:
    added = shares(marks)
    if "commit" in marks and "audible" in marks:
        assert sum(added.values()) == pytest.approx(marks["audible"])
    for stage in stages(marks):
        assert stage.start in (0.0, *marks.values())
