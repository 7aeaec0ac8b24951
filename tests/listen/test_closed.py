"""A turn heard again among the words of a slot, by the real recogniser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from agent.engines.contract import PhraseRecogniser
from agent.engines.vosk import VoskEngine
from agent.errors import RecogniserError
from agent.listen.closed import ClosedEars
from agent.models.store import ModelStore
from agent.reply.digits import GRAMMAR
from tests.call.conftest import human


@pytest.fixture(scope="module")
def engine() -> Iterator[VoskEngine]:
    loaded = VoskEngine.load(ModelStore().path("vosk-small-en-us"))
    yield loaded
    loaded.close()


def test_digits_are_heard_among_digits_and_not_among_other_words(engine: VoskEngine) -> None:
    ears, digits = ClosedEars(engine.phrases), GRAMMAR[1:10]
    heard = [ears(GRAMMAR, human(f"digits/{place}").tobytes()) for place in range(1, 10)]
    assert sum(one == said for one, said in zip(heard, digits, strict=True)) >= 8, heard
    others = [ears(("hello", "goodbye"), human(f"digits/{place}").tobytes()) for place in range(1, 10)]
    assert not set(others) & set(digits)


def test_nobody_waits_for_a_recogniser_that_was_prepared(engine: VoskEngine) -> None:
    made = []

    def make(phrases: Sequence[str]) -> PhraseRecogniser:
        made.append(phrases)
        return engine.phrases(phrases)

    ears = ClosedEars(make)
    ears.prepare([GRAMMAR, ("hello", "goodbye")])
    ears(GRAMMAR, human("digits/1").tobytes())
    assert made == [GRAMMAR, ("hello", "goodbye")]


def test_a_recogniser_that_cannot_be_made_hears_nothing_and_is_asked_for_once() -> None:
    asked = []

    def make(phrases: Sequence[str]) -> PhraseRecogniser:
        asked.append(phrases)
        raise RecogniserError("no graph")

    ears = ClosedEars(make)
    assert ears(GRAMMAR, bytes(640)) == ears(GRAMMAR, bytes(640)) == ""
    assert len(asked) == 1
