"""A reply as pieces of sound: order, earliness, and what is said when something fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
import structlog

from agent.engines.contract import LanguageModel, Priority, Spoken, Urgency
from agent.engines.fakes import WORD_SAMPLES, FakeModel, FakeVoice
from agent.errors import ContextFull, LanguageModelError, VoiceError
from agent.reply.reply import ModelPart, Part, Reply, Route, StockPart, TextPart
from agent.speak import model_clauses
from agent.speak.chunker import LIMIT
from agent.speak.library import PromptLibrary
from agent.speak.model_clauses import Allows
from agent.speak.pace import Pace
from agent.speak.speaker import AFTER_SENTENCE, SLOWER, Speaker, SpeechPiece
from telephony.audio import SAMPLE_RATE

STOCK = "Thanks for calling."
INSTEAD = "Let me take a message."
SMALL_TALK = ModelPart(system="Be kind.", said="how are you", instead=INSTEAD)


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
async def library(tmp_path: Path, voice: FakeVoice) -> PromptLibrary:
    library = PromptLibrary(tmp_path, voice)
    await library.render([STOCK, INSTEAD])
    voice.rendered.clear()
    return library


def reply(*parts: Part) -> Reply:
    return Reply(Route.SMALL_TALK, parts)


async def said(
    library: PromptLibrary,
    voice: FakeVoice,
    part: Part,
    model: LanguageModel | None = None,
    allows: Allows = lambda clause, said: True,
) -> list[SpeechPiece]:
    speaker = Speaker(library, voice, model, allows)
    async with asyncio.timeout(30):
        return [piece async for piece in speaker.pieces(reply(part), "call")]


async def test_stock_is_its_id_and_nothing_is_rendered(library: PromptLibrary, voice: FakeVoice) -> None:
    (piece,) = await said(library, voice, StockPart(STOCK))
    assert (piece.stock, piece.text) == (library.id_of(STOCK), STOCK)
    assert piece.pcm == library.pcm(piece.stock)
    assert [word.text for word in piece.words] == STOCK.split()
    assert voice.rendered == []


async def test_a_stock_text_that_is_not_there_is_rendered(library: PromptLibrary, voice: FakeVoice) -> None:
    (piece,) = await said(library, voice, StockPart("Never rendered."))
    assert (piece.stock, piece.text) == ("", "Never rendered.")


async def test_a_text_is_spoken_clause_by_clause_as_words(library: PromptLibrary, voice: FakeVoice) -> None:
    pieces = await said(library, voice, TextPart("We are open until 6 p.m. today, except on Sundays. See you 😀"))
    assert [text for text, _ in voice.rendered] == [
        "We are open until six p m today,",
        "except on Sundays.",
        "See you",
    ]
    assert [piece.text for piece in pieces] == ["We are open until 6 p.m. today,", "except on Sundays.", "See you 😀"]
    assert len(pieces[-1].pcm) == 2 * 2 * WORD_SAMPLES  # no pause where nothing follows
    assert all(len(piece.pcm) > 2 * piece.words[-1].end for piece in pieces[:-1])


async def test_a_pause_lies_between_parts(library: PromptLibrary, voice: FakeVoice) -> None:
    speaker = Speaker(library, voice)
    pieces = [piece async for piece in speaker.pieces(reply(StockPart(STOCK), TextPart("Bye.")), "call")]
    assert [piece.text for piece in pieces] == [STOCK, "", "Bye."]
    assert 0.1 < len(pieces[1].pcm) / 32_000 < 0.4
    assert not any(pieces[1].pcm)


async def test_the_model_is_heard_before_it_has_finished(library: PromptLibrary, voice: FakeVoice) -> None:
    model = FakeModel({"how are you": "I am doing very well, thank you. And you?"})
    model.hangs_after = 8
    speaker = Speaker(library, voice, model)
    history = [("assistant", "Hello."), ("user", "hi"), ("assistant", "How can I help?")]
    pieces = speaker.pieces(reply(SMALL_TALK), "call", history)
    async with asyncio.timeout(30):
        first = await anext(pieces)
        assert first.text == "I am doing very well,"
        model.release.set()
        rest = [piece.text async for piece in pieces]
    assert rest == ["thank you.", "And you?"]
    assert model.asked == [("call", (*history, ("user", "how are you")))]


async def settled() -> None:
    """Everything that can happen without anybody doing anything has happened."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_some_seconds_are_ready_ahead_and_no_more(library: PromptLibrary, voice: FakeVoice) -> None:
    pieces = Speaker(library, voice).pieces(reply(TextPart("One two three. " * 30)), "call")
    assert (await anext(pieces)).text == "One two three."
    await settled()
    piece = 3 * WORD_SAMPLES / SAMPLE_RATE + AFTER_SENTENCE
    assert (len(voice.rendered) - 1) * piece >= Pace().ahead() > (len(voice.rendered) - 2) * piece
    await pieces.aclose()


