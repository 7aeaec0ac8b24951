"""Callbacks that the bot makes: what is wrong with them is said where it is, and what the configuration forbids."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.dialplan.load import load
from tests.dialplan.test_load import GOOD, findings

TOOL = "tools: [{name: a, callback: true, changes: true, input: {phone: phone}}]\n"
HOURS = 'hours: {open: {monday: "9:00-17:00"}}\n'
TRUNK = '[[trunk]]\nname = "carrier"\npeers = ["192.0.2.1/32"]\ndial_at = "192.0.2.1"\n'
ALLOWED = TRUNK + '[trunk.outbound]\nto = ["555"]\n'


def with_callbacks(keys: str, before: str = TOOL + HOURS) -> str:
    """The good file, with callbacks in line 16, whose mapping begins in column 12."""
    return GOOD + before + f"callbacks: {{{keys}}}\n"


def test_good_ones_are_read(tmp_path: Path) -> None:
    text = with_callbacks("trunk: carrier, number: '+15550100', tries: 5, minutes: 30, seconds: 20, say: Hello again.")
    assert findings(tmp_path, text.replace('"5550100"', '"*", "+15550100"', 1)) == []
    assert findings(tmp_path, with_callbacks("trunk: carrier")) == []
    plan = load(tmp_path / "plan.yaml")
    assert plan.callbacks is not None
    assert (plan.callbacks.tries, plan.callbacks.minutes, plan.callbacks.seconds) == (3, 10, 30)
    assert plan.callbacks.shown(plan.numbers) == "5550100"
    said = "Hello, this is Corner Bakery. I'm an automated assistant. You asked us to call you back."
    assert plan.callbacks.greeting(plan.name) == said
    assert said in plan.stock_texts()  # rendered before the first call


def test_nobody_is_called_who_is_not_asked_for() -> None:
    assert "callbacks" not in GOOD  # and the plan of it calls nobody


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (with_callbacks("tries: 3"), '16:12: "trunk" is missing here; add it'),
        (with_callbacks("trunk: carrier, trys: 3"), '16:29: "trys" is not known here; did you mean "tries"?'),
        (with_callbacks("trunk: carrier, tries: 0"), '16:36: "tries" can\'t be 0; write 1 or more'),
        (
            with_callbacks("trunk: carrier, minutes: soon"),
            '16:38: "minutes" must be a whole number, not soon; write figures, such as 30',
        ),
        (
            with_callbacks("trunk: the carrier"),
            '16:20: "the carrier" can\'t be used; a trunk is called as in offhook.toml, by letters, digits and . _ -',
        ),
        (
            with_callbacks("trunk: carrier, number: '*'"),
            '16:37: "*" can\'t be used; a number that people see is digits, with or without "+" in front',
        ),
        (
            with_callbacks("trunk: carrier, number: '+4930'"),
            '16:37: who calls "+4930" back does not get this dialplan; write one of its "numbers"',
        ),
        (
            with_callbacks("trunk: carrier").replace('"5550100"', '"*"', 1),
            '16:1: whom the bot calls sees no number; write "number", or one under "numbers"',
        ),
        (
            with_callbacks("trunk: carrier, then: desk"),
            '16:35: "desk" is no transfer of this file; write it under "transfers"',
        ),
        (
            with_callbacks("trunk: carrier, then: dsk", TOOL + HOURS + "transfers: [{name: desk, target: '2'}]\n"),
            '17:35: "dsk" is no transfer of this file; did you mean "desk"?',
        ),
        (
            with_callbacks("trunk: carrier", HOURS),
            '15:1: nobody can ask to be called back; write a tool with "callback: true", or remove this',
        ),
        (
            with_callbacks("trunk: carrier", TOOL),
            '15:1: without "hours" the bot calls at night, too, where somebody asks for that; write them',
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (
            "",
            'there is no trunk, so nobody is called back; write [[trunk]] with name = "carrier" into offhook.toml, as '
            "docs/trunks.md tells",
        ),
        (
            TRUNK.replace("carrier", "pbx") + TRUNK.replace("carrier", "office"),
            'offhook.toml has no trunk "carrier", so nobody is called back; add it, or name one of those: pbx, office',
        ),
        (
            TRUNK.replace("carrier", "carier"),
            'offhook.toml has no trunk "carrier", so nobody is called back; did you mean "carier"?',
        ),
        (
            TRUNK,
            'offhook.toml allows no calls at the trunk "carrier", so nobody is called back; write [trunk.outbound] '
            'there, with the begins of numbers that may be called: to = ["+4930"]',
        ),
        (ALLOWED, ""),
    ],
)
def test_the_check_says_what_the_configuration_does_not_allow(tmp_path: Path, config: str, why: str) -> None:
    (tmp_path / "offhook.toml").write_text(config)
    file = tmp_path / "plan.yaml"
    file.write_text(with_callbacks("trunk: carrier"))
    done = CliRunner().invoke(app, ["check", "--fast", "--config", str(tmp_path / "offhook.toml"), str(file)])
    assert done.exit_code == 0
    told = [line for line in done.output.splitlines() if line.endswith("(warning)")]
    assert told == ([f"{file}:16:20: {why} (warning)"] if why else [])


def test_a_configuration_that_is_wrong_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "offhook.toml").write_text("lines = 0\n")
    file = tmp_path / "plan.yaml"
    file.write_text(with_callbacks("trunk: carrier"))
    done = CliRunner().invoke(app, ["check", "--fast", "--config", str(tmp_path / "offhook.toml"), str(file)])
    assert f"{file}:16:20: whether anybody is called back is not known: " in done.output
