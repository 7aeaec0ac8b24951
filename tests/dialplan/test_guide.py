"""docs/dialplans.md against the schema: every key is there and no other, with its default; its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from agent.dialplan.flows import Asking, Flow, Step, Then
from agent.dialplan.load import load, read
from agent.dialplan.rehearsal import rehearse
from agent.dialplan.schema import (
    MOST,
    MOST_INCLUDED,
    MOST_TESTS,
    Action,
    Bands,
    Cue,
    Dialplan,
    Fact,
    FarEnd,
    HoldMusic,
    Intent,
    Interruptions,
    Machine,
    MessageTaking,
    NoMatch,
    OtherBot,
    Phrases,
    Rehearsal,
    Result,
    Silence,
)
from agent.dialplan.section import Section
from agent.dialplan.slots import Choice, Slot
from agent.dialplan.transfers import MOST_TRANSFERS, Transfer
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.responder import Responder

GUIDE = (Path(__file__).parents[2] / "docs" / "dialplans.md").read_text()
SECTIONS: dict[str, type[Section]] = {
    "The file": Dialplan,
    "Intents": Intent,
    "Facts": Fact,
    "Slots": Slot,
    "A choice": Choice,
    "Silence": Silence,
    "No match": NoMatch,
    "Message": MessageTaking,
    "Phrases": Phrases,
    "Interruptions": Interruptions,
    "Far end": FarEnd,
    "Hold music": HoldMusic,
    "Answering machine": Machine,
    "Another bot": OtherBot,
    "Router": Bands,
    "Flows": Flow,
    "A step": Step,
    "What follows on a tool": Then,
    "Asking": Asking,
    "Transfers": Transfer,
    "A test": Rehearsal,
    "A result": Result,
    "A turn": Cue,
}


def rows(heading: str) -> dict[str, list[str]]:
    """The table under a heading: key -> the other cells."""
    text = GUIDE.partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_section_of_the_schema_has_its_table() -> None:
    assert set(SECTIONS.values()) >= {model for model in Section.__subclasses__() if model.__name__ != "Topic"}


@pytest.mark.parametrize(("heading", "model"), SECTIONS.items())
def test_every_key_is_documented_and_no_other(heading: str, model: type[BaseModel]) -> None:
    assert list(rows(heading)) == sorted(model.model_fields, key=list(rows(heading)).index)


@pytest.mark.parametrize(
    "heading", ["Silence", "No match", "Message", "Asking", "Phrases", "Hold music", "Another bot", "Router"]
)
def test_every_default_is_the_schemas(heading: str) -> None:
    defaults = {
        name: " / ".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        for name, field in SECTIONS[heading].model_fields.items()
    }
    assert {name: cells[-1] for name, cells in rows(heading).items()} == defaults


def test_what_is_noticed_of_the_far_end_by_default_is_the_schemas() -> None:
    assert rows("Far end")["notice"][-1] == " / ".join(FarEnd().notice)
    assert Machine().say is None


def test_what_is_said_of_required_keys_limits_actions_and_the_voice_is_so() -> None:
    required = [name for name, field in Dialplan.model_fields.items() if field.is_required()]
    assert f"Only {', '.join(f'`{name}`' for name in required[:-1])} and `{required[-1]}` are required" in GUIDE
    assert set(re.findall(r"at most (\d+)\b(?! words)", GUIDE)) == {
        str(most) for most in (MOST, MOST_INCLUDED, MOST_TESTS, MOST_TRANSFERS)
    }
    assert re.findall("`(.+?)`", rows("Intents")["action"][0]) == [action.value for action in Action]
    assert f"default `{Dialplan.model_fields['voice'].default}`" in rows("The file")["voice"][0]


def test_the_example_is_good_and_answers_as_the_guide_says(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[0])
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    conversation = Responder(load(path), MiniLm.load(ModelStore().path("minilm-l6"))).conversation("5550100")
    said = re.findall(
        r'"(.+?)"', next(line for line in GUIDE.splitlines() if "dialplan ask" in line and ".yaml" in line)
    )
    first, second = (conversation.answer(words) for words in said)
    shown = f"bot [{first.route} {first.name} {first.confidence:.2f}]: {first.text}"
    assert re.sub(r"0\.\d\d", "…", shown) in re.sub(r"0\.\d\d", "…", GUIDE)
    assert second.name == "appointment"
    other = Responder(load(path), MiniLm.load(ModelStore().path("minilm-l6"))).conversation("5550100")
    assert other.answer("do you pierce ears").route == "fallback"


def test_the_example_of_tests_is_good_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    path.write_text(examples[0] + next(example for example in examples if example.startswith("tests:")))
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    outcomes = list(rehearse(Responder(load(path), MiniLm.load(ModelStore().path("minilm-l6")))))
    assert [(outcome.name, outcome.failure) for outcome in outcomes] == [(test.name, None) for test in load(path).tests]


def test_the_example_of_a_flow_is_good(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    flow = next(example for example in examples if "\nflows:" in example)
    path.write_text(examples[0].replace("action: take_message", "flow: booking") + flow)
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())


def test_the_example_of_variables_is_good(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    plain = re.sub("(?m)^(name|greeting): .*\n", "", examples[0])
    path.write_text(next(example for example in examples if example.startswith("variables:")) + plain)
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    assert load(path).name == "Salon Bella"