async def test_a_draft_makes_only_what_is_asked_for_until_it_is_promoted(
    library: PromptLibrary, voice: FakeVoice
) -> None:
    urgency = Urgency(Priority.DRAFT)
    pieces = Speaker(library, voice).pieces(reply(TextPart("One two three. " * 30)), "call", (), urgency)
    await anext(pieces)
    await settled()
    assert voice.rendered == [("One two three.", Priority.DRAFT)]
    urgency.priority = Priority.COMMITTED
    await settled()
    assert len(voice.rendered) > 2
    assert {priority for _, priority in voice.rendered[1:]} <= {Priority.COMMITTED, Priority.AHEAD}
    await pieces.aclose()


async def test_what_follows_can_wait_as_long_as_there_is_sound_to_play(
    library: PromptLibrary, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    urgencies: list[Urgency] = []
    render = voice.render

    async def noted(text: str, urgency: Urgency) -> Spoken:
        urgencies.append(urgency)
        if len(urgencies) == 3:
            await asyncio.sleep(60)
        return await render(text, urgency)

    monkeypatch.setattr(voice, "render", noted)
    pieces = Speaker(library, voice).pieces(reply(TextPart("One two. " * 30)), "call")
    async with asyncio.timeout(30):
        await anext(pieces)
        await anext(pieces)
        await settled()
        assert [urgency.priority for urgency in urgencies[1:]] == [Priority.AHEAD, Priority.AHEAD]
        due = asyncio.Event()
        urgencies[2].watch(due.set)
        await due.wait()  # what was ready is nearly played
    assert urgencies[2].priority == Priority.COMMITTED
    await pieces.aclose()


async def test_a_draft_of_the_model_takes_its_time_and_a_reply_does_not(
    library: PromptLibrary, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_clauses, "FIRST_CLAUSE_BUDGET", 0.02)
    model, urgency = FakeModel(), Urgency(Priority.DRAFT)
    model.hangs_after = 0
    pieces = Speaker(library, voice, model).pieces(reply(SMALL_TALK), "call", (), urgency)
    first = asyncio.create_task(anext(pieces))
    done, _ = await asyncio.wait({first}, timeout=0.1)
    assert not done
    urgency.priority = Priority.COMMITTED
    assert (await asyncio.wait_for(first, 30)).stock == library.id_of(INSTEAD)
    await pieces.aclose()


async def test_a_draft_may_be_promoted_from_any_thread(library: PromptLibrary, voice: FakeVoice) -> None:
    urgency = Urgency(Priority.DRAFT)
    pieces = Speaker(library, voice).pieces(reply(TextPart("One two three. " * 30)), "call", (), urgency)
    await anext(pieces)
    await asyncio.to_thread(setattr, urgency, "priority", Priority.COMMITTED)
    for _ in range(3_000):
        if len(voice.rendered) >= 3:
            break
        await asyncio.sleep(0.01)
    assert len(voice.rendered) >= 3
    await pieces.aclose()


async def test_without_a_model_something_else_is_said(library: PromptLibrary, voice: FakeVoice) -> None:
    (piece,) = await said(library, voice, SMALL_TALK)
    assert piece.stock == library.id_of(INSTEAD)


@pytest.mark.parametrize("failure", ["fails", "hangs", "empty", "unspeakable", "fenced"])
async def test_whatever_fails_before_the_first_clause_something_else_is_said(
    failure: str, library: PromptLibrary, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_clauses, "FIRST_CLAUSE_BUDGET", 0.05)
    model = FakeModel(default={"empty": "", "unspeakable": "*** 😀 ..."}.get(failure, "We sell gold. Cheap."))
    model.fails_after = 1 if failure == "fails" else None
    model.hangs_after = 1 if failure == "hangs" else None
    asked: list[tuple[str, str]] = []

    def allows(clause: str, said: str) -> bool:
        asked.append((clause, said))
        return failure != "fenced"

    (piece,) = await said(library, voice, SMALL_TALK, model, allows)
    assert piece.stock == library.id_of(INSTEAD)
    assert asked == ([("We sell gold.", "how are you")] if failure == "fenced" else [])
    assert voice.rendered == []


@pytest.mark.parametrize("failure", ["fails", "hangs", "repeats", "fenced"])
async def test_what_fails_later_ends_there(
    failure: str, library: PromptLibrary, voice: FakeVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_clauses, "CLAUSE_BUDGET", 0.05)
    model = FakeModel(
        default="I am well. I am well. More." if failure == "repeats" else "I am well. Gold is cheap. More."
    )
    model.fails_after = 5 if failure == "fails" else None
    model.hangs_after = 5 if failure == "hangs" else None
    pieces = await said(
        library, voice, SMALL_TALK, model, lambda clause, said: failure != "fenced" or "Gold" not in clause
    )
    assert [piece.text for piece in pieces] == ["I am well."]


SENTENCE = "The weather here is lovely again today number {}. "


async def test_a_model_that_does_not_stop_is_cut_behind_a_sentence(library: PromptLibrary, voice: FakeVoice) -> None:
    model = FakeModel(default="".join(SENTENCE.format(n) for n in range(300)))
    talk = msgspec.structs.replace(SMALL_TALK, max_tokens=2_000)
    pieces = await said(library, voice, talk, model)
    words = " ".join(piece.text for piece in pieces).split()
    assert words[-1][-1] == "."
    assert model_clauses.ENOUGH <= len(words) < model_clauses.ENOUGH + 12
    assert model.closed_early == 1


async def test_words_without_end_are_cut_somewhere(library: PromptLibrary, voice: FakeVoice) -> None:
    model = FakeModel(default=" ".join(f"word{n}" for n in range(2_000)))
    pieces = await said(library, voice, msgspec.structs.replace(SMALL_TALK, max_tokens=2_000), model)
    count = len(" ".join(piece.text for piece in pieces).split())
    assert model_clauses.TOO_MANY <= count <= model_clauses.TOO_MANY + LIMIT


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("It is lovely here today. And I would", ["It is lovely here today."]),  # ran into max_tokens
        ("And I would rather have it that", ["And I would rather have it that"]),  # the same, but there is nothing else
        ("It is lovely here. Isn't it", ["It is lovely here.", "Isn't it"]),  # ended by itself
        ("sure thing", ["sure thing"]),
    ],
)
async def test_what_ran_out_of_tokens_ends_on_a_sentence(
    text: str, heard: list[str], library: PromptLibrary, voice: FakeVoice
) -> None:
    talk = msgspec.structs.replace(SMALL_TALK, max_tokens=len(text.split()) + (heard[-1] in text[-10:]))
    pieces = await said(library, voice, talk, FakeModel(default=text))
    assert [piece.text for piece in pieces] == heard


