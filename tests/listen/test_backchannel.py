"""What callers say over the bot that no phrase book has: by the shipped numbers on frozen lines, and by the rules."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from agent.engines.fakes import FakeEmbedder
from agent.engines.minilm import MiniLm
from agent.errors import EmbeddingError
from agent.listen.backchannel import Backchannels, shipped
from agent.listen.echo_text import fresh_words
from agent.listen.interjection import ENGLISH, Interjection, PhraseBook
from agent.models.store import ModelStore
from tests.listen.likeness import numbers

DATA = Path(__file__).parent / "data"
FITTED = Path(__file__).parents[2] / "scripts" / "interjections.txt"
MISHEARD = 0.02  # of the interruptions as heard: nothing in "yeah so this" tells that it was "yeah so the"
GOES_ON = (Interjection.NOTHING, Interjection.BACKCHANNEL)


def lines(path: Path, kind: str) -> list[str]:
    """The words of the lines that begin with `kind`."""
    rows = [row for row in path.read_text().splitlines() if row.startswith(f"{kind} ")]
    return [row[2:].split("\t")[0].strip() for row in rows]


def over(said: str, backchannels: Backchannels, book: PhraseBook = ENGLISH) -> Interjection:
    """What `said` means over the bot's words."""
    words = tuple(fresh_words(said, ""))
    judged = backchannels.judge(words) if words and book.leaves_open(words) else None
    return book.interjection(words, judged)


@pytest.fixture(scope="module")
def trained() -> Backchannels:
    return Backchannels(MiniLm.load(ModelStore().path("minilm-l6")))


def test_the_frozen_lines_are_as_they_were_frozen_and_none_of_them_was_fitted() -> None:
    for row in (DATA / "frozen.sha256").read_text().splitlines():
        wanted, name = row.split()
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == wanted
    for name in ("interjections_frozen", "interjections_fresh", "interjections_last"):
        frozen = DATA / f"{name}.txt"
        assert not {*lines(frozen, "+"), *lines(frozen, "-")} & {*lines(FITTED, "+"), *lines(FITTED, "-")}


def test_the_numbers_are_those_of_the_lines() -> None:
    assert shipped().origin["data_sha256"] == hashlib.sha256(FITTED.read_bytes()).hexdigest()
    assert len(shipped().layer) == 384
    assert np.isfinite(shipped().layer).all()


@pytest.mark.parametrize("name", ["interjections_frozen", "interjections_fresh", "interjections_last"])
def test_no_interruption_is_taken_for_a_listening_noise(trained: Backchannels, name: str) -> None:
    said = lines(DATA / f"{name}.txt", "-")
    assert len(said) >= 55
    assert [words for words in said if over(words, trained) in GOES_ON] == []


def test_of_misheard_interruptions_hardly_any_is_taken_for_a_listening_noise(trained: Backchannels) -> None:
    said = [words for words in lines(DATA / "interjections_frozen_heard.txt", "-") if fresh_words(words, "")]
    assert len(said) > 140
    assert len([words for words in said if over(words, trained) in GOES_ON]) <= MISHEARD * len(said)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("interjections_frozen", 0.6),
        ("interjections_fresh", 0.6),
        ("interjections_last", 0.6),
        ("interjections_frozen_heard", 0.4),
    ],
)
def test_most_listening_noises_are_known(trained: Backchannels, name: str, known: float) -> None:
    said = lines(DATA / f"{name}.txt", "+")
    assert len([words for words in said if over(words, trained) in GOES_ON]) >= known * len(said)
    assert len([words for words in said if ENGLISH.interjection(fresh_words(words, "")) in GOES_ON]) <= 0.5 * len(said)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("that makes sense", Interjection.BACKCHANNEL),
        ("oh that's great", Interjection.BACKCHANNEL),
        ("okay that sounds good", Interjection.BACKCHANNEL),
        ("good to know", Interjection.BACKCHANNEL),
        ("but what about sunday", Interjection.SPEECH),
        ("that's not what i asked", Interjection.SPEECH),
        ("how much is it", Interjection.SPEECH),
    ],
)
def test_a_listening_noise_is_told_from_an_interruption(trained: Backchannels, said: str, means: Interjection) -> None:
    assert over(said, trained) is means


def test_whoever_says_much_denies_or_breaks_off_does_not_only_listen() -> None:
    like = Backchannels(FakeEmbedder(), numbers("makes sense to me"))
    assert over("makes sense to me", like) is Interjection.BACKCHANNEL
    assert over("makes sense but to me", like) is Interjection.SPEECH
    assert over("makes sense if to me", like) is Interjection.SPEECH
    assert over("doesn't make sense to me", like) is Interjection.SPEECH
    assert over("makes sense to me makes sense to me", like) is Interjection.SPEECH
    assert over("me makes sense to", like) is Interjection.SPEECH


def test_few_words_that_may_be_the_begin_of_a_listening_noise_are_waited_for() -> None:
    like = Backchannels(FakeEmbedder(), numbers("that sounds wonderful", sure=4.5))
    assert over("that sounds", like) is Interjection.BEGUN
    assert over("that sounds wonderful", like) is Interjection.BACKCHANNEL
    assert over("that sounds like", like) is Interjection.BEGUN
    assert over("that sounds like monday", like) is Interjection.SPEECH
    assert over("next monday", like) is Interjection.SPEECH


def test_what_a_dialplan_lists_is_not_judged() -> None:
    like = Backchannels(FakeEmbedder(), numbers("makes sense"))
    assert over("makes sense", like) is Interjection.BACKCHANNEL
    for changed in ({"stop": ["makes"]}, {"neither": ["makes sense"]}, {"neither": ["sense"]}):
        book = ENGLISH.changed(**{"go_on": [], "stop": [], "neither": [], **changed})
        assert over("makes sense", like, book) in (Interjection.SPEECH, Interjection.STOP)
    assert over("makes sense wait", like) is Interjection.SPEECH


def test_words_are_embedded_once() -> None:
    embedder = FakeEmbedder()
    like = Backchannels(embedder, numbers("makes sense"))
    assert like.judge(("makes", "sense")) is Interjection.BACKCHANNEL
    embedder.fails = True
    assert like.judge(("makes", "sense")) is Interjection.BACKCHANNEL
    with pytest.raises(EmbeddingError):
        like.judge(("sense",))
