"""How slots that were settled become figures."""

from __future__ import annotations

from agent.bench.slot_call import Settled, Verdict
from agent.bench.slot_words import Wanted
from agent.bench.slots import figures_of


def settled(slot: str, verdict: Verdict, *, typist: bool) -> Settled:
    return Settled("1 0", "slow", Wanted(slot, "5550123", (), ()), verdict, typist=typist)


CAME = (
    settled("phone", Verdict.AT_ONCE, typist=False),
    settled("phone", Verdict.GIVEN_UP, typist=False),
    settled("mobile", Verdict.TYPED, typist=True),
    settled("mobile", Verdict.READ_BACK, typist=True),
    settled("day", Verdict.WRONG, typist=True),
)


def test_numbers_of_callers_who_only_speak_are_counted_apart_from_those_of_who_would_type() -> None:
    figures = {one.name: one.detail for one in figures_of("numbers", ("phone", "mobile"), 5.0, CAME)}
    whole = figures.pop("numbers: not right")
    assert whole == "1 of 4; right at once 1, right when read back 1, right when typed 1, given up 1"
    assert figures == {
        "numbers: not right, of callers who only speak": "1 of 2",
        "numbers: not right, of callers who type when they are told that they can": "0 of 2",
        "numbers: another value settled": "",
    }


def test_what_keys_cannot_tell_is_counted_as_a_whole() -> None:
    names = [one.name for one in figures_of("days", ("day",), 10.0, CAME)]
    assert names == ["days: not right", "days: another value settled"]
