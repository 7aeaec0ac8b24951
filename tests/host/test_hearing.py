"""The recogniser of a call: opened once, and closed when the call is over, whenever that is."""

from __future__ import annotations

from agent.engines.fakes import FakeModel, FakeRecogniserEngine
from agent.host.hearing import Hearing
from agent.listen.interjection import ENGLISH


def _open(hearing: Hearing) -> None:
    hearing.open(lambda heard: None, lambda failure: None)


async def test_a_recogniser_that_opens_when_the_call_is_over_is_closed() -> None:
    engine = FakeRecogniserEngine()
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH)
    hearing.close()
    _open(hearing)
    assert [recogniser.closed for recogniser in engine.opened] == [True]


async def test_two_flushes_that_find_no_recogniser_open_one() -> None:
    engine = FakeRecogniserEngine()
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH)
    _open(hearing)
    _open(hearing)
    hearing.close()
    assert [recogniser.closed for recogniser in engine.opened] == [True]
