"""How slots that were settled become figures."""

from __future__ import annotations

from agent.bench.slot_call import Settled, Verdict, Way
from agent.bench.slot_words import Wanted
from agent.bench.slots import figures_of


def settled(slot: str, verdict: Verdict, way: Way) -> Settled:
    return Settled("1 0", "slow", Wanted(slot, "5550123", (), ()), verdict, way=way)


CAME = (
    settled("phone", Verdict.AT_ONCE, Way.AS_BEFORE),
    settled("phone", Verdict.GIVEN_UP, Way.DIGITS),
    settled("mobile", Verdict.TYPED, Way.KEYS),
    settled("mobile", Verdict.READ_BACK, Way.KEYS),
    settled("day", Verdict.WRONG, Way.KEYS),
)


def test_numbers_are_counted_by_how_callers_give_them_when_asked_again_too() -> None:
    figures = {one.name: one.detail for one in figures_of("numbers", ("phone", "mobile"), 5.0, CAME)}
    whole = figures.pop("numbers: not right")
    assert whole == "1 of 4; right at once 1, right when read back 1, right when typed 1, given up 1"
    assert figures == {
        "numbers: not right, asked again: keys": "0 of 2",
        "numbers: not right, asked again: digit by digit": "1 of 1",
        "numbers: not right, asked again: as before": "0 of 1",
        "numbers: another value settled": "",
    }


def test_what_keys_cannot_tell_is_counted_as_a_whole() -> None:
    names = [one.name for one in figures_of("days", ("day",), 10.0, CAME)]
    assert names == ["days: not right", "days: another value settled"]
