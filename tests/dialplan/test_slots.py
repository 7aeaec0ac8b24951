"""Slots in a dialplan: what is read, and each mistake where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.dialplan.json_schema import json_schema
from agent.dialplan.load import load
from agent.dialplan.slots import Confirm, SlotKind
from tests.dialplan.test_include import Files
from tests.dialplan.test_load import GOOD, findings

KINDS = (
    "use 'digits', 'phone', 'date', 'time', 'amount', 'name', 'email', 'address', 'code', 'choice', 'yes_no' or 'free'"
)
DIGITS = "write how many, 1 to 15, or the fewest and the most: 4 or [4, 6]"
CUT = "cut: {said: [haircut, a trim]}"


def with_slots(*slots: str) -> str:
    """The good file with slots, the first in line 15 from column 5 on."""
    return GOOD + "slots:\n" + "".join(f"  - {slot}\n" for slot in slots)


def choosing(*choices: str) -> str:
    return f"{{name: what, kind: choice, ask: What?, choices: {{{', '.join(choices)}}}}}"


def test_a_slot_is_read_with_its_defaults(tmp_path: Path) -> None:
    text = with_slots(
        "{name: first_day, kind: date, ask: Which day?}",
        "{name: code, kind: digits, ask: The code?, digits: 4, again: [Once more?]}",
        "{name: phone, kind: phone, ask: Your number?}",
        "{name: when, kind: time, ask: When?, between: [9:00, 18:00]}",
        choosing(CUT, "full_colour: {label: a colour, said: [dye]}"),
    )
    assert findings(tmp_path, text) == []
    plan = load(tmp_path / "plan.yaml")
    day, code, phone, when, what = plan.slots
    assert (day.kind, day.subject, day.confirm, day.future) == (SlotKind.DATE, "first day", Confirm.AUTO, False)
    assert (code.lengths, phone.lengths, when.between) == ((4, 4), (7, 15), ("9:00", "18:00"))
    assert (code.exact, phone.exact) == (4, 0)
    assert [what.label(name) for name in what.choices] == ["cut", "a colour"]
    assert {"Which day?", "Once more?", day.refused} <= set(plan.stock_texts())


@pytest.mark.parametrize(
    ("slot", "finding"),
    [
        ("{name: day, kind: dat, ask: When?}", f'15:23: "dat" is not known here; {KINDS}; did you mean "date"?'),
        ("{name: day, kind: date}", '15:5: "ask" is missing here; add it'),
        (
            "{name: day, kind: date, ask: When?, instead: [today, '...']}",
            '15:58: "..." holds no word; write what a caller says',
        ),
        (
            "{name: day, kind: date, ask: When?, instead: {soon: [any day], free: ['...']}}",
            '15:75: "..." holds no word; write what a caller says',
        ),
        (
            "{name: day, kind: date, ask: When?, instead: {soon: [any day], free: [Any day.]}}",
            '15:75: "Any day." is said for "soon" too; it can mean only one of them',
        ),
        ("{name: day, kind: date, ask: When?, agian: [x]}", '15:41: "agian" is not known here; did you mean "again"?'),
        (
            "{name: day, kind: date, ask: When?, again: [a, b, c, d]}",
            '15:48: "again" has too many entries; at most 3',
        ),
        ("{name: pin, kind: digits, ask: Pin?, digits: four}", f'15:50: "four" can\'t be used; {DIGITS}'),
        ("{name: pin, kind: digits, ask: Pin?, digits: 0}", f'15:50: "0" can\'t be used; {DIGITS}'),
        ("{name: pin, kind: digits, ask: Pin?, digits: [6, 4]}", f'15:50: "digits" can\'t be used so; {DIGITS}'),
        (
            "{name: day, kind: date, ask: When?, digits: 4}",
            '15:41: "digits" means nothing to a slot of the kind "date", only to "digits" or "phone"; leave it out',
        ),
        (
            f"{{name: day, kind: date, ask: When?, choices: {{{CUT}}}}}",
            '15:41: "choices" means nothing to a slot of the kind "date", only to "choice"; leave it out',
        ),
        (
            "{name: sum, kind: amount, ask: Sum?, least: 5, most: 2}",
            '15:42: "least" (5) must not be above "most" (2); change one of them',
        ),
        (
            "{name: day, kind: date, ask: When?, past: on, future: on}",
            '15:41: "past" and "future" leave today alone; keep one of them',
        ),
        (
            '{name: at, kind: time, ask: When?, between: ["18:00", "9:00"]}',
            "15:40: the earliest time comes first, and before the latest; change them",
        ),
        (
            '{name: at, kind: time, ask: When?, between: ["9", "18:00"]}',
            '15:50: "9" can\'t be used; a time is hours and minutes, in quotes: "9:00", "17:30"',
        ),
        (
            "{name: what, kind: choice, ask: What?}",
            '15:24: there is nothing to choose from; write at least two "choices"',
        ),
        (choosing(CUT), '15:24: there is nothing to choose from; write at least two "choices"'),
        (choosing(CUT, "dye: {said: []}"), '15:98: "said" has too few entries; write at least 1'),
        (choosing(CUT, "dye: {said: ['...']}"), '15:99: "..." holds no word; write what a caller says'),
        (
            choosing(CUT, "dye: {said: [Haircut]}"),
            '15:99: "Haircut" is said for "cut" too, in line 15; it can mean only one choice',
        ),
        (
            choosing("cut: {said: [trim, trim]}", "dye: {said: [dye]}"),
            '15:73: "trim" is here twice, first in line 15; remove one',
        ),
        (
            choosing(CUT, "dye: {said: [haircuts]}"),
            '15:99: "haircuts" sounds like "haircut" of "cut"; one may be heard as the other, find other words',
        ),
        (
            choosing(CUT, "dye: {said: [2 colours]}"),
            '15:99: "2 colours" has figures, which a recogniser never writes; write number words',
        ),
        (
            choosing(CUT, "Dye: {said: [dye]}"),
            '15:86: "Dye" can\'t be used; '
            'a name is lower-case letters, digits and underscores, such as "opening_hours"',
        ),
        (
            "{name: day, kind: date, ask: 'When, {name}?'}",
            '15:34: "{name}" is filled in answers, facts and flows only; write the words',
        ),
    ],
)
def test_a_mistake_in_a_slot_is_said_where_it_is(tmp_path: Path, slot: str, finding: str) -> None:
    assert finding in findings(tmp_path, with_slots(slot))


def test_two_slots_with_one_name_are_a_mistake(tmp_path: Path) -> None:
    slot = "{name: day, kind: date, ask: When?}"
    assert findings(tmp_path, with_slots(slot, slot)) == [
        '16:12: "day" is the name of a slot already, in line 15; choose another'
    ]


def test_slots_of_included_files_are_joined(tmp_path: Path) -> None:
    own, shared = ("slots:\n  - {name: " + name + ", kind: date, ask: When?}\n" for name in ("day", "birth"))
    plan = load(Files(tmp_path).write(own, shared))
    assert [slot.name for slot in plan.slots] == ["day", "birth"]


def test_an_editor_is_told_that_digits_are_a_number_or_two(tmp_path: Path) -> None:
    digits = json.loads(json_schema())["$defs"]["Slot"]["properties"]["digits"]
    assert {"integer", "array", "null"} <= {one.get("type") for one in _leaves(digits)}


def _leaves(schema: dict[str, object]) -> list[dict[str, object]]:
    inner = schema.get("anyOf")
    return [leaf for one in inner for leaf in _leaves(one)] if isinstance(inner, list) else [schema]