async def test_a_full_context_is_a_failed_model_told_once(library: PromptLibrary, voice: FakeVoice) -> None:
    class Full(FakeModel):
        async def generate(self, *_: object, **__: object):  # type: ignore[no-untyped-def, override]
            raise ContextFull("no room")
            yield ""

    with structlog.testing.capture_logs() as logs:
        (piece,) = await said(library, voice, SMALL_TALK, Full())
    assert piece.stock == library.id_of(INSTEAD)
    assert [(entry["log_level"], entry["reason"]) for entry in logs] == [("warning", "no room")]


@pytest.mark.parametrize("text", ["", "   ", "...", "😀 👍🏽", "***", "—"])
async def test_a_text_without_words_is_no_sound(text: str, library: PromptLibrary, voice: FakeVoice) -> None:
    pieces = await said(library, voice, TextPart(text))
    assert [piece for piece in pieces if piece.pcm] == []


async def test_a_text_without_marks_is_said_whole_in_pieces(library: PromptLibrary, voice: FakeVoice) -> None:
    text = " ".join(f"word{n}" for n in range(100))
    pieces = await said(library, voice, TextPart(text))
    assert " ".join(piece.text for piece in pieces) == text
    assert all(len(piece.text.split()) <= LIMIT for piece in pieces)


