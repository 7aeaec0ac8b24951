from __future__ import annotations

from pathlib import Path

import pytest

from agent.bench.listening import Heard, Utterance, compare, errors_in, listen, prompts, recordings, utterance
from agent.engines.fakes import FakeRecogniserEngine
from telephony.audio import FRAME_BYTES, SAMPLE_RATE


def said(text: str, frames: int = 50) -> Utterance:
    return Utterance(text, tuple(text.split()), bytes(FRAME_BYTES * frames), {5: (True,), 20: (False,), 22: (True,)})


def test_each_utterance_is_a_turn_and_every_flush_is_answered() -> None:
    utterances = [said("one two"), said("three")]
    engine = FakeRecogniserEngine(["practice", "practice", "one", "two", "three", ""])
    heard = listen(engine, utterances, flushing=True, speed=1_000.0)
    assert heard.flushes == len(heard.answered_ms) == 2
    assert heard.texts == ["one", "two"]
    assert heard.seconds == 2 * 50 * 320 / SAMPLE_RATE


def test_the_table_counts_what_flushing_changed() -> None:
    utterances = [said("call me back"), said("no no wait")]
    plain = Heard(["call me back", "no no wait"], 2, [20.0, 20.0], 0.2, 2.0)
    flushed = Heard(["call me me back", "no wait"], 6, [10.0, 20.0, 30.0], 0.4, 2.0)
    figures = {figure.name: figure for figure in compare(utterances, plain, flushed)}
    assert figures["word errors, unflushed"].value == 0
    assert figures["word errors, flushed in every dip"].value == pytest.approx(33.33)
    assert figures["more by flushing"].ok is False
    assert [figures[f"words {what}"].value for what in ("lost", "added", "doubled")] == [1, 1, 1]
    assert figures["flushes"].value == 180
    assert figures["flush to words, p50"].value == 20
    assert figures["processor, flushed"].value == 0.2


@pytest.mark.parametrize(
    ("wanted", "heard", "errors"), [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a", "b a", 1), ("", "a b", 2)]
)
def test_word_errors(wanted: str, heard: str, errors: int) -> None:
    assert errors_in(wanted.split(), heard.split()) == errors


def test_a_prompt_comes_in_telephone_sound_with_the_places_of_its_voice() -> None:
    name, text, path = next(prompt for prompt in prompts() if prompt[0] == "agent-pass")
    spoken = utterance(name, text, path)
    assert spoken.words == ("please", "enter", "your", "password", "followed", "by", "the", "pound", "key")
    first, last = min(spoken.voice), max(spoken.voice)
    assert spoken.voice[first][0]
    assert not spoken.voice[last][-1]
    assert 10 < first < last < len(spoken.pcm) // FRAME_BYTES


def test_a_folder_of_recordings_has_its_transcripts_beside_it(tmp_path: Path) -> None:
    (tmp_path / "transcripts.jsonl").write_text('{"file": "a.flac", "speaker": "x", "text": "yes"}\n')
    assert list(recordings(tmp_path)) == [("a.flac", "yes", tmp_path / "a.flac")]
