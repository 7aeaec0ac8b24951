"""Drafts: used when the words end up the same, or the reply; otherwise without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from agent.engines.contract import Priority, Urgency
from agent.errors import EmbeddingError
from agent.reply.conversation import Conversation
from agent.reply.draft import ALIVE, Drafts, History, Sound, content, key_of
from agent.reply.reply import ModelPart, Reply, Route, StockPart, TextPart


@dataclass
class Bench:
    """A responder of one line and a voice that says when it was begun and closed."""

    stock: bool = False
    fails: bool = False
    begun: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    urgencies: list[Urgency] = field(default_factory=list)

    def answer(self, said: str) -> tuple[Conversation, Reply]:
        if self.fails:
            raise EmbeddingError("scripted failure")
        text = "we open at nine" if "open" in said else f"you said {said}"
        conversation = Conversation.__new__(Conversation)
        conversation._talk = type("Talk", (), {"state": type("State", (), {"small_talk": ()})})  # type: ignore[assignment]
        return conversation, Reply(Route.FACT, (StockPart(text) if self.stock else TextPart(text),))

    async def speak(self, reply: Reply, history: History, urgency: Urgency) -> AsyncGenerator[str]:
        self.begun.append(reply.text)
        self.urgencies.append(urgency)
        try:
            for word in reply.text.split():
                yield word
        finally:
            self.closed.append(reply.text)

    def drafts(self) -> Drafts[str]:
        return Drafts(self.answer, self.speak, lambda: self)

    def made(self) -> None:
        self.events.append("made")

    def sounded(self) -> None:
        self.events.append("sounded")

    def dropped(self) -> None:
        self.events.append("dropped")


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("do you have the helmet", "do you have a helmet", True),
        ("um are you open", "are you open", True),
        ("are you open", "are you open today", False),
        ("yes", "no", False),
        ("the", "a", False),
    ],
)
def test_transcripts_that_differ_by_an_article_are_one(left: str, right: str, same: bool) -> None:
    assert (key_of(left) == key_of(right)) is same


async def test_a_draft_is_used_for_the_same_words_and_its_sound_is_promoted() -> None:
    bench = Bench()
    drafts = bench.drafts()
    drafts.begin("are you open", 1)
    await settled()
    draft = drafts.take("um are you open", 1)
    assert draft is not None
    _, reply = await draft.made
    sound = draft.sound()
    assert sound is not None
    assert [piece async for piece in sound] == ["we", "open", "at", "nine"]
    assert reply.text == "we open at nine"
    assert bench.urgencies[0].priority is Priority.COMMITTED
    assert (drafts.made, drafts.used) == (1, 1)


async def test_other_words_with_the_same_reply_use_its_sound() -> None:
    bench = Bench()
    drafts = bench.drafts()
    drafts.begin("are you open", 1)
    await settled()
    assert drafts.take("are you open today", 1) is None
    _, reply = bench.answer("are you open today")
    draft = drafts.saying(reply, ())
    assert draft is not None
    sound = draft.sound()
    assert sound is not None
    assert bench.events == ["made", "sounded"]
    assert [piece async for piece in sound] == ["we", "open", "at", "nine"]
    assert len(bench.begun) == 1


async def test_a_draft_of_an_earlier_state_of_the_talk_is_not_used() -> None:
    drafts = Bench().drafts()
    drafts.begin("are you open", 1)
    await settled()
    assert drafts.take("are you open", 2) is None


async def test_at_most_two_are_alive_and_what_is_dropped_is_closed() -> None:
    bench = Bench()
    drafts = bench.drafts()
    for said in ("one", "two", "three", "four"):
        drafts.begin(said, 1)
        await settled()
    assert len(bench.begun) - len(bench.closed) == ALIVE
    drafts.drop()
    await settled()
    assert sorted(bench.begun) == sorted(bench.closed)
    assert bench.events.count("dropped") == 4
    assert drafts.take("four", 1) is None


async def test_stock_answers_need_no_sound_ahead() -> None:
    bench = Bench(stock=True)
    drafts = bench.drafts()
    drafts.begin("are you open", 1)
    await settled()
    draft = drafts.take("are you open", 1)
    assert draft is not None
    assert draft.sound() is None
    assert bench.begun == []


async def test_a_draft_that_fails_fails_only_where_it_is_taken() -> None:
    bench = Bench(fails=True)
    drafts = bench.drafts()
    drafts.begin("are you open", 1)
    await settled()
    draft = drafts.take("are you open", 1)
    assert draft is not None
    with pytest.raises(EmbeddingError):
        await draft.made


async def test_a_reply_of_nothing_is_a_sound_without_pieces() -> None:
    async def nothing() -> AsyncGenerator[str]:
        for piece in ():
            yield piece

    sound = Sound(nothing(), Urgency(Priority.DRAFT))
    assert [piece async for piece in sound] == []
    await sound.close()


async def two_that_say_the_same(bench: Bench) -> Drafts[str]:
    drafts = bench.drafts()
    for said in ("when are you open", "when are you open today"):
        drafts.begin(said, 1)
        await settled()
    return drafts


async def test_a_draft_whose_reply_says_the_same_goes_on_with_the_sound_that_is_there() -> None:
    bench = Bench()
    drafts = await two_that_say_the_same(bench)
    assert bench.begun == ["we open at nine"]
    taken = drafts.take("when are you open today", 1)
    assert taken is not None
    sound = taken.sound()
    assert sound is not None
    assert [word async for word in sound] == ["we", "open", "at", "nine"]
    drafts.drop()


async def test_the_draft_that_lent_its_sound_finds_it_where_it_is() -> None:
    bench = Bench()
    drafts = await two_that_say_the_same(bench)
    taken = drafts.take("when are you open", 1)
    assert taken is not None
    assert taken.sound() is None
    _, reply = await taken.made
    other = drafts.saying(reply, ())
    assert other is not None
    assert other.sound() is not None
    drafts.drop()


def test_a_fact_that_the_model_words_is_the_same_however_it_was_asked_for() -> None:
    def worded(said: str, fact: str) -> Reply:
        return Reply(Route.FACT, (ModelPart("Repeat it.", said, fact, 40, fact),))

    assert content(worded("where is my pin", "On page one.")) == content(worded("my pin", "On page one."))
    assert content(worded("my pin", "On page one.")) != content(worded("my pin", "On page two."))
    talk = [Reply(Route.SMALL_TALK, (ModelPart("Be kind.", said, "Fine."),)) for said in ("hi", "how are you")]
    assert content(talk[0]) != content(talk[1])
