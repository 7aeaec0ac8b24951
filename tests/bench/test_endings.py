"""The data that judges the endpointer: as it was frozen, apart from what is fitted, and measured right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.bench.endings import AN4, Recordings, awaited_after, changed, clips, turns
from agent.bench.endpointing import HEARD
from agent.bench.judging import area, cut_ins, interval
from agent.reply.reply import Awaited
from telephony.audio import samples


def test_frozen_files_are_as_they_were_frozen() -> None:
    assert changed() == []


def test_nothing_that_is_fitted_on_is_among_what_judges() -> None:
    fit, frozen = clips("fit"), clips("frozen")
    assert not {ending.clip for ending in fit} & {ending.clip for ending in frozen}
    speakers = [{ending.group for ending in split if ending.kind != "prompts"} for split in (fit, frozen)]
    assert not speakers[0] & speakers[1]
    whole = [
        {one.said for one in turns(split) if one.over and len(one.said.split()) > 3} for split in ("fit", "frozen")
    ]
    assert not whole[0] & whole[1]


def test_every_frozen_clip_has_its_words_and_those_of_an4_are_here() -> None:
    heard = HEARD.read_text()
    recordings = Recordings()
    for ending in clips("frozen"):
        assert f'"{ending.key}"' in heard
        if ending.kind != "prompts":
            assert (AN4 / f"{ending.clip}.flac").is_file()
    ending = next(ending for ending in clips("frozen") if ending.kind == "spelled" and not ending.over)
    pcm = recordings.pcm(ending, samples(0.1))
    assert len(pcm) == 2 * (ending.end + samples(0.1))
    assert pcm == recordings.pcm(ending, samples(0.1))


def test_pauses_of_a_turn_are_where_they_are_marked() -> None:
    listed = {ending.said: ending.over for ending in turns("frozen")}
    assert listed["i have a terrible toothache"]
    assert not listed["i have a terrible"]
    assert not listed["i don't think so but"]


@pytest.mark.parametrize(
    ("question", "awaited"),
    [
        ("What number can we call you back on?", Awaited.DIGITS),
        ("What is your name, please?", Awaited.NAME),
        ("Please tell me your name and what it's about.", Awaited.MESSAGE),
        ("Is that correct?", Awaited.YES_NO),
        ("How can I help?", Awaited.OPEN),
    ],
)
def test_what_a_question_waits_for(question: str, awaited: Awaited) -> None:
    assert awaited_after(question) is awaited


def test_the_area_and_the_cut_ins_of_scores_that_are_known() -> None:
    over = np.array([True] * 10 + [False] * 10)
    apart = np.concatenate([np.arange(10, 20), np.arange(10)]).astype(float)
    assert area(apart, over) == 1
    assert cut_ins(apart, over) == 0
    assert area(-apart, over) == 0
    assert area(np.zeros(20), over) == 0.5
    assert cut_ins(np.zeros(20), over) == 1
    one_high = apart.copy()
    one_high[10] = 15.5  # an unfinished one among the finished
    assert area(one_high, over) == pytest.approx(0.94)
    assert cut_ins(one_high, over) == pytest.approx(0.1)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=8, max_size=40))
def test_the_interval_holds_the_value(rows: list[tuple[float, bool]]) -> None:
    over = np.array([kind for _, kind in rows] + [True, False])
    scores = np.array([score for score, _ in rows] + [0.0, 0.0])
    found = interval(area, scores, over, [str(n) for n in range(len(over))])
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.value <= 1
