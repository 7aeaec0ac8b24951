"""Frozen phrases that are spoken and heard: who says what, what is around, and what becomes of the words."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import numpy as np
import pytest

from agent.bench.backdrop import BEFORE, Backdrop, busy
from agent.bench.cast import VOICES
from agent.bench.figures import Figure
from agent.bench.listener import Listener
from agent.bench.phrases import Meant, Phrases, Strange, spread
from agent.bench.spoken import Studio, Wanted, script_of
from agent.bench.spoken_figures import Heard, figures_of
from agent.bench.understanding import Taken, intents_of, router_of
from agent.engines.fakes import FakeEmbedder, FakeRecogniserEngine, FakeVoice
from agent.errors import RecogniserError, VoiceError
from agent.reply.router import Decision, Kind
from telephony.audio import dbfs, to_pcm
from telephony.testing.echo_peer import tone

FROZEN = Phrases(
    training=(Meant("hours", "when are you open"), Meant("parking", "where can i park")),
    intents=tuple(Meant(("hours", "parking")[number % 2], f"phrase {number}") for number in range(8)),
    out_of_scope=tuple(Strange(f"talk {number}", "chat") for number in range(4)),
    facts=(),
    answerable=(),
    unanswerable=(),
)
SILENT = Backdrop((np.zeros(16_000, np.int16),), 90.0)


def taken(text: str, acted_on: str, *ranked: str) -> Taken:
    decision = Decision(Kind.TOPIC, acted_on) if acted_on else Decision(Kind.UNKNOWN)
    return Taken(text, decision, ranked, ranked, 1.0)


def details(figures: tuple[Figure, ...]) -> dict[str, str]:
    return {figure.name: figure.detail for figure in figures}


def test_any_beginning_of_a_spread_holds_every_stratum() -> None:
    ones = [(name, number) for name in "abc" for number in range(10)]
    found = spread(ones, lambda one: one[0], seed=1)
    assert sorted(found) == sorted(ones)
    assert Counter(name for name, _ in found[:9]) == Counter("abc" * 3)
    assert spread(ones, lambda one: one[0], seed=1, most=9) == found[:9]
    assert spread(ones, lambda one: one[0], seed=2) != found


def test_each_phrase_is_said_by_as_many_voices_as_are_wanted_in_turn() -> None:
    script = script_of(FROZEN, Wanted(sample=5, each=2, snr_db=15.0, seed=1))
    said = Counter(phrase.text for phrases in script.values() for phrase in phrases)
    assert set(said.values()) == {2}
    assert Counter(text.split()[0] for text in said) == {"phrase": 5, "talk": 4}
    assert max(map(len, script.values())) - min(map(len, script.values())) <= 1


def test_what_is_around_a_caller_is_fainter_than_the_voice_by_what_was_asked_for() -> None:
    voice, place = tone(440, 1_000), busy((), 15.0, seed=1)
    heard = place.call(voice, random.Random(1))
    around, there = dbfs(to_pcm(heard[: BEFORE - 800])), dbfs(to_pcm(heard[BEFORE : BEFORE + len(voice)]))
    assert 15 - 7 < there - around < 15 + 7  # cars pass in a street
    assert (place.call(voice, random.Random(1)) == heard).all()
    assert len(place.call(voice, random.Random(2))) == len(heard)


def test_a_phrase_is_what_is_heard_behind_it() -> None:
    engine = FakeRecogniserEngine(["where can i park", "huh"])
    listener = Listener(engine)
    assert listener.hear(np.zeros(16_000, np.int16)) == "where can i park"
    assert listener.hear(np.zeros(16_000, np.int16)) == ""
    engine.opened[0].mute = True
    with pytest.raises(RecogniserError, match="did not hear"):
        listener.hear(np.zeros(16_000, np.int16))


def studio(words: list[str], voice: FakeVoice) -> Studio:
    router = router_of(intents_of(FROZEN), FakeEmbedder())
    return Studio({VOICES[0]: voice}, FakeRecogniserEngine(words), router, SILENT, 1, lambda text: None)


async def test_phrases_are_spoken_heard_and_routed() -> None:
    place = studio(["where can i", "so it goes"], FakeVoice())
    await place.all({VOICES[0]: [Meant("parking", "where can i park"), Strange("so it goes", "chat")]})
    parked, talked = place.heard
    assert (parked.voice, parked.taken.text, parked.errors) == ("high", "where can i", 1)
    assert parked.as_text.acted_on == "parking"
    assert parked.taken.ranked[0] == "parking"
    assert (talked.intent, talked.errors, talked.taken.acted_on) == ("", 0, "")


async def test_a_run_that_is_stopped_keeps_what_it_has() -> None:
    voice, told = FakeVoice(), asyncio.Event()
    place = studio(["where can i park"], voice)

    def progress(text: str) -> None:
        voice.hangs = True
        told.set()

    place.progress = progress
    running = asyncio.create_task(place.all({VOICES[0]: [Meant("parking", "where can i park")] * 2}))
    await told.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [one.taken.text for one in place.heard] == ["where can i park"]


async def test_a_voice_that_fails_is_told_as_itself() -> None:
    voice = FakeVoice()
    voice.fails = True
    with pytest.raises(VoiceError, match="scripted"):
        await studio([], voice).all({VOICES[0]: [Meant("parking", "where can i park")]})


def test_mistakes_are_the_recognisers_or_the_routers() -> None:
    right = taken("when are you open", "hours", "hours", "parking")
    misheard = taken("when are you over", "", "parking", "hours")
    wrong = taken("when are you over", "parking", "parking", "hours")
    meant = Meant("hours", "when are you open", "plain")
    found = details(
        figures_of(
            [
                Heard(meant, "high", right, right),
                Heard(meant, "high", misheard, right),
                Heard(meant, "low", wrong, wrong),
                Heard(Strange("so it goes", "chat"), "low", wrong, right),
            ]
        )
    )
    assert found["word errors"] == "6 of 15 words"
    assert found["intents, another is first as ranked"] == "2 of 3"
    assert found["intents, not among the first two as ranked"] == "0 of 3"
    assert found["another is first as ranked: of these, not as text"] == "1 of 2"
    assert found["another is first as ranked: of those heard word for word"] == "0 of 1"
    assert found["another acted on: of these, as text as well"] == "1 of 1"
    assert found["out of scope, acted on"] == "1 of 1; chat 1"
    assert found["best two voices: another is first as ranked"] == "2 of 3; high and low"
    assert found["high: another is first as ranked"] == "1 of 2"
    assert found["low: out of scope, acted on"] == "1 of 1"


def test_nothing_heard_is_nothing_measured() -> None:
    assert {figure.samples for figure in figures_of([])} == {0}
