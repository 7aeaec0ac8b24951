"""Answers that the strong model words, and that nobody hears when it does not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from agent.dialplan.models import Strong
from agent.engines.chat_endpoint import ChatEndpoint
from agent.engines.chat_fake import FakeChat
from agent.engines.contract import Priority, Urgency
from agent.engines.fakes import FakeModel, FakeVoice
from agent.reply.allowance import Allowance
from agent.reply.refusals import REFUSALS, Refusals
from agent.reply.refusals import REST_S as REFUSED_REST_S
from agent.reply.reply import ModelPart, Reply, Route
from agent.reply.tier import Tier
from agent.speak.library import PromptLibrary
from agent.speak.speaker import Speaker
from agent.speak.strong import StrongModel
from agent.tools.breaker import FAILURES, REST_S, Breaker

FACT = "Dogs are welcome on a leash. Cats stay outside."
ASKED = "can i bring my dog"
SAID = "Your dog is welcome on a leash."
URL = "https://models.example.com/v1"


@dataclass
class Asking:
    """What a test holds in its hands."""

    folder: Path
    settings: Strong = field(default_factory=lambda: Strong(url=URL, name="large", budget_ms=3_000))
    chat: FakeChat = field(default_factory=lambda: FakeChat(SAID))
    breaker: Breaker = field(default_factory=Breaker)
    allowance: Allowance = field(default_factory=Allowance)
    refusals: Refusals = field(default_factory=Refusals)
    now: float = 0.0

    def model(self) -> StrongModel:
        writer = ChatEndpoint(URL, "large", None, self.chat)
        return StrongModel(self.settings, writer, self.breaker, self.allowance, self.refusals, now=lambda: self.now)

    async def speaker(self, small: FakeModel | None = None) -> Speaker:
        voice = FakeVoice()
        library = PromptLibrary(self.folder, voice)
        await library.render([FACT])
        return Speaker(library, voice, small, strong=self.model())

    async def hears(self, call: str = "call-1", said: str = ASKED) -> str:
        """What the caller hears."""
        speaker = await self.speaker()
        pieces = speaker.pieces(reply(said), call)
        return " ".join([piece.text async for piece in pieces if piece.text])


PART = ModelPart("Answer.", ASKED, FACT, 80, FACT, Tier.STRONG)


def reply(said: str = ASKED) -> Reply:
    return Reply(Route.FACT, (msgspec.structs.replace(PART, said=said),))


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


async def test_its_words_are_said_where_they_are_the_facts(asking: Asking) -> None:
    assert await asking.hears() == SAID
    assert asking.chat.asked[0]["messages"][1]["content"] == f"Caller: {ASKED}\nNote: {FACT}"


async def test_sentences_are_said_one_after_the_other(asking: Asking) -> None:
    asking.chat.reply = f"{SAID} Cats stay outside."
    assert await asking.hears() == f"{SAID} Cats stay outside."


@pytest.mark.parametrize(
    "unsupported",
    [
        "You can bring your dog for free.",
        "Yes, bring your dog on a leash.",
        "You can bring your dog on a leash.",
        "Dogs are not welcome.",
        "Up to 2 dogs are welcome.",
        "Dogs are welcome, and I have booked you a table.",
        "**Dogs** are welcome.",
        "",
        "🐕",
    ],
)
async def test_what_the_fact_does_not_say_is_not_said(asking: Asking, unsupported: str) -> None:
    asking.chat.reply = unsupported
    assert await asking.hears() == FACT


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("dead", True),
        ("status", 500),
        ("garbage", True),
        ("cut_after", 0),
        ("cut_after", 5),
        ("ended", "length"),
    ],
)
async def test_what_fails_is_not_heard(asking: Asking, setting: str, value: object) -> None:
    setattr(asking.chat, setting, value)
    assert await asking.hears() == FACT


@pytest.mark.parametrize("words", [0, 4])
async def test_what_is_too_slow_is_not_waited_for(asking: Asking, words: int) -> None:
    asking.settings = Strong(url=URL, name="large", budget_ms=100)
    asking.chat.hangs_after = words
    async with asyncio.timeout(30):
        assert await asking.hears() == FACT
    assert asking.chat.streaming == 0


@pytest.mark.parametrize(
    ("rest", "cut_after"), [(" Cats stay outside.", 10), (" Cats are free.", None), (" Cats are not", None)]
)
async def test_the_note_is_told_to_its_end_where_the_model_stops_in_the_middle(
    asking: Asking, rest: str, cut_after: int | None
) -> None:
    asking.chat.reply, asking.chat.cut_after = "Your dog is welcome on a leash." + rest, cut_after
    heard = await asking.hears()
    assert heard.startswith("Your dog is welcome on a leash. ")
    assert heard.endswith("Cats stay outside.")


async def test_a_call_asks_as_often_as_it_may(asking: Asking) -> None:
    asking.settings = Strong(url=URL, name="large", a_call=2)
    assert [await asking.hears() for _ in range(3)] == [SAID, SAID, FACT]
    assert await asking.hears("call-2") == SAID
    assert len(asking.chat.asked) == 3


async def test_all_calls_ask_as_often_as_they_may_in_an_hour(asking: Asking) -> None:
    asking.settings = Strong(url=URL, name="large", an_hour=2)
    assert [await asking.hears(f"call-{number}") for number in range(3)] == [SAID, SAID, FACT]
    asking.now = 3_600.0
    assert await asking.hears("call-3") == SAID


async def test_one_that_fails_in_a_row_is_left_alone_then_tried_once(asking: Asking) -> None:
    asking.chat.status = 500
    for number in range(FAILURES):
        await asking.hears(f"call-{number}")
    assert await asking.hears() == FACT
    assert len(asking.chat.asked) == FAILURES
    assert asking.model().standing().rests
    asking.chat.status, asking.now = 200, REST_S
    assert not asking.model().standing().rests
    assert await asking.hears() == SAID
    assert await asking.hears() == SAID


async def test_one_that_the_fence_refuses_is_left_alone_with_that_answer_and_asked_for_others(asking: Asking) -> None:
    asking.chat.reply = "Everything is free."
    for number in range(REFUSALS + 2):
        assert await asking.hears(f"call-{number}") == FACT
    assert len(asking.chat.asked) == REFUSALS
    assert not asking.model().standing().rests
    part = msgspec.structs.replace(PART, fact="We sell leashes.", instead="We sell leashes.")
    asking.chat.reply = "We sell leashes."
    assert [said async for said in asking.model().sentences(part, "call-1")] == ["We sell leashes."]
    asking.chat.reply, asking.now = SAID, REFUSED_REST_S
    assert await asking.hears("call-1") == SAID


async def test_what_the_fence_refuses_is_no_failure(asking: Asking) -> None:
    for number in range(FAILURES):
        asking.chat.status, asking.chat.reply = 200 if number == 1 else 500, "Everything is free."
        await asking.hears(f"call-{number}")
    assert not asking.model().standing().rests


async def test_how_it_stands_is_told(asking: Asking) -> None:
    await asking.hears()
    standing = asking.model().standing()
    assert (standing.model, standing.rests, standing.asked, standing.an_hour) == ("large", False, 1, 200)


async def test_it_is_not_asked_for_a_draft(asking: Asking) -> None:
    urgency = Urgency(Priority.DRAFT)
    pieces = (await asking.speaker()).pieces(reply(), "call-1", (), urgency)
    first = asyncio.create_task(anext(pieces))
    for _ in range(50):
        await asyncio.sleep(0)
    assert asking.chat.asked == []
    urgency.priority = Priority.COMMITTED
    assert (await asyncio.wait_for(first, 30)).text == SAID
    await pieces.aclose()


async def test_who_interrupts_closes_the_request(asking: Asking) -> None:
    asking.chat.hangs_after = 3
    pieces = (await asking.speaker()).pieces(reply(), "call-1")
    first = asyncio.create_task(anext(pieces))
    await asking.chat.begun.wait()
    first.cancel()
    await asyncio.wait([first])
    await pieces.aclose()
    assert asking.chat.streaming == 0


async def interrupted(asking: Asking, after: int) -> None:
    """Somebody who hears `after` sentences and no more."""
    sentences = asking.model().sentences(PART, f"call-{len(asking.chat.asked)}")
    for _ in range(after):
        await anext(sentences)
    if not after:
        asking.chat.begun.clear()
        first = asyncio.create_task(anext(sentences))
        await asking.chat.begun.wait()
        first.cancel()
        await asyncio.wait([first])
    await sentences.aclose()


async def test_an_answer_that_is_interrupted_was_one(asking: Asking) -> None:
    for _ in range(2):
        asking.chat.status = 500
        for number in range(FAILURES - 1):
            await asking.hears(f"call-{number}")
        asking.chat.status, asking.allowance = 200, Allowance()
        await interrupted(asking, 1)
    assert not asking.model().standing().rests


@pytest.mark.parametrize("heard", [0, 1])
async def test_who_interrupts_the_trial_does_not_make_it_rest_again(asking: Asking, heard: int) -> None:
    asking.chat.status = 500
    for number in range(FAILURES):
        await asking.hears(f"call-{number}")
    asking.chat.status, asking.now = 200, REST_S
    asking.chat.hangs_after = None if heard else 1
    await interrupted(asking, heard)
    assert not asking.model().standing().rests


async def test_who_the_caller_is_stays_here(asking: Asking) -> None:
    await asking.hears(said="my name is jo can i bring my dog")
    assert asking.chat.asked[0]["messages"][1]["content"].startswith("Caller: can i bring my dog\n")


async def test_without_a_strong_model_the_answer_is_as_written_and_the_small_one_is_not_asked(tmp_path: Path) -> None:
    voice, small = FakeVoice(), FakeModel(default=SAID)
    library = PromptLibrary(tmp_path, voice)
    await library.render([FACT])
    pieces = [piece async for piece in Speaker(library, voice, small).pieces(reply(), "call-1")]
    assert [piece.stock for piece in pieces] == [library.id_of(FACT)]
    assert small.asked == []
