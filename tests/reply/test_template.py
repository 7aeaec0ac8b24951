"""Answers that are filled in the call."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.commands.bot import line
from agent.dialplan.load import load, read
from agent.engines.fakes import FakeEmbedder
from agent.reply.reply import ModelPart, Part, Reply, Route, StockPart, TextPart
from agent.reply.responder import Responder
from agent.reply.template import filled, places
from agent.reply.tier import Tier
from agent.reply.wording import INSTRUCTION

NOON = datetime(2024, 5, 29, 12, 5)
PLAN = """
name: Corner Bakery
numbers: ["*"]
persona: You answer for a bakery.
greeting: Hello, this is the automated assistant of Corner Bakery.
intents:
  - name: clock
    examples: [what time is it, tell me the time, the time please, how late is it, the clock]
    answer: "It is {time} on {weekday}, {date}."
    key: "{time}"
  - name: hours
    examples: [when do you open, opening hours, when are you open, your hours, are you open]
    answer: We open at seven.
facts:
  - name: number
    questions: [what is my number, which number do i have, my number]
    text: "You're calling from {caller}."
  - name: bread
    questions: [do you have bread, is there bread, bread please]
    text: We bake white bread every morning.
    worded: model
"""


def asked(tmp_path: Path, said: str, caller: str = "5550100") -> Reply:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    talk = Responder(load(path), FakeEmbedder(), lambda: NOON).conversation(caller)
    talk.greet()
    return talk.answer(said)


def test_places_are_filled_with_what_is_known_in_the_call() -> None:
    assert filled("{weekday}, {date}, {time}", "", NOON) == "Wednesday, May 29, 12:05"
    assert filled("from {caller}.", "5550100", NOON) == "from five five five, zero one zero zero."
    assert filled("from {caller}.", "", NOON) == "from a number that was not sent."
    assert filled("{what} {", "", NOON) == "{what} {"
    assert places("{time} and {what}") == ("time", "what")


def test_a_filled_answer_is_rendered_in_the_call_and_its_key_is_filled_too(tmp_path: Path) -> None:
    reply = asked(tmp_path, "what time is it")
    assert reply.parts == (TextPart("It is 12:05 on Wednesday, May 29."),)
    assert reply.key is not None
    assert reply.text[slice(*reply.key)] == "12:05"
    assert asked(tmp_path, "what is my number").parts[-1] == TextPart(
        "You're calling from five five five, zero one zero zero."
    )
    assert asked(tmp_path, "when do you open").parts == (StockPart("We open at seven."),)


def test_an_answer_that_the_model_words_keeps_the_text_as_its_fence_and_its_fallback(tmp_path: Path) -> None:
    (part,) = asked(tmp_path, "do you have bread").parts
    assert isinstance(part, ModelPart)
    text = "We bake white bread every morning."
    assert (part.system, part.instead, part.fact) == (INSTRUCTION, text, text)
    assert part.asked == f"Caller: do you have bread\nNote: {text}"


def test_only_what_is_whole_is_rendered_before_the_call(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    plan = load(path)
    assert not any("{" in text for text in plan.stock_texts())
    assert "We bake white bread every morning." in plan.stock_texts()
    assert Responder(plan, FakeEmbedder()).prompts[1:] == (INSTRUCTION,)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("It is {time} on", "It is {tame} on", '"{tame}" is not known here; known are {caller}, {time}'),
        ("of Corner Bakery.", "of Corner Bakery, {time}.", '"{time}" is filled in answers, facts and flows only'),
        ("bread every morning", "bread, {caller}", 'the model words no "text" with {…} in it'),
        ("    worded: model", "    worded: modell", '"modell" is not known here'),
    ],
)
def test_braces_that_would_be_read_aloud_are_errors(tmp_path: Path, old: str, new: str, found: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace(old, new))
    errors = "\n".join(read([path])[0].errors)
    assert found in errors


def test_what_the_strong_model_words_is_its_part_where_it_is_sure_and_not_a_sentence_of_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("worded: model", "worded: strong\nmodel:\n  strong: {gguf: large, sure: 0.3}"))
    responder = Responder(load(path), FakeEmbedder())
    bread = responder.plan.facts[1]

    def parts(score: float) -> tuple[Part, ...]:
        return responder.knowledge.spoken(bread, score, "is there bread", str)[0]

    said = StockPart(bread.text)
    assert parts(1.0) == (said,)
    assert parts(0.29) == (StockPart(bread.lead), said)
    (worded,) = parts(0.3)
    assert isinstance(worded, ModelPart)
    assert (worded.tier, worded.instead, worded.fact) == (Tier.STRONG, bread.text, bread.text)
    assert (
        line(Reply(Route.FACT, (worded,), "bread", 0.3), "9 ms") == f"bot [fact bread 0.30, strong, 9 ms]: {bread.text}"
    )
