"""What is judged of a test's call besides the reply: how soon the bot is heard, and which tests are calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.bench.by_voice import Casting, Tally, rehearse_by_voice
from agent.bench.voice_call import late
from agent.config import WORKSHOP
from agent.dialplan.load import Read, load
from agent.dialplan.rehearsal import Failure, Outcome
from agent.dialplan.schema import Cue, Rehearsal
from telephony.audio import SAMPLE_RATE, Samples
from telephony.testing.measure import Span
from telephony.testing.recorder import Recording
from telephony.testing.relay import Impairment

TURN = (Cue(caller="hello"),)
TESTS = (
    Rehearsal(name="A visit", turns=TURN),
    Rehearsal(name="a visitor", text_only=True, turns=TURN),
    Rehearsal(name="hours", turns=TURN),
)
PLAN = load(WORKSHOP).model_copy(update={"tests": TESTS})


def recording(*sounds: tuple[float, float]) -> Recording:
    """10 s in which the bot is heard from and to these seconds."""
    bot: Samples = np.zeros(10 * SAMPLE_RATE, np.int16)
    for start, end in sounds:
        count = round((end - start) * SAMPLE_RATE)
        tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(count) / SAMPLE_RATE)
        bot[round(start * SAMPLE_RATE) : round(start * SAMPLE_RATE) + count] = tone.astype(np.int16)
    return Recording(np.zeros_like(bot), bot)


SPOKEN = Span(2 * SAMPLE_RATE, 3 * SAMPLE_RATE)


@pytest.mark.parametrize(
    ("sounds", "wanted"),
    [
        (((0.0, 1.5), (3.5, 4.0)), ()),
        (((0.0, 1.5), (4.5, 5.0)), ("within 1 s (after 1.50 s)",)),
        (((0.0, 1.5),), ("within 1 s (never)",)),
        (((2.5, 5.0),), ()),  # it cut in
    ],
)
def test_the_bot_is_heard_in_time(sounds: tuple[tuple[float, float], ...], wanted: tuple[str, ...]) -> None:
    assert late(Cue(caller="hello", within=1), recording(*sounds), SPOKEN) == wanted


def test_without_a_time_the_bot_has_all_it_likes() -> None:
    assert late(Cue(caller="hello"), recording(), SPOKEN) == ()


FIRST, SECOND = Failure(0, ("topic hours",), None), Failure(1, ("a message",), None)


@pytest.mark.parametrize("then", [None, SECOND])
def test_what_fails_is_due_once_more_and_its_second_call_is_what_counts(then: Failure | None) -> None:
    tally, visit, hours = Tally(again=True), Casting(Path("plan.yaml"), PLAN, 0), Casting(Path("plan.yaml"), PLAN, 2)
    assert tally.take(visit, FIRST) is None
    assert tally.take(hours, None) == Outcome(2, "hours", None)
    assert tally.due == [visit]
    assert tally.take(visit, then) == Outcome(0, "A visit", then, before=FIRST)
    assert tally.due == [visit]


def test_without_a_second_call_what_fails_has_failed() -> None:
    tally = Tally(again=False)
    assert tally.take(Casting(Path("plan.yaml"), PLAN, 0), FIRST) == Outcome(0, "A visit", FIRST)
    assert not tally.due


async def test_tests_by_text_only_start_no_bot(tmp_path: Path) -> None:
    one = Read(tmp_path / "plan.yaml", PLAN, (), ())
    directory, network = tmp_path / "bot", Impairment(0.03)
    assert await rehearse_by_voice([one], "a visitor".__eq__, directory, network=network) == {one.path: []}
    assert not directory.exists()
