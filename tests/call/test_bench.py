"""The benches themselves on real calls, small: every turn is judged, and the bot's account fits what was heard."""

from __future__ import annotations

import json

import pytest

from agent.bench.bargein import bargein
from agent.bench.bargein_script import CONDITIONS
from agent.bench.figures import with_turns
from agent.bench.latency import Sizes, latency
from agent.bench.slot_call import Verdict
from agent.bench.slots import slots
from agent.bench.suites import Setting
from agent.bench.turns import turns
from agent.commands.bench import BENCH_DIALPLAN

pytestmark = [pytest.mark.call, pytest.mark.bench, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """One directory for all, so that its hundred prompts are rendered once."""
    return Setting(tmp_path_factory.mktemp("bench"), BENCH_DIALPLAN, None, lambda told: None)


async def test_every_turn_of_a_latency_run_is_judged_and_accounted_for(setting: Setting) -> None:
    run, records = await latency(setting, Sizes(turns=5, beside=0, serial=3), seed=1)
    assert [record.kind for record in records].count("stock") == 2
    answered = [record for record in records if record.first_audio is not None]
    assert len(answered) >= 3, [(record.asked, record.verdict) for record in records]
    assert all(record.verdict in {"right", "wrong"} and record.heard for record in answered)
    accounted = [record for record in answered if record.ledger is not None]
    assert len(accounted) >= len(answered) - 1
    assert all(abs((record.first_audio or 0) - record.ledger.audible) < 250 for record in accounted if record.ledger)
    figures = {figure.name: figure for figure in run.figures}
    assert figures["decision after the end of speech, p50"].samples == len(
        [record for record in accounted if record.verdict == "right"]
    )
    assert figures["serial pipeline, stock: first audio, p50"].value > 700
    assert 0 < figures["CPU of the harness"].value < 0.5
    assert figures["the bot's event loop, late at worst in a second, p99"].samples > 5
    body = json.loads(with_turns(run, records))
    assert len(body["turns"]) == 5
    assert len(body["identity"]["run"]) == 12


async def test_a_call_with_peoples_pauses_is_judged_turn_by_turn(setting: Setting) -> None:
    run, spoken = await turns(setting, calls=1, seed=3, alone=True)
    assert len(spoken) == 5
    assert {one.verdict for one in spoken} <= {"answered", "cut in", "between", "unanswered"}
    assert sum(one.ms is not None and one.ms >= 0 for one in spoken) >= 2, spoken
    figures = {figure.name: figure for figure in run.figures}
    assert figures["cut-ins"].samples == 5
    assert run.harness is not None
    assert run.harness.packets > 500


async def test_what_is_spoken_over_is_judged_by_the_recording_and_by_the_bots_own_account(setting: Setting) -> None:
    run, spoken = await bargein(setting, turns=6, seed=2, conditions=CONDITIONS[:1])
    assert len(spoken) == 6
    meant = [one for one in spoken if one.judged and one.kind in ("question", "protest")]
    assert meant, spoken
    assert any(one.silent is not None and one.decided is not None for one in meant), spoken
    figures = {figure.name: figure for figure in run.figures}
    assert figures["15 dB quieter after the caller's voice, p50"].samples >= 1


async def test_callers_give_values_and_what_the_bot_settles_is_known(setting: Setting) -> None:
    run, settled = await slots(setting, calls=2, seed=3, at_once=1, only=("hour", "agreed"))
    assert [one.wanted.slot for one in settled if one.call == "3 0"] == ["hour", "agreed"]
    assert len(settled) == 4
    assert not {one.verdict for one in settled} & {Verdict.WRONG, Verdict.LOST}, settled
    assert all(one.value == one.wanted.value for one in settled if one.verdict is not Verdict.GIVEN_UP)
    assert {figure.name: figure.samples for figure in run.figures}["dates and times: not right"] == 2