async def test_a_slow_voice_collects_before_it_begins(library: PromptLibrary, voice: FakeVoice) -> None:
    pace = Pace()
    for _ in range(20):
        pace.took(2.0, 1.0)
    pieces = Speaker(library, voice, pace=pace).pieces(reply(TextPart("One two three. " * 12)), "call")
    await anext(pieces)
    assert len(voice.rendered) >= 2
    assert len([piece async for piece in pieces]) > 0


async def test_the_pace_is_learnt_from_what_is_rendered(library: PromptLibrary, voice: FakeVoice) -> None:
    pace, before = Pace(), Pace().ratio
    speaker = Speaker(library, voice, pace=pace)
    _ = [piece async for piece in speaker.pieces(reply(TextPart("One two three. " * 6)), "call")]
    assert pace.ratio < before / 2  # the fake voice takes no time at all
    learnt = pace.ratio
    draft = speaker.pieces(reply(TextPart("One two three.")), "call", (), Urgency(Priority.DRAFT))
    await anext(draft)
    await draft.aclose()
    assert pace.ratio == learnt  # how long a draft had to wait says nothing


async def test_the_model_is_stopped_when_nobody_listens_any_more(library: PromptLibrary, voice: FakeVoice) -> None:
    model = FakeModel(default="One two three. " * 20)
    pieces = Speaker(library, voice, model).pieces(reply(SMALL_TALK), "call")
    await anext(pieces)
    await pieces.aclose()
    assert model.closed_early == 1


async def test_closing_ends_a_render_that_hangs(library: PromptLibrary, voice: FakeVoice) -> None:
    voice.hangs = True
    pieces = Speaker(library, voice).pieces(reply(TextPart("Hello there you.")), "call")
    waiting = asyncio.create_task(anext(pieces))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await pieces.aclose()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("speak")]


async def test_a_voice_that_fails_is_told_after_what_it_could_say(library: PromptLibrary, voice: FakeVoice) -> None:
    voice.fails_on.add("Five six.")
    pieces = Speaker(library, voice).pieces(reply(TextPart("One two three. Five six. Seven.")), "call")
    assert (await anext(pieces)).text == "One two three."
    with pytest.raises(VoiceError):
        await anext(pieces)


async def test_a_refused_request_is_a_failed_model(library: PromptLibrary, voice: FakeVoice) -> None:
    class Overloaded(FakeModel):
        async def generate(self, *_: object, **__: object):  # type: ignore[no-untyped-def, override]
            raise LanguageModelError("overloaded")
            yield ""

    (piece,) = await said(library, voice, SMALL_TALK, Overloaded())
    assert piece.stock == library.id_of(INSTEAD)


async def test_what_is_said_slowly_is_stretched_with_its_words_and_played_from_its_sound(
    library: PromptLibrary, voice: FakeVoice
) -> None:
    speaker = Speaker(library, voice)
    slow = msgspec.structs.replace(reply(StockPart(STOCK), TextPart("It is late now.")), slow=True)
    pieces = [piece async for piece in speaker.pieces(slow, "call")]
    usual = [piece async for piece in speaker.pieces(msgspec.structs.replace(slow, slow=False), "call")]
    assert [piece.text for piece in pieces] == [piece.text for piece in usual]
    assert {piece.stock for piece in pieces} == {""}
    for piece, before in zip(pieces, usual, strict=True):
        if piece.kind == "answer":
            ratio = len(piece.pcm) / len(before.pcm)
            assert ratio == pytest.approx(SLOWER, abs=0.1)
            assert [word.start for word in piece.words] == [round(word.start * ratio) for word in before.words]
    assert [text for text, _ in voice.rendered] == ["It is late now."] * 2
