"""Vosk with a graph of a few phrases, on recorded prompts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.engines.contract import UNKNOWN
from agent.engines.piper import PiperEngine
from agent.engines.vosk import VoskEngine
from agent.engines.vosk_phrases import VoskPhrases
from agent.listen.interjection import ENGLISH, Interjection
from agent.listen.spotted import Spotted, Spotter
from telephony.audio import to_pcm
from telephony.testing.sound_file import load

PROMPTS = Path("/usr/share/asterisk/sounds/en")
PHRASES = ("goodbye", "hello", "seven", "please try again", "qwxz")  # the last one is no word of the model


@pytest.fixture(scope="module")
def phrases(recognisers: VoskEngine) -> VoskPhrases:
    return recognisers.phrases(PHRASES)


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


async def test_a_please_is_not_taken_for_a_stop(recognisers: VoskEngine, voice: PiperEngine) -> None:
    spot = Spotter(recognisers.phrases, ENGLISH)
    for _ in range(4):  # no two renderings are alike
        found = spot((await voice.render("please")).pcm)
        assert found == Spotted(Interjection.COURTESY, "please")


def test_silence_is_nothing(phrases: VoskPhrases) -> None:
    assert phrases.hear(bytes(16_000)) == ()
