"""Pieces of the size that the pace allows, simulated: is the sound there when it is due?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speak.chunker import Chunker
from agent.speak.pace import LONGEST, SHORTEST, WORDS_A_SECOND, Pace

TEXTS = [
    "We are open. " + "You can come by at any time that suits you and bring whatever you like. " * 8,
    "one two three four five six seven eight nine ten " * 12,
    "Yes. " + "No, not at all, and never, " * 20,
    "Of course, " + "this is a rather long sentence that goes on and on without any mark until it finally ends. " * 5,
]


def dry_for(text: str, ratio: float) -> tuple[float, int]:
    """Seconds without sound after the first, when a second of sound takes `ratio` seconds to make; and the pieces."""
    pace = Pace()
    for _ in range(40):
        pace.took(ratio, 1.0)
    made_at, ready, held, begins, dry, pieces = 0.0, 0.0, 0.0, -1.0, 0.0, 0
    chunker = Chunker(pace.first(), lambda: pace.limit(ready))
    chunker.feed(text)
    chunker.end()
    ends = 0.0
    while (piece := chunker.next()) is not None:
        sound = len(piece.split()) / WORDS_A_SECOND
        made_at += sound * ratio
        pieces += 1
        if begins < 0:
            held += sound
            if pace.may_begin(held, chunker.words_left):
                begins, ends = made_at, made_at + held
        else:
            dry += max(0.0, made_at - ends)
            ends = max(ends, made_at) + sound
        ready = held if begins < 0 else max(0.0, ends - made_at)
    return dry, pieces


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ratio", [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.2, 2.0])
def test_once_begun_the_sound_never_runs_dry(text: str, ratio: float) -> None:
    assert dry_for(text, ratio)[0] == 0.0


def test_a_fast_machine_begins_with_a_few_words_and_goes_on_in_sentences() -> None:
    pace = Pace()
    assert pace.first() == 1
    assert pace.limit(1.0) > 10
    assert pace.may_begin(0.5, 1000)


def test_a_machine_slower_than_speech_collects_before_it_begins() -> None:
    pace = Pace()
    for _ in range(40):
        pace.took(2.0, 1.0)
    assert not pace.may_begin(1.0, 27)
    assert pace.may_begin(1.0, 0)
    assert pace.ahead() > Pace().ahead()


@given(st.floats(0.01, 5.0), st.floats(0.0, 30.0))
def test_sizes_stay_within_what_can_be_listened_to(ratio: float, ready: float) -> None:
    pace = Pace()
    for _ in range(20):
        pace.took(ratio * 2.0, 2.0)
    assert SHORTEST <= pace.limit(ready) <= LONGEST
    assert 1 <= pace.first() <= LONGEST


def test_one_slow_render_changes_nothing_and_a_tiny_piece_does_not_count() -> None:
    pace = Pace()
    for work in (0.2, 0.2, 0.2, 0.2, 3.0, 0.2):
        pace.took(work, 1.0)
        pace.took(5.0, 0.1)
    assert pace.ratio == 0.2
