"""What a step gives its tool, and what comes of a refusal: mistakes that would fail in every call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.dialplan.tool_findings import REFUSES
from agent.dialplan.tools import Operation
from tests.dialplan.test_load import GOOD, findings

GUIDE = (Path(__file__).parents[2] / "docs" / "dialplans.md").read_text(encoding="utf-8")
FLOW = """\
  - name: visit
    examples: [book a visit, i want a visit, a visit for my dog, reserve a visit, can i come by]
    answer: Sure.
    flow: visit
slots:
  - {name: day, kind: date, ask: Which day?}
  - {name: hour, kind: time, ask: What time?}
  - {name: who, kind: name, ask: Your name?}
tools:
  - name: book
    appointments: book
    changes: true
    input: {day: date, time: time, name: name}
    output: {when: text}
flows:
  - name: visit
    steps:
      - ask: day
      - ask: hour
      - ask: who
      - confirm: "{day} at {hour} for {who}. Right?"
      - do: book
        given: {time: "{hour}", name: "{who}"}
        done: {say: "You have {when}."}
        refused:
          taken: {say: That is taken.}
"""
WHOLE = GOOD.replace("facts:", f"{FLOW}facts:")
GIVEN = '{time: "{hour}", name: "{who}"}'


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)


def test_a_step_that_gives_its_tool_all_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, WHOLE) == []
    assert findings(tmp_path, changed(GIVEN, '{time: "09:30", name: "the caller of {caller}"}')) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # What nothing gives
        (
            changed(GIVEN, '{name: "{who}"}'),
            '31:13: nothing in this flow gives "time" to "book"; write time: "{hour}" under "given"',
        ),
        (
            changed(GIVEN, '{time: "{hour}"}'),
            '31:13: nothing in this flow gives "name" to "book"; write name: "{who}" under "given"',
        ),
        (
            changed("name: name}", "name: name, phone: phone}"),
            '31:13: nothing in this flow gives "phone" to "book"; ask a slot of that name, or write it under "given"',
        ),
        # What is no value
        (
            changed('"{hour}", name', "hour, name"),
            '32:23: the word "hour" is given, whatever the caller said; write "{hour}", in quotes',
        ),
        (changed('"{hour}", name', "9 am, name"), '32:23: "9 am" is not written as a time is; write it like "15:30"'),
        (
            changed('"{hour}", name', '"{hours}", name'),
            '32:23: "{hours}" is not known in this flow; did you mean "hour"?',
        ),
        (
            changed('"{hour}", name', '"{clock}", name'),
            '32:23: "{clock}" is not known in this flow; known are {caller}, {day}, {hour}, {when}, {who}',
        ),
        # What the clock shows is not what was said
        (
            changed("{day} at {hour} for", "{day} at {time} for"),
            '30:18: "{time}" is that of the call, not what the caller said, which is "{hour}"',
        ),
        (
            changed("{day} at {hour} for", "{date} at {hour} for"),
            '30:18: "{date}" is that of the call, not what the caller said, which is "{day}"',
        ),
        (
            changed("You have {when}", "You have {weekday}"),
            '33:21: "{weekday}" is that of the call, not what the caller said, which is "{day}"',
        ),
        # Refusals
        (
            changed("          taken:", "          takn:"),
            '35:11: "book" never refuses as "takn"; did you mean "taken"?',
        ),
        (
            changed("          taken:", "          busy:"),
            '35:11: "book" never refuses as "busy"; it does as taken, closed, past',
        ),
    ],
)
def test_a_mistake_is_said_where_it_is_with_its_remedy(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]


def test_a_callback_refuses_by_its_own_codes(tmp_path: Path) -> None:
    call = "    callback: true\n    changes: true\n    input: {phone: phone, name: name}\n"
    text = WHOLE.replace(FLOW.partition("    appointments: book\n")[2].partition("    output")[0], call)
    text = text.replace("    appointments: book\n", "").replace(GIVEN, '{phone: "{caller}", name: "{who}"}')
    assert findings(tmp_path, text) == [
        '35:11: "book" never refuses as "taken"; it does as past, closed, far, enough, barred'
    ]


def test_what_a_server_of_ones_own_refuses_as_is_its_own_affair(tmp_path: Path) -> None:
    text = changed("    appointments: book\n", '    http: {url: "https://vet.example/visits"}\n')
    assert findings(tmp_path, text.replace("          taken:", "          dog_days:")) == []


CALENDAR = "calendar: {{minutes: 30, open: {{monday: 8:00-18:00, friday: '{friday}'}}}}\n"


@pytest.mark.parametrize(
    ("friday", "between", "finding"),
    [
        ("8:00-18:00", '["8:00", "18:00"]', ""),
        ("8:00-18:00", '["8:00", "17:30"]', ""),  # when the last begins
        ("8:00-20:00", '["8:00", "18:00"]', '["8:00", "20:00"]'),
        ("7:00-24:00", '["8:00", "18:00"]', '["7:00", "23:59"]'),
    ],
)
def test_a_slot_that_refuses_what_the_calendar_has_is_found(
    tmp_path: Path, friday: str, between: str, finding: str
) -> None:
    text = changed("kind: time, ask", f"kind: time, between: {between}, ask") + CALENDAR.format(friday=friday)
    what = '"calendar" has appointments outside of this, and callers who name one are refused; write'
    assert findings(tmp_path, text) == ([f"16:39: {what} {finding}"] if finding else [])


def test_of_each_operation_of_the_book_it_is_known_how_it_refuses() -> None:
    """As docs/dialplans.md has it."""
    rows = re.findall(r"(?m)^\| (\w+) \|.*\|.*\| ([a-z, ]+)(?: \(.*\))? \|$", GUIDE.partition("### Appointments")[2])
    assert {name: tuple(codes.split(", ")) for name, codes in rows if name in list(Operation)} == REFUSES
