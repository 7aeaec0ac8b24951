"""Recordings of machines are known by what the real recogniser makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.ears import Transcriber
from agent.listen.far_end import Far, FarSigns
from agent.models.store import ModelStore
from telephony.audio import resample
from tests.media.speech import prompt_8k


@pytest.fixture(scope="module")
def ears() -> Transcriber:
    return Transcriber.load(ModelStore())


@pytest.mark.parametrize(
    ("prompts", "far"),
    [
        (("vm-intro",), Far.MACHINE),
        (("vm-theperson", "vm-isunavail", "vm-intro"), Far.MACHINE),
        (("vm-rec-name",), Far.MACHINE),
        (("dir-instr",), Far.BOT),
        (("vm-options",), Far.BOT),
        (("conf-now-recording",), Far.PERSON),
        (("check-number-dial-again",), Far.PERSON),
    ],
)
def test_a_recording(ears: Transcriber, prompts: tuple[str, ...], far: Far) -> None:
    text = ears.transcribe(resample(np.concatenate([prompt_8k(name) for name in prompts]), 8_000))
    assert FarSigns().heard(text) is far, text
