"""Answers that the model words: another fence than small talk's, no history, and the text where it fails."""

from __future__ import annotations

from pathlib import Path

from agent.engines.fakes import FakeModel, FakeVoice
from agent.reply.reply import ModelPart, Reply, Route
from agent.speak.library import PromptLibrary
from agent.speak.speaker import Speaker

FACT = "The bill comes on the third day of the month."
PART = ModelPart("Repeat the note.", "when does the bill come", FACT, 40, FACT)


async def said(tmp_path: Path, model: FakeModel) -> str:
    voice = FakeVoice()
    library = PromptLibrary(tmp_path, voice)
    await library.render([FACT])
    speaker = Speaker(library, voice, model, lambda clause, said: False)  # small talk's fence lets nothing through
    history = (("user", "hello"), ("assistant", "Hi there."))
    reply = Reply(Route.FACT, (PART,))
    return " ".join([piece.text async for piece in speaker.pieces(reply, "call", history)]).strip()


async def test_the_models_words_are_said_where_they_are_the_facts(tmp_path: Path) -> None:
    model = FakeModel(default="Your bill comes on the third day of the month.")
    assert await said(tmp_path, model) == "Your bill comes on the third day of the month."


async def test_the_text_is_said_as_written_where_the_model_invents(tmp_path: Path) -> None:
    model = FakeModel(default="Your bill comes on the fourth day of the month.")
    assert await said(tmp_path, model) == FACT


async def test_the_model_sees_the_question_and_the_note_and_nothing_of_the_talk_before(tmp_path: Path) -> None:
    model = FakeModel(default="The bill comes.")
    await said(tmp_path, model)
    assert model.asked[-1] == ("call", (("user", f"Caller: when does the bill come\nNote: {FACT}"),))
