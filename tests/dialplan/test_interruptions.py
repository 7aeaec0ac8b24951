"""The section `interruptions` of a dialplan: what it finds wrong, and what it makes of a good one."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.listen.interjection import Interjection
from tests.dialplan.test_load import GOOD, findings


def section(*lines: str) -> str:
    return GOOD + "interruptions:\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("lines", "finding"),
    [
        (["go_on: carry on"], '15:10: "go_on" must be a list, not text; write one entry a line, each after "- "'),
        (['go_on: [""]'], '15:11: "go_on" is empty; write what belongs there, or leave the key out'),
        (["stop: [1]"], '15:10: an entry of "stop" must be text, not a number; write it in quotes: "1"'),
        (["stops: [halt]"], '15:3: "stops" is not known here; did you mean "stop"?'),
        (["stop: ['...']"], '15:10: "..." holds no word; write what a caller says'),
        (["stop: [Uh-huh]"], '15:10: "Uh-huh" cannot stop the bot, noise sounds like it; remove it'),
        (["neither: [mm]"], '15:13: "mm" cannot stop the bot, noise sounds like it; remove it'),
        (["go_on: [mm hmm]"], '15:11: "mm hmm" never stops the bot, noise sounds like it; remove it'),
        (
            ["go_on: [carry on]", "stop: [Carry on!]"],
            '16:10: "Carry on!" is under "go_on" too, in line 15; it can mean only one thing',
        ),
        (
            ["stop: [cancel]", "neither: [cancel]"],
            '16:13: "cancel" is under "stop" too, in line 15; it can mean only one thing',
        ),
        (["stop: [halt, Halt]"], '15:16: "Halt" is here twice, first in line 15; remove one'),
        (
            ["neither: [that is right]"],
            '15:13: "that is right" is not built in, so it cannot be taken out; did you mean "that\'s right"?',
        ),
        (["neither: [geronimo]"], '15:13: "geronimo" is not built in, so it cannot be taken out; remove it'),
        (
            ["protect: [greting]"],
            '15:13: "greting" is no intent and no fact of this file; did you mean "greeting"?',
        ),
        (
            ["protect: [imprint]"],
            '15:13: "imprint" is no intent and no fact of this file; write the name of one',
        ),
        (["protect: [bread, bread]"], '15:20: "bread" is here twice; remove one'),
    ],
)
def test_each_finding_is_said_with_its_place_and_remedy(tmp_path: Path, lines: list[str], finding: str) -> None:
    assert finding in findings(tmp_path, section(*lines))


def test_a_topic_that_is_named_like_the_greeting_cannot_be_told_from_it(tmp_path: Path) -> None:
    text = section("protect: [greeting]")
    assert findings(tmp_path, text) == []
    found = findings(tmp_path, text.replace("name: bread", "name: greeting"))
    assert found == ['15:13: "greeting" is the first words of a call here; give the topic in line 11 another name']


def test_what_says_again_what_was_said_cannot_be_protected_itself(tmp_path: Path) -> None:
    text = section("protect: [hours]").replace("    key: at seven\n", "    action: repeat\n")
    assert '15:13: "hours" says again what was said before; protect what that was' in findings(tmp_path, text)


def test_a_good_section_is_the_phrase_book_of_its_calls(tmp_path: Path) -> None:
    text = section("go_on: [carry on]", "stop: [halt]", "neither: [cancel]", "protect: [greeting, bread]")
    assert findings(tmp_path, text) == []
    book = load(tmp_path / "plan.yaml").interruptions.phrases
    assert book.interjection(["carry", "on"]) is Interjection.BACKCHANNEL
    assert book.interjection(["halt"]) is Interjection.STOP
    assert book.interjection(["cancel"]) is Interjection.OPEN
    assert book.interjection(["right"]) is Interjection.BACKCHANNEL


def test_phrases_are_not_read_as_texts_that_are_spoken(tmp_path: Path) -> None:
    """No warning about length or marks: nobody says them to a caller."""
    assert findings(tmp_path, section(f"go_on: ['{'la ' * 45}_']")) == []
