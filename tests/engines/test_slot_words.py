"""Every word that a closed recogniser is to hear for a slot is one that the recogniser knows: others it leaves out."""

from __future__ import annotations

import pytest
import vosk

from agent.dialplan.slots import SlotKind
from agent.models.store import ModelStore
from agent.slots.read import grammar
from tests.slots.said import slot


@pytest.fixture(scope="module")
def model(models: ModelStore) -> vosk.Model:
    vosk.SetLogLevel(-1)
    return vosk.Model(str(models.path("vosk-small-en-us")))


@pytest.mark.parametrize("kind", [kind for kind in SlotKind if grammar(slot(kind))])
def test_every_word_is_in_the_vocabulary(model: vosk.Model, kind: SlotKind) -> None:
    assert [word for word in " ".join(grammar(slot(kind))).split() if model.vosk_model_find_word(word) < 0] == []


def test_a_word_that_is_none_is_not(model: vosk.Model) -> None:
    assert model.vosk_model_find_word("octember") < 0
