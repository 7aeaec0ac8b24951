"""What a caller says over a value that is read back."""

from __future__ import annotations

from datetime import datetime

from agent.dialplan.slots import Slot
from agent.reply.flow import Asked, Held, Running
from agent.reply.flow_turn import Heard, turn_of
from agent.reply.utterance import Utterance

NOW = datetime(2026, 12, 2, 10)
PLATE = Slot.model_validate({"name": "plate", "kind": "code", "ask": "?"})
DOUBTED = Running("report", asked=Asked.READ_BACK, doubt=Held("plate", "JAQ", "J A Q"))


def test_a_code_that_goes_on_over_its_read_back_is_not_sure() -> None:
    turn = turn_of(
        DOUBTED, {"plate": PLATE}, "plate", Utterance("nine one one"), now=NOW, closed="nine one one"
    )  # fmt: skip
    assert turn.heard is Heard.VALUE
    assert turn.reading is not None
    assert (turn.reading.value, turn.reading.sure) == ("911", False)


def test_a_yes_to_it_is_one() -> None:
    assert turn_of(DOUBTED, {"plate": PLATE}, "plate", Utterance("yes"), now=NOW).heard is Heard.YES
