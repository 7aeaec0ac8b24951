"""docs/dialplans.md against the schema: every key is there and no other, with its default; its example works."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.dialplan.calendar import Calendar
from agent.dialplan.callbacks import Callbacks
from agent.dialplan.flows import Asking, Flow, Step, Then
from agent.dialplan.hours import Holiday, Hours
from agent.dialplan.load import load, read
from agent.dialplan.menus import MOST_MENUS, Menu
from agent.dialplan.models import LONGEST_BUDGET_MS, Models, Strong
from agent.dialplan.recordings import MOST_RECORDINGS
from agent.dialplan.rehearsal import rehearse
from agent.dialplan.remote import Http, Mcp, Secret
from agent.dialplan.results import MOST_SINKS, Email, Sink, Webhook
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
from agent.dialplan.tool_findings import CALLBACK_GIVES, CALLBACK_TAKES, GIVES, NEEDS, TAKES
from agent.dialplan.tools import LONGEST_S, MOST_TOOLS, Operation, Tool
from agent.dialplan.transfers import MOST_TRANSFERS, Transfer, Waiting
from agent.engines.fakes import FakeEmbedder
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.responder import Responder
from agent.tools.callback_tool import FURTHEST_DAYS

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
    "Models": Models,
    "The strong model": Strong,
    "Hours": Hours,
    "A holiday": Holiday,
    "Flows": Flow,
    "A step": Step,
    "What follows on a tool": Then,
    "Asking": Asking,
    "Transfers": Transfer,
    "While it rings": Waiting,
    "Menus": Menu,
    "A tool": Tool,
    "Callbacks that the bot makes": Callbacks,
    "The calendar": Calendar,
    "An HTTP endpoint": Http,
    "An MCP server": Mcp,
    "A secret": Secret,
    "Results": Sink,
    "A webhook": Webhook,
    "A mail": Email,
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
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert list(rows(heading)) == sorted(keys, key=list(rows(heading)).index)


@pytest.mark.parametrize(
    "heading",
    ["Silence", "No match", "Message", "Asking", "Phrases", "While it rings", "Hold music", "Another bot", "Router"],
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
        str(most)
        for most in (
            MOST,
            MOST_INCLUDED,
            MOST_TESTS,
            MOST_TRANSFERS,
            MOST_TOOLS,
            MOST_MENUS,
            MOST_SINKS,
            LONGEST_S,
            MOST_RECORDINGS,
        )
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


def example(begin: str) -> str:
    """The guide's example that begins so."""
    examples: list[str] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    return next(one for one in examples if one.startswith(begin))


