"""Menus that an admin got wrong: each finding at its place, with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from tests.dialplan.test_load import GOOD, findings

MENU = """\
menu: main
menus:
  - name: main
    prompt: For our hours press one, for bread two.
    keys: {"1": hours, "2": baked}
  - name: baked
    prompt: For rye bread press one. Star goes back.
    keys: {"1": bread, "*": main}
    again: One for rye bread, star to go back.
    invalid: There is nothing there.
"""
LAST = len(GOOD.splitlines())


def changed(old: str, new: str) -> str:
    assert MENU.count(old) == 1, old
    return GOOD + MENU.replace(old, new)


def test_good_menus_have_no_finding_and_all_that_they_say_is_rendered_before(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD + MENU) == []
    texts = load(tmp_path / "plan.yaml").stock_texts()
    assert {
        "For our hours press one, for bread two.",
        "One for rye bread, star to go back.",
        "There is nothing there.",
    } <= (set(texts))


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            changed('"2": baked}', '"2": braed}'),
            f'{LAST + 5}:29: "braed" is no intent, no fact and no menu of this file; did you mean "bread"?',
        ),
        (
            changed("menu: main\n", "menu: mian\n"),
            f'{LAST + 1}:7: "mian" is no menu of this file; did you mean "main"?',
        ),
        (
            changed("  - name: baked", "  - name: main").replace('"2": baked', '"2": bread'),
            f'{LAST + 6}:11: "main" is the name of a menu already, in line {LAST + 3}; choose another',
        ),
        (
            changed("  - name: baked", "  - name: bread").replace('"2": baked', '"2": bread'),
            f'{LAST + 6}:11: "bread" is the name of a topic too, in line 11; choose another',
        ),
        (
            changed('"2": baked', '"2": bread'),
            f'{LAST + 6}:11: nothing leads to "baked"; write "menu: baked" in the file or an intent, '
            "or name it under a key",
        ),
        (
            changed('{"1": bread, "*"', '{"12": bread, "*"'),
            f'{LAST + 8}:12: "12" can\'t be used; a telephone key is one of "0" to "9", "*" and "#", in quotes',
        ),
        (
            changed('    keys: {"1": bread, "*": main}\n', "    keys: {}\n"),
            f'{LAST + 8}:11: "keys" has too few entries',
        ),
        (
            changed("    prompt: For rye", "    promt: For rye"),
            f'{LAST + 7}:5: "promt" is not known here; did you mean',
        ),
        (
            GOOD.replace("    key: at seven\n", '    key: at seven\n    digit: "2"\n') + MENU,
            f'10:12: the key "2" is "baked" in the menu, in line {LAST + 6}; take another, or change it there',
        ),
        (
            GOOD.replace("    key: at seven\n", "    key: at seven\n    menu: bakd\n"),
            '10:11: "bakd" is no menu of this file; write it under "menus"',
        ),
        (
            GOOD.replace("    key: at seven\n", "    key: at seven\n    action: take_message\n    menu: main\n") + MENU,
            '11:5: "action" and "menu" are two things to do; leave one out',
        ),
    ],
)
def test_each_is_found(tmp_path: Path, text: str, finding: str) -> None:
    found = findings(tmp_path, text)
    assert [line for line in found if line.startswith(finding)], found


def test_a_key_that_is_the_same_in_the_menu_and_at_its_intent_is_no_mistake(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD.replace("    key: at seven\n", '    key: at seven\n    digit: "1"\n') + MENU) == []
