"""The shipped dialplans by voice: their own tests as real calls to one bot. The recogniser mishears some of what they
say, so of all of them only a number is sure to get through; a few got through five times of five.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from agent.bench.by_voice import rehearse_by_voice
from agent.config import DEFAULT_DIALPLAN
from agent.dialplan.load import Read, read
from agent.dialplan.rehearsal import Outcome

SURE = frozenset(
    {
        "now, on a holiday",
        "moving an appointment that nobody finds",
        "the key for a person",
        "somebody is hurt",
        "nobody answers at emergency",
        "the town hall",
        "two people with the same last name",
        "the whole name is not asked again",
        "whether somebody is in is not made up",
    }
)
MISHEARD = 2  # of them, since a recogniser mishears whom it heard five times before
FEWEST = {"clinic": 30, "city": 29, "front_desk": 33}  # of 41, 38 and 50 that are not by text only


def shipped() -> list[Read]:
    return read([DEFAULT_DIALPLAN.with_name(f"{name}.yaml") for name in FEWEST])


def failures(outcomes: Mapping[Path, Sequence[Outcome]]) -> dict[str, str]:
    """What failed, by file and name."""
    return {
        f"{path.stem}: {outcome.name}": str(outcome.failure)
        for path, found in outcomes.items()
        for outcome in found
        if outcome.failure is not None
    }


@pytest.mark.voice
@pytest.mark.timeout(600)  # prompts of three dialplans may have to be rendered first
async def test_callers_get_through_by_voice(tmp_path: Path) -> None:
    outcomes = await rehearse_by_voice(shipped(), SURE.__contains__, tmp_path, calls=2)
    failed = failures(outcomes)
    assert len(failed) <= MISHEARD, failed
    assert {outcome.name for found in outcomes.values() for outcome in found} == SURE


@pytest.mark.voice
@pytest.mark.timeout(2400)
async def test_most_callers_get_through_whatever_they_want(tmp_path: Path) -> None:
    outcomes = await rehearse_by_voice(shipped(), lambda name: True, tmp_path, calls=3)
    passed = {path.stem: sum(outcome.failure is None for outcome in found) for path, found in outcomes.items()}
    assert all(passed[name] >= fewest for name, fewest in FEWEST.items()), (passed, failures(outcomes))
