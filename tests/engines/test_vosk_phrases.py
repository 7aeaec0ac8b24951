"""Vosk with a graph of a few phrases, on recorded prompts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.contract import UNKNOWN
from agent.engines.vosk import VoskEngine
from agent.engines.vosk_phrases import VoskPhrases
from agent.models.store import ModelStore
from telephony.audio import to_pcm
from telephony.testing.sound_file import load

PROMPTS = Path("/usr/share/asterisk/sounds/en")
PHRASES = ("goodbye", "hello", "seven", "please try again", "qwxz")  # the last one is no word of the model


@pytest.fixture(scope="module")
def phrases(models: ModelStore) -> VoskPhrases:
    return VoskEngine.load(models.path("vosk-small-en-us")).phrases(PHRASES)


@pytest.mark.parametrize(
    ("prompt", "said"), [("vm-goodbye", "goodbye"), ("digits/7", "seven"), ("please-try-again", "please try again")]
)
def test_a_phrase_is_heard_where_it_lies(phrases: VoskPhrases, prompt: str, said: str) -> None:
    wave = load(PROMPTS / f"{prompt}.wav")
    for _ in range(2):  # and once more
        words = phrases.hear(to_pcm(wave))
        assert " ".join(word.text for word in words) == said
        assert min(word.confidence for word in words) > 0.5
        assert all(0 <= word.start <= word.end <= len(wave) + 3_200 for word in words)


def test_what_is_none_of_the_phrases_is_unknown(phrases: VoskPhrases) -> None:
    words = phrases.hear(to_pcm(load(PROMPTS / "vm-password.wav")))
    assert {word.text for word in words if word.confidence > 0.5} <= {UNKNOWN}


def test_silence_is_nothing(phrases: VoskPhrases) -> None:
    assert phrases.hear(bytes(16_000)) == ()
