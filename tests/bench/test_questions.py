"""What a run asks and says: dealt by seed, in the mix that is wanted, with people's pauses."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from agent.bench.cast import HUMAN, PROMPTS, VOICES, say
from agent.bench.questions import clip_of, counts, deal, kind_of, sounds_of
from agent.bench.script import GROUP_GAP_S, MEDIAN_S, PAUSE_S, clips_of, pause_ms, scripts
from agent.config import WORKSHOP
from agent.dialplan.load import load, read
from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeVoice
from agent.errors import DialplanError
from telephony.testing.echo_peer import tone

PLAN = Path(__file__).parents[2] / "dialplans" / "bench.yaml"


@pytest.fixture(scope="module")
def plan() -> Dialplan:
    return load(PLAN)


def test_the_dialplan_of_the_bench_has_no_fault_and_every_kind_of_answer(plan: Dialplan) -> None:
    (one,) = read([PLAN])
    assert (one.errors, one.warnings) == ((), ())
    assert {kind_of(topic) for topic in plan.topics} == {"stock", "rendered", "model"}


def test_questions_come_in_the_mix_and_are_the_same_for_the_same_seed(plan: Dialplan) -> None:
    asked = deal(plan, 300, 1)
    kinds = [question.kind for question in asked]
    assert [kinds.count(kind) for kind in ("stock", "rendered", "model")] == [120, 120, 60]
    assert deal(plan, 300, 1) == asked
    assert deal(plan, 300, 2) != asked
    assert len({question.text for question in asked}) > 150
    assert {question.voice for question in asked} == {voice.name for voice in VOICES}
    assert 0.15 < sum(bool(question.lead_in) for question in asked) / 300 < 0.35
    assert not {"leave_message"} & {question.topic for question in asked}
    assert counts(7, ("stock", "rendered", "model")) == {"stock": 4, "rendered": 2, "model": 1}


def test_people_say_what_they_recorded_once_and_without_a_lead_in(plan: Dialplan) -> None:
    asked = deal(plan, 500, 1, tuple(PROMPTS))
    human = [question for question in asked if question.voice == HUMAN]
    assert {question.text for question in human} == set(PROMPTS)
    assert len(human) == len(PROMPTS)
    assert not any(question.lead_in for question in human)


def test_a_plan_without_model_worded_answers_says_what_to_measure_with() -> None:
    with pytest.raises(DialplanError, match=r"'rendered'; measure with dialplans/bench.yaml"):
        deal(load(WORKSHOP), 10, 1)


def test_a_lead_in_is_a_thought_of_its_own(plan: Dialplan) -> None:
    question = next(one for one in deal(plan, 100, 1) if one.lead_in)
    clip = clip_of(question, {sound: tone(300, 400) for sound in sounds_of(question)})
    lead, point = clip.thoughts
    assert (lead.text, point.text) == (question.lead_in, question.text)
    assert not lead.finished
    assert (point.voiced.start - lead.voiced.end) / 16 == pytest.approx(question.pause_ms, abs=2)


def test_pauses_are_as_people_make_them() -> None:
    chance = random.Random(1)
    drawn = np.asarray([pause_ms(chance) for _ in range(2_000)]) / 1000
    assert (drawn.min(), drawn.max()) == PAUSE_S
    assert np.median(drawn) == pytest.approx(MEDIAN_S, abs=0.05)
    assert 0.05 < np.mean(drawn > 1.4) < 0.16


def test_a_script_is_a_whole_call_whose_clips_have_the_scripted_pauses(plan: Dialplan) -> None:
    written = scripts(plan, 12, 1)
    assert scripts(plan, 12, 1) == written
    manners = {turn.manner for script in written for turn in script.turns}
    assert {"plain", "pause", "hesitation", "dictation", "number", "short"} <= manners
    messages = [script for script in written if script.turns[1].manner == "dictation"]
    assert len(messages) == 4
    for script in written:
        clips = clips_of(script, {sound: tone(300, 250) for sound in script.sounds})
        for turn, clip in zip(script.turns, clips, strict=True):
            gaps = [(b.voiced.start - a.voiced.end) / 16 for a, b in itertools.pairwise(clip.thoughts)]
            assert gaps == pytest.approx([line.pause_ms for line in turn.lines[:-1]], abs=2)
            finished = [thought.finished for thought in clip.thoughts]
            assert finished[-1]
            assert any(finished[:-1]) == (turn.manner == "two thoughts")
            if turn.manner == "number":
                assert all(GROUP_GAP_S[0] * 999 <= gap <= GROUP_GAP_S[1] * 1001 for gap in gaps)


async def test_a_voice_speaks_higher_and_an_unfinished_piece_ends_in_a_comma() -> None:
    engine = FakeVoice()
    plain = await engine.render("one two three.")
    high = await say(engine, VOICES[0], "one two three.")
    assert len(high) == pytest.approx(len(plain.pcm) / 2 / VOICES[0].pitch, rel=0.01)
    await say(engine, VOICES[0], "how much is,")
    assert engine.rendered[-1][0] == "how much is,"
