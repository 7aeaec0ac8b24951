"""Vosk's own words on recorded prompts, and a model of its that is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.engines.contract import Partial
from agent.engines.vosk import VoskEngine
from agent.errors import ModelError
from agent.models.store import ModelStore
from telephony.audio import FRAME_BYTES, resample, to_pcm
from tests.engines.test_vosk import Heard, answers

PROMPTS = Path("/usr/share/asterisk/sounds/en")


def prompt(name: str) -> bytes:
    wave, rate = soundfile.read(PROMPTS / f"{name}.wav", dtype="int16")
    return to_pcm(resample(wave, rate))


def test_a_human_prompt_is_understood_with_its_words_in_place(recognisers: VoskEngine) -> None:
    heard = Heard()
    recogniser = recognisers.open(heard)
    pcm, start = prompt("agent-pass"), 40_000
    for at in range(0, len(pcm), FRAME_BYTES):
        recogniser.feed(start + at // 2, pcm[at : at + FRAME_BYTES])
    recogniser.flush()
    final = heard.flushed()
    recogniser.close()
    assert final.text == "please enter your password followed by the pound key"
    assert [word.text for word in final.words] == final.text.split()
    assert start <= final.words[0].start < final.words[-1].end <= start + len(pcm) // 2 == final.at
    level = np.abs(np.frombuffer(pcm, dtype=np.int16)[: final.words[0].start - start]).max(initial=0)
    assert level < 1500  # nothing loud lies before the first word
    assert any(isinstance(result, Partial) and result.text.startswith("please") for result in heard.results)


def test_a_peek_right_behind_the_voice_hears_its_last_word(recognisers: VoskEngine) -> None:
    heard = Heard()
    recogniser = recognisers.open(heard)
    pcm = prompt("agent-pass")
    loud = np.flatnonzero(np.abs(np.frombuffer(pcm, dtype=np.int16)) > 300)[-1]
    voiced = pcm[: 2 * (int(loud) + 16_000 * 50 // 1000)]
    recogniser.feed(0, voiced)
    recogniser.peek()
    recogniser.feed(len(voiced) // 2, bytes(32_000))
    recogniser.flush()
    final = heard.flushed()
    recogniser.close()
    assert answers(heard)[0].text == final.text == "please enter your password followed by the pound key"


def test_a_grammar_hears_only_its_words(recognisers: VoskEngine) -> None:
    heard = Heard()
    recogniser = recognisers.open(heard, grammar=["yes", "no"])
    recogniser.feed(0, prompt("agent-pass"))
    recogniser.flush()
    assert set(heard.flushed().text.split()) <= {"yes", "no", "[unk]"}
    recogniser.close()


@pytest.mark.parametrize("damage", ["missing", "empty graph", "short model"])
def test_a_damaged_model_is_one_clear_error(models: ModelStore, damage: str, tmp_path: Path) -> None:
    whole = models.path("vosk-small-en-us")
    broken = tmp_path / "model"
    for path in whole.rglob("*"):
        if path.is_file():
            copy = broken / path.relative_to(whole)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(path)
    if damage == "missing":
        (broken / "am" / "final.mdl").unlink()
    name = {"empty graph": "graph/HCLr.fst", "short model": "am/final.mdl"}.get(damage)
    if name:
        (broken / name).unlink()
        (broken / name).write_bytes((whole / name).read_bytes()[: 0 if damage == "empty graph" else 10_000])
    with pytest.raises(ModelError, match=r"offhook models"):
        VoskEngine.load(broken)