def test_the_example_of_tools_is_good_and_its_commands_run(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    path.write_text(example("name:") + example("tools:"))
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    plan = load(path)
    assert [tool.name for tool in plan.tools] == ["free_times", "book", "loyalty_points", "order_shampoo"]
    assert len(plan.results) == 2
    lines = [line for line in GUIDE.splitlines() if line.startswith("offhook dialplan tool salon.yaml")]
    for line, said in zip(lines, ("times", "when"), strict=True):
        _, _, command, _, name, *arguments = shlex.split(line.replace("2026-", "2995-"))  # which is a Tuesday's, too
        result = CliRunner().invoke(app, [command, str(path), name, *arguments, "--data-dir", str(tmp_path)])
        assert result.exit_code == 0, result.output
        assert said in result.output


def test_what_is_said_of_the_calendar_and_of_a_tools_and_a_mails_defaults_is_so() -> None:
    calendar = Calendar()
    assert {"".join(spans) for spans in calendar.open.values()} == {"9:00-17:00"}
    assert [*calendar.open][::4] == ["monday", "friday"]
    assert rows("The calendar")["open"][-1] == "monday to friday 9:00-17:00"
    assert calendar.timezone is None
    for key in ("minutes", "at_once", "file"):
        assert rows("The calendar")[key][-1] == str(getattr(calendar, key))
    for key in ("port", "security", "subject"):
        assert rows("A mail")[key][-1] == str(Email.model_fields[key].default)
    for key in ("seconds", "a_call", "an_hour", "together"):
        assert f"default {Tool.model_fields[key].default}" in rows("A tool")[key][0]


def test_the_example_of_a_strong_model_is_good_and_its_defaults_are_the_schemas(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    path.write_text(example("name:").replace("    answer:", "    worded: strong\n    answer:", 1) + example("model:"))
    one = read([path])[0]
    assert one.errors == ()
    assert "models.example.com" in one.warnings[0]
    for key in ("budget_ms", "sure", "a_call", "an_hour"):
        assert f"default {Strong.model_fields[key].default}" in rows("The strong model")[key][0]
    assert f"{LONGEST_BUDGET_MS} is the limit" in rows("The strong model")["budget_ms"][0]


def test_the_example_of_callbacks_notes_the_number_that_they_call_from(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    callback = next(example for example in examples if "callback: true" in example)
    path.write_text(examples[0].replace("action: take_message", "flow: callback") + callback)
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    now = datetime(2026, 11, 30, 9, 0)
    conversation = Responder(load(path), FakeEmbedder(), lambda: now).conversation("+4930123456")
    flow = load(path).intents[[bool(intent.flow) for intent in load(path).intents].index(True)]
    for said in (flow.examples[0], "yes", "tomorrow", "at three p m", "yes"):
        conversation.answer(said)
    call = conversation.due.call
    assert call is not None
    assert dict(call.arguments) == {"phone": "4930123456", "day": "2026-12-01", "time": "15:00"}


def test_the_example_of_callbacks_that_the_bot_makes_is_good_and_their_defaults_are_the_schemas(
    tmp_path: Path,
) -> None:
    path = tmp_path / "salon.yaml"
    tools = "tools: [{name: call_me, callback: true, changes: true, input: {phone: phone}}]\n"
    desk = 'transfers: [{name: front_desk, target: "200"}]\nhours: {open: {monday: "9:00-17:00"}}\n'
    begin = re.sub(r"(?m)^numbers: .*$", 'numbers: ["+4930123456"]', example("name:"))
    path.write_text(begin + example("callbacks:") + tools + desk)
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    for key in ("tries", "a_day", "minutes", "seconds"):
        assert rows("Callbacks that the bot makes")[key][-1] == str(Callbacks.model_fields[key].default)
    assert Callbacks(trunk="a").greeting("…") in rows("Callbacks that the bot makes")["say"][-1]


def test_what_is_said_of_callbacks_is_so() -> None:
    text = GUIDE.partition("\n### Callbacks\n")[2].partition("```")[0]
    for name in (*CALLBACK_TAKES, *CALLBACK_GIVES, f"{FURTHEST_DAYS} days"):
        assert re.search(rf"\b{name}\b", text)


def test_the_example_of_recordings_names_what_is_said(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    path.write_text(example("name:") + example("recordings:"))
    one = read([path])[0]
    assert one.errors == ()
    assert len(one.warnings) == 2
    assert all("No such file or directory" in warning for warning in one.warnings)
    assert set(load(path).recordings.values()) <= set(load(path).stock_texts())


@pytest.mark.parametrize("operation", Operation)
def test_the_table_of_appointments_is_what_the_book_knows(operation: Operation) -> None:
    table = GUIDE.partition("\n### Appointments\n")[2].partition("\n#")[0]
    taken, given = re.findall(rf"(?m)^\| {operation} \| (.*?) \| (.*?) \|", table)[0]
    assert set(re.findall(r"\w+", re.sub(", or| and ", ",", taken))) == set(TAKES[operation])
    assert set(re.findall(r"\*\*(\w+)", taken)) == {name for names in NEEDS[operation] for name in names}
    assert set(re.findall(r"\w+", re.sub(r"\(.*?\)", "", given))) >= set(GIVES[operation]) - {"name"}
