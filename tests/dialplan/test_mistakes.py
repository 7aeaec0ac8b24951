"""The mistakes that admins make in a file that was good: each is said where it is, with what would be right."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from agent.dialplan.load import load
from tests.dialplan.test_load import GOOD, changed, findings

TAKEN_ON = (
    "this line is taken for a part of the one above; indent it like its neighbours, "
    "or give the line above the colon that it lacks"
)
NO_COLON = 'no colon after a key; write "key: value", with a space after the colon'
INDENT = "indented otherwise than its neighbours; begin the line in the same column as they do"
TAB = "a tab stands here; write spaces, and indent with spaces"
IN_QUOTES = 'a text with {business} in it belongs in quotes: "…"'
STRAIGHT = 'only straight quotes count: "5550100"'


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # Tabs and indentation
        (changed("    answer", "\tanswer"), f"8:1: not YAML: {TAB}"),
        (changed("name: Corner", "name:\tCorner"), f"1:6: not YAML: {TAB}"),
        (changed("    answer", "   answer"), f"8:4: not YAML: {INDENT}"),
        (changed("    answer", "     answer"), f"8:6: not YAML: {INDENT}"),
        (changed("greeting", " greeting"), f"4:10: not YAML: {TAKEN_ON}"),
        (
            changed("    text", "text"),
            '13:1: "text" belongs to an intent or a fact; indent it like the other lines of that',
        ),
        # Anchors
        (
            changed("answer: We open", "answer: &We open"),
            '8:13: "&We" is no part of the text, but a name for it that nothing uses; put the whole text in quotes',
        ),
        # Colons
        (changed("persona: You", "persona You"), f"3:1: not YAML: {NO_COLON}"),
        (changed("persona: You", "persona:You"), f"3:1: not YAML: {NO_COLON}"),
        (changed("    answer: We", "    answer:We"), f"8:5: not YAML: {NO_COLON}"),
        (changed("- name: hours", "- name hours"), f"7:13: not YAML: {TAKEN_ON}"),
        (
            changed("answer: We", "answer: Hours: we"),
            '8:18: not YAML: a text with a colon in it belongs in quotes: "…"',
        ),
        # Quotes
        (changed('"5550100"', "„5550100“"), f'2:11: "„5550100“" can\'t be used; {STRAIGHT}'),
        (changed('"5550100"', "“5550100”"), f'2:11: "“5550100”" can\'t be used; {STRAIGHT}'),
        (
            changed("answer: We open at seven.", "answer: „We open at seven.“"),
            '8:13: „ is part of the text, since only straight quotes count; write "We open at seven."',
        ),
        (
            changed("answer: We open", "answer: 'We're open"),
            '8:17: not YAML: a quote ended and the text goes on; put the whole text in double quotes: "…"',
        ),
        (changed("greeting: Hello", 'greeting: "Hello'), "4:11: not YAML: this quote is never closed; close it"),
        # Characters that mean something to YAML
        (
            changed("greeting: Hello", "greeting: @Hello"),
            '4:11: not YAML: a text that begins with @ belongs in quotes: "…"',
        ),
        (changed('["5550100"]', "[*]"), '2:12: not YAML: a text that begins with * belongs in quotes: "*"'),
        (
            changed("We open at seven", "We are shop #1 and open at seven"),
            '8:24: the text ends here, since " #" begins a comment; put the whole text in quotes',
        ),
        # Braces that begin a mapping
        (changed("greeting: Hello", "greeting: {business}"), f"4:11: not YAML: {IN_QUOTES}"),
        (changed("greeting: Hello,", "greeting: {business} hello,"), f"4:11: not YAML: {IN_QUOTES}"),
        (changed("what are your hours,", "is {business} open,"), f"7:38: not YAML: {IN_QUOTES}"),
        (changed("what are your hours,", "{business} please,"), f"7:35: not YAML: {IN_QUOTES}"),
        (
            changed("answer: We open at seven.", "answer: {business}"),
            '8:13: "answer" must be text, not a mapping; write it in quotes: "{business}"',
        ),
        (
            changed("what are your hours,", "{business},"),
            '7:35: an entry of "examples" must be text, not a mapping; write it in quotes: "{business}"',
        ),
        (
            changed("greeting: Hello", 'greeting: "Hello {business}'),
            "4:11: not YAML: this quote is never closed; close it",
        ),
        # Numbers: as they are written, not as YAML reads them
        (
            changed('"5550100"', '"5550100", "+5550100"'),
            '2:22: the number "+5550100" is here twice; remove one',
        ),
        (
            changed('"5550100"', "+15550100"),
            '2:11: an entry of "numbers" must be text, not a number; write it in quotes: "+15550100"',
        ),
        (
            changed('"5550100"', "0049"),
            '2:11: an entry of "numbers" must be text, not a number; write it in quotes: "0049"',
        ),
        (
            changed("    key: at seven\n", "    key: at seven\n    digit: 1\n"),
            '10:12: "digit" must be text, not a number; write it in quotes: "1"',
        ),
        # Lists
        (
            changed("answer: We open at seven.", "answer:"),
            '8:5: "answer" must be text, not nothing; write a text',
        ),
        (
            GOOD.partition("facts:")[0] + "facts:\n",
            '10:1: "facts" must be a list, not nothing; write one entry a line, each after "- ", or leave the key out',
        ),
        (
            changed("  - name: hours\n    ", "  hours:\n    "),
            '6:3: "intents" must be a list, not a mapping; write one entry a line, each after "- "',
        ),
        (
            changed("is there white bread", ", ".join(f"bread {n}" for n in range(200))),
            '12:16: "questions" has too many entries; at most 200',
        ),
        # What is no dialplan
        ("---\n", "2:1: a dialplan must be a mapping, not nothing; write `key: value` lines, indented alike"),
        ("We open at nine.\n", "1:1: a dialplan must be a mapping, not text; write `key: value` lines, indented alike"),
        (bytes(range(256)), "1:1: this is no text file; a dialplan is YAML, saved as UTF-8"),
        (gzip.compress(GOOD.encode()), "1:1: this is no text file; a dialplan is YAML, saved as UTF-8"),
        (GOOD.encode("utf-16"), "1:1: this is UTF-16; save the file as UTF-8"),
        (
            changed("Corner Bakery\nn", "Bäcker Röhl\nn").encode("latin-1"),
            "1:8: not UTF-8 from here on; save the file as UTF-8",
        ),
        (
            "name: Bäcker R".encode() + b"\xf6hl\n",
            "1:15: not UTF-8 from here on; save the file as UTF-8",
        ),
        (changed("name: Corner", "name: Cor\0ner"), "1:10: a character that no text has stands here; remove it"),
        (
            changed("name: hours", 'name: "\\ud800"'),
            "6:11: a character that no text has is written here; remove it",
        ),
        (changed("greeting:", '"\\udfff":'), "4:1: a character that no text has is written here; remove it"),
    ],
)
def test_a_mistake_is_said_where_it_is(tmp_path: Path, text: str | bytes, finding: str) -> None:
    assert finding in findings(tmp_path, text)


@pytest.mark.parametrize(
    "text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD, GOOD.replace("at seven.", "at seven. # x")]
)
def test_line_ends_of_windows_a_byte_order_mark_and_a_comment_are_no_mistakes(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


CANNOT_FAIL = (
    "17:9: this turn cannot fail; write what must come of it, "
    'at least one of "topic", "route", "says", "never", "ends", "message", "tool", "given", "transfer"'
)
ROUTES = (
    "use 'intent', 'fact', 'small_talk', 'message', 'flow', 'transfer', 'menu', 'confirm', 'fallback', 'silence', "
    "'greeting', 'goodbye', 'apology', 'resumed', 'far_end' or 'command'"
)


def with_turns(*turns: str, plan: str = GOOD) -> str:
    """The good file with a test, whose first turn is in line 17 from column 9 on."""
    return plan + "tests:\n  - name: bread\n    turns:\n" + "".join(f"      - {turn}\n" for turn in turns)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # What the caller does
        (
            with_turns("{topic: bread}"),
            '17:9: nobody takes this turn; write "caller" and what they say, "key", "silence: true" or '
            '"no_answer: true"',
        ),
        (
            with_turns('{caller: rye, key: "1", topic: bread}'),
            '17:23: "key" is a turn of its own beside "caller"; write two turns',
        ),
        (
            with_turns("{silence: true, within: 2, topic: bread}"),
            '17:25: "within" counts from the caller\'s last word; move it to a turn with "caller"',
        ),
        (
            with_turns("{caller: rye, within: 2, topic: bread}").replace(
                "  - name: bread\n    turns:", "  - name: bread\n    text_only: true\n    turns:"
            ),
            '18:23: nothing is timed in a test that is "text_only"; remove one of both',
        ),
        (with_turns("{caller: rye, within: 0, topic: bread}"), '17:31: "within" can\'t be 0; write more than 0'),
        (with_turns("{caller: rye, within: 2}"), CANNOT_FAIL),
        (with_turns("{callr: rye, topic: bread}"), '17:10: "callr" is not known here; did you mean "caller"?'),
        (
            with_turns("{silence: false, topic: bread}"),
            '17:19: "silence" can only be true; write "silence: true", or leave the key out',
        ),
        (
            with_turns('{key: "12", topic: bread}'),
            '17:15: "12" can\'t be used; a telephone key is one of "0" to "9", "*" and "#", in quotes',
        ),
        (with_turns("{key: 1, topic: bread}"), '17:15: "key" must be text, not a number; write it in quotes: "1"'),
        # What must come of it
        (with_turns("{caller: rye}"), CANNOT_FAIL),
        (with_turns("{caller: rye, says: [], never: []}"), CANNOT_FAIL),
        (
            with_turns("{caller: rye, topic: brad}"),
            '17:30: "brad" is no intent and no fact of this file; did you mean "bread"?',
        ),
        (
            with_turns("{caller: rye, topic: parking}"),
            '17:30: "parking" is no intent and no fact of this file; write the name of one',
        ),
        (
            with_turns("{caller: bye, topic: hours}", plan=changed("    key: at seven\n", "    action: goodbye\n")),
            '17:30: no reply is named after "hours", whose action is "goodbye"; write "route: goodbye" instead',
        ),
        (
            with_turns("{caller: bye, topic: hours}", plan=changed("    key: at seven\n", "    action: repeat\n")),
            '17:30: no reply is named after "hours", whose action is "repeat"; write "route: command" instead',
        ),
        (
            with_turns("{caller: rye, route: confirmed}"),
            f'17:30: "confirmed" is not known here; {ROUTES}; did you mean "confirm"?',
        ),
        (with_turns("{caller: rye, says: ['...']}"), '17:30: "..." holds no word; write words of the reply'),
        (
            with_turns("{caller: rye, never: rye}"),
            '17:30: "never" must be a list, not text; write one entry a line, each after "- "',
        ),
        (with_turns("{caller: rye, ends: perhaps}"), '17:29: "ends" must be on or off, not text; write "on" or "off"'),
        (
            with_turns("{caller: bye, ends: true}", "{caller: rye, topic: bread}"),
            "17:23: the call is over here; remove the turns after this one",
        ),
        # The tests
        (
            with_turns("{caller: rye, topic: bread}") + "  - name: Bread\n    turns: [{caller: rye, topic: bread}]\n",
            '18:11: "Bread" is the name of a test already, in line 15; choose another',
        ),
        (GOOD + "tests:\n  - name: a\n    turns: []\n", '16:12: "turns" has too few entries; write at least 1'),
        (GOOD + "tests: bread\n", '14:8: "tests" must be a list, not text; write one entry a line, each after "- "'),
        (
            GOOD
            + "tests:\n"
            + "".join(f"  - {{name: t{n}, turns: [{{caller: a, ends: true}}]}}\n" for n in range(501)),
            '15:3: "tests" has too many entries; at most 500',
        ),
    ],
)
def test_a_mistake_in_a_test_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert finding in findings(tmp_path, text)


def test_what_callers_say_in_tests_is_no_text_that_is_spoken(tmp_path: Path) -> None:
    """No warning about length or marks, and nothing to render."""
    text = with_turns(f"{{caller: 'so_{' very' * 45}', topic: bread, says: [eight]}}", '{key: "*", ends: false}')
    assert findings(tmp_path, text) == []
    assert not any("very" in said or said == "eight" for said in load(tmp_path / "plan.yaml").stock_texts())


def test_an_anchor_that_an_alias_uses_is_no_mistake(tmp_path: Path) -> None:
    again = "  - {name: rolls, questions: [any rolls, are there rolls, which rolls], text: *bread}\n"
    assert findings(tmp_path, changed("text: We", "text: &bread We") + again) == []
