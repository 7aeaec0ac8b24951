"""The mistakes that admins make in flows: each is said where it is, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialplan.test_load import GOOD, findings

FLOW = """\
  - name: booking
    examples: [book a table, i want a table, a table for two, reserve a table, can i book]
    answer: Sure.
    flow: book
slots:
  - {name: day, kind: date, ask: Which day?}
  - {name: hour, kind: time, ask: What time?}
tools:
  - name: reserve
    http: {url: "https://example.com/tables"}
    input: {day: date, hour: time}
    output: {table: text}
    changes: true
flows:
  - name: book
    steps:
      - step: which_day
        ask: day
      - ask: hour
      - confirm: "{day} at {hour}. Right?"
      - do: reserve
        refused:
          full: {say: "We're full then.", go: which_day}
        done: {say: "You have {table}."}
"""
WHOLE = GOOD.replace("facts:", f"{FLOW}facts:")


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)


def test_the_flow_as_it_should_be_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # When it is passed over
        (
            changed("      - ask: hour\n", "      - ask: hour\n        when: {caller: hidden}\n"),
            '29:24: the number of a caller is "shown" or "withheld", never "hidden"; write one',
        ),
        # What a step does
        (
            changed("      - ask: hour\n", "      - step: nothing\n      - ask: hour\n"),
            '28:9: this step does nothing; write one of "say", "ask", "confirm", "press", "do", "transfer", "message", '
            '"end", "go"',
        ),
        (
            changed("        ask: day\n", "        ask: day\n        say: Well.\n"),
            '27:9: "ask" is a step of its own beside "say"; write two steps',
        ),
        (
            changed("ask: hour\n", "ask: hour\n        done: {say: Yes.}\n"),
            '29:9: "done" belongs to a step with "do"; remove it here',
        ),
        (
            changed("ask: hour\n", "ask: hour\n        forget: [day]\n"),
            '29:9: "forget" belongs to a step with "go"; remove it here',
        ),
        (
            changed(
                "      - ask: hour\n", "      - ask: hour\n      - {go: which_day, when: {hour: late}, forget: [dya]}\n"
            ),
            '29:54: nothing in this flow gives "dya"; did you mean "day"?',
        ),
        (
            changed("      - ask: hour\n", '      - press: "9,#"\n      - ask: hour\n'),
            '28:16: "9,#" can\'t be used; keys are digits, "*", "#" and "A" to "D", such as "9#"',
        ),
        (
            changed("      - ask: hour\n", "      - press: 9\n      - ask: hour\n"),
            '28:16: "press" must be text, not a number; write it in quotes: "9"',
        ),
        (
            changed("      - do: reserve\n", "      - do: reserve\n        protected: on\n"),
            '31:9: "protected" belongs to a step that says something; remove it here',
        ),
        (
            changed("ask: hour\n", "ask: hour\n        unknown: {say: Perhaps.}\n"),
            '29:9: "unknown" belongs to a step with "do"; remove it here',
        ),
        (
            changed("        refused:\n", "        unknown: {go: nowhere}\n        refused:\n"),
            '31:23: no step of this flow is named "nowhere"; write the name that it has under "step"',
        ),
        # Names
        (
            changed("ask: hour\n", "ask: hours\n"),
            '28:14: "hours" is none of the slots of this file; did you mean "hour"?',
        ),
        (
            changed("do: reserve", "do: order"),
            '30:13: "order" is none of the tools of this file; write it under "tools"',
        ),
        (
            changed("go: which_day", "go: witch_day"),
            '32:47: no step of this flow is named "witch_day"; did you mean "which_day"?',
        ),
        (changed("flow: book", "flow: books"), '13:11: "books" is no flow of this file; did you mean "book"?'),
        (
            changed("ask: hour\n", "ask: hour\n        step: which_day\n"),
            '29:15: "which_day" is a step of this flow already, in line 26; choose another',
        ),
        (
            WHOLE.replace("flows:\n", "flows:\n  - {name: book, steps: [{say: Hello.}]}\n"),
            '25:11: "book" is the name of a flow already, in line 24; choose another',
        ),
        # Values
        (
            changed("{day} at {hour}", "{date_} at {hour}"),
            '29:18: "{date_}" is not known in this flow; known are {day}, {hour}, {table}',
        ),
        (
            changed("You have {table}", "You have {tabel}"),
            '33:21: "{tabel}" is not known in this flow; did you mean "table"?',
        ),
        (
            changed("ask: hour\n", "ask: hour\n        when: {reason: early}\n"),
            '29:16: nothing in this flow gives "reason"; ask a slot of this name, or have a tool give it',
        ),
        (
            changed("do: reserve\n", "do: reserve\n        given: {seats: two}\n"),
            '31:17: the tool is given no "seats"; write it under "input" of the tool',
        ),
        # What would go wrong in a call
        (
            changed('      - confirm: "{day} at {hour}. Right?"\n', ""),
            '29:13: "reserve" changes something, and nothing asks the caller before; put a "confirm" step between',
        ),
        (
            changed('      - confirm: "{day} at {hour}. Right?"\n', "").replace("changes: true", "changes: on"),
            '29:13: "reserve" changes something, and nothing asks the caller before; put a "confirm" step between',
        ),
        (
            changed("      - do: reserve", "      - ask: day\n      - do: reserve"),
            '31:13: "reserve" changes something, and nothing asks the caller before; put a "confirm" step between',
        ),
        (
            changed(
                "      - ask: hour\n",
                "      - {step: back, say: Well.}\n      - {go: back, when: {day: today}}\n      - ask: hour\n",
            ),
            '29:14: this goes round for ever: from "back" to here nothing is asked; ask there, or go on',
        ),
        (
            changed("      - ask: hour\n", "      - end: true\n      - ask: hour\n"),
            "29:9: no call comes to this step; name it and go to it, or remove it",
        ),
        (
            changed("    flow: book\n", "    flow: lend\n"),
            '13:11: "lend" is no flow of this file; write it under "flows"',
        ),
        (changed("    flow: book\n", ""), '23:11: no intent begins this flow; write "flow: book" at one'),
        (
            changed("    flow: book\n", "    flow: book\n    action: goodbye\n"),
            '13:5: "action" and "flow" are two things to do; leave one out',
        ),
    ],
)
def test_a_mistake_is_said_where_it_is_with_its_remedy(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]
