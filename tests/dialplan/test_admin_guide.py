"""docs/admin-guide.md: its commands exist with their options, its YAML is what it says, and others lead to it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import typer

from agent.cli import app
from agent.dialplan.load import read
from agent.dialplan.rehearsal import rehearse
from agent.engines.minilm import MiniLm
from agent.interview.answers import Answers
from agent.interview.interview import Check, interview
from agent.interview.week import week
from agent.interview.writing import written
from agent.models.store import ModelStore
from agent.reply.responder import Responder

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "admin-guide.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {line[2:] for line in GUIDE.splitlines() if line.startswith("$ ")} | set(re.findall(r"`(offhook [^`]+)`", GUIDE))
)
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
SALON = Answers(
    "Salon Bella",
    ("4930123456",),
    open=week("tue-sat 9-18"),
    holidays={"12-25": "Christmas Day", "01-01": "New Year's Day"},
    zone="America/New_York",
    topics={
        "address": "We're at twenty River Road, next to the pharmacy.",
        "prices": "A haircut is forty dollars, with a wash.",
        "payment": "You can pay in cash or by card.",
    },
    person="200",
    appointments=week("tue-sat 9-18"),
)


class _Salon:
    """Who answers as the guide does."""

    def __init__(self, typed: Iterator[str]) -> None:
        self.asked: list[str] = []
        self._typed = typed

    def text(self, question: str, hint: str, check: Check) -> Answers:
        self.asked.append(question)
        return check(next(self._typed))

    def yes(self, question: str, default: bool) -> bool:
        self.asked.append(question)
        return True

    def tell(self, what: str) -> None:
        """Nothing is asked."""


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_exists_with_its_options(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "offhook"
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
    assert not hasattr(command, "commands"), f"{line} names no command"
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_it_has_commands_from_the_first_question_to_the_call() -> None:
    wanted = ("dialplan new", "dialplan check", "dialplan test", "dialplan talk", "dialplan render", "serve", "call")
    assert [part for part in wanted if not any(line.startswith(f"offhook {part}") for line in COMMANDS)] == []


def test_the_interview_is_shown_with_every_question() -> None:
    asks = _Salon(iter(re.findall(r"(?m)^> ?(.*)$", GUIDE)))
    assert interview(asks) == SALON
    assert [question for question in asks.asked if question not in GUIDE] == []


def test_what_is_added_to_the_file_makes_it_know_what_it_did_not(tmp_path: Path) -> None:
    examples, test, recordings = BLOCKS[:3]
    engine = MiniLm.load(ModelStore().path("minilm-l6"))
    path = tmp_path / "salon.yaml"
    with_test = written(SALON).replace("tests:\n", f"tests:\n{test}")
    last = "      - do you have a price list\n"
    outcomes = []
    for text in (with_test, with_test.replace(last, last + examples) + recordings):
        path.write_text(text, encoding="utf-8")
        one = read([path])[0]
        assert one.plan is not None, one.errors
        assert all("greeting.wav" in warning for warning in one.warnings)
        outcomes.append([outcome.name for outcome in rehearse(Responder(one.plan, engine)) if outcome.failure])
        assert f"{len(one.plan.tests)} of {len(one.plan.tests)} tests passed" in GUIDE
    assert outcomes == [["the price of a haircut"], []]
    assert one.plan is not None
    assert one.plan.greeting in one.plan.recordings.values()
    assert f"salon.yaml: {len(one.plan.stock_texts())} texts" in GUIDE


@pytest.mark.parametrize(
    "answers",
    [
        SALON,
        msgspec.structs.replace(SALON, appointments={}),
        msgspec.structs.replace(SALON, appointments={}, open={}, holidays={}, topics={}, messages=True),
    ],
)
def test_waiting_transcripts_and_callbacks_are_right_where_it_puts_them(answers: Answers, tmp_path: Path) -> None:
    waiting, results, _, calls = BLOCKS[3:]
    text = written(answers).replace('target: "200"\n', f'target: "200"\n{waiting}') + results
    path = tmp_path / "salon.yaml"
    path.write_text(with_callbacks(text), encoding="utf-8")
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())
    assert one.plan is not None
    assert one.plan.transfers[0].waiting.music
    assert one.plan.results[0].transcripts
    assert [tool.name for tool in one.plan.tools if tool.callback] == ["call_me"]
    path.write_text(with_callbacks(text) + calls, encoding="utf-8")
    by_itself = read([path])[0]
    assert by_itself.errors == ()
    assert ["at night" in warning for warning in by_itself.warnings] == ([] if answers.open else [True])
    assert by_itself.plan is not None
    assert by_itself.plan.callbacks is not None
    assert "call_back" in {intent.flow for intent in one.plan.intents} & {flow.name for flow in one.plan.flows}


def test_callbacks_need_nobody_to_put_callers_through_to(tmp_path: Path) -> None:
    path = tmp_path / "salon.yaml"
    path.write_text(with_callbacks(written(msgspec.structs.replace(SALON, person="", appointments={}))))
    one = read([path])[0]
    assert (one.errors, one.warnings) == ((), ())


def with_callbacks(text: str) -> str:
    """The file with the guide's callbacks: each part below its line, or behind the file with that line; the number's
    slot is there where appointments are."""
    for section, part in re.findall(r"(?m)^# (\w+:)\n((?:  .*\n)+)", BLOCKS[5]):
        if f"\n{section}\n" not in text:
            text += f"{section}\n{part}"
        elif section != "slots:":
            text = text.replace(f"\n{section}\n", f"\n{section}\n{part}")
    return text


def test_others_lead_to_it() -> None:
    for page in ("README.md", "docs/dialplans.md"):
        assert "admin-guide.md" in (ROOT / page).read_text(encoding="utf-8")
