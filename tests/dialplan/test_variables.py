"""Variables of a dialplan: where they are put in, what stays as it was, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dialplan.document import Document
from agent.dialplan.load import load
from agent.dialplan.located import Located, texts
from agent.dialplan.variables import fill
from tests.dialplan.test_load import GOOD, findings

NAMED = GOOD.replace("of Corner Bakery", "of {business}").replace("at seven", "at {opening}")
PLAN = NAMED + "variables:\n  business: Corner Bakery\n  opening: half past seven\n"


def with_variables(*lines: str, plan: str = GOOD) -> str:
    """The plan with these variables, the first in line 15."""
    return plan + "variables:\n" + "".join(f"  {line}\n" for line in lines)


def test_a_variable_stands_in_every_text_and_keys_stay(tmp_path: Path) -> None:
    assert findings(tmp_path, PLAN + 'unanswered: ["do you know {business}"]\n') == []
    plan = load(tmp_path / "plan.yaml")
    assert plan.greeting == "Hello, this is the automated assistant of Corner Bakery."
    assert (plan.intents[0].answer, plan.intents[0].key) == ("We open at half past seven.", "at half past seven")
    assert plan.unanswered == ("do you know Corner Bakery",)
    assert {plan.greeting, plan.intents[0].answer} < set(plan.stock_texts())
    assert plan.variables == {"business": "Corner Bakery", "opening": "half past seven"}


def test_what_is_filled_in_the_call_is_still_filled_there(tmp_path: Path) -> None:
    text = PLAN.replace("answer: We open", "answer: It's {time}, we open")
    assert findings(tmp_path, text) == []
    assert load(tmp_path / "plan.yaml").intents[0].answer == "It's {time}, we open at half past seven."


def test_a_variable_stands_behind_an_alias_too(tmp_path: Path) -> None:
    text = PLAN + 'apology: &sorry "Sorry, {business} has a problem."\nhold: *sorry\n'
    assert findings(tmp_path, text) == []
    plan = load(tmp_path / "plan.yaml")
    assert plan.apology == plan.hold == "Sorry, Corner Bakery has a problem."


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (with_variables("time: noon"), '15:3: "{time}" is filled in the call; choose another name'),
        (
            with_variables("Shop: the shop", plan=GOOD + "hold: Here is {Shop}.\n"),
            '16:3: "Shop" can\'t be used; '
            'a name is lower-case letters, digits and underscores, such as "opening_hours"',
        ),
        (
            with_variables("closing: 18", plan=GOOD + "hold: Till {closing}.\n"),
            '16:12: "closing" must be text, not a number; write it in quotes: "18"',
        ),
        (
            with_variables("open: true", plan=GOOD + 'hold: "{open}, we are open."\n'),
            '16:9: "open" must be text, not true or false; write it in quotes: "true"',
        ),
        (
            with_variables('shop: ""', plan=GOOD + 'hold: "{shop}"\n'),
            '16:9: "shop" is empty; write what belongs there, or leave the key out',
        ),
        (
            with_variables(f"shop: {'x' * 601}", plan=GOOD + 'hold: "{shop}"\n'),
            "16:9: this is too long to say or match; at most 600 characters",
        ),
        (
            with_variables("shop: the {place}", "place: shop", plan=GOOD + 'hold: "{shop} {place}"\n'),
            '16:9: "shop" has braces in it, and nothing is filled in a variable; write the words',
        ),
        (
            with_variables("shop: the shop"),
            '15:3: "shop" is used nowhere; write "{shop}" in a text, or remove it',
        ),
        (
            GOOD + "variables: shop\n",
            '14:12: "variables" must be a mapping, not text; write `key: value` lines, indented alike',
        ),
    ],
)
def test_each_mistake_in_a_variable_is_said_once_and_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("of {business}", "of {busines}", '4:11: "{busines}" is not known here; did you mean "business"?'),
        ("at {opening}.", "at {openin}.", '8:13: "{openin}" is not known here; did you mean "opening"?'),
        (
            "at {opening}.",
            "at {opening} in {xyz}.",
            '8:13: "{xyz}" is not known here; known are {caller}, {time}, {weekday}, {date}, {hours}, {business}, '
            "{opening}",
        ),
        (
            "of {business}",
            "of {business} in {xyz}",
            '4:11: "{xyz}" is filled in answers, facts and flows only; write the words',
        ),
        (
            "of {business}",
            "of {business} at {time}",
            '4:11: "{time}" is filled in answers, facts and flows only; write the words',
        ),
    ],
)
def test_an_unknown_name_is_said_where_it_is_used(tmp_path: Path, old: str, new: str, finding: str) -> None:
    assert finding in findings(tmp_path, PLAN.replace(old, new))


def test_a_text_that_gets_too_long_is_said_where_it_is(tmp_path: Path) -> None:
    text = GOOD.replace("opening hours]", '"hours of {shop}"]').replace("rye and white bread", "bread in {shop}")
    shop = "the shop " * 30
    found = findings(tmp_path, with_variables(f"shop: {shop}", plan=text.replace("bread in {shop}", "{shop}" * 3)))
    assert [line for line in found if "characters" in line] == [
        "7:99: with its variables this is too long to say or match; at most 200 characters",
        "13:11: with its variables this is too long to say or match; at most 600 characters",
    ]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("{}{}\\\"'#:"), max_size=30)


@given(
    st.dictionaries(WORDS, st.lists(WORDS) | st.booleans() | WORDS, max_size=5), WORDS.filter(lambda text: text.strip())
)
def test_every_other_text_stays_byte_for_byte(sections: dict[str, list[str] | bool | str], shop: str) -> None:
    name, shop = "v_1", shop.replace("{", "").replace("}", "") or "x"
    kept = {f"k{key}": value for key, value in sections.items()}
    written = json.dumps({**kept, "put": "{v_1}, {v_1}.", "variables": {name: shop}}, ensure_ascii=False)
    document = Document([Located(written, "plan.yaml")])
    before = dict(texts(document.value))
    fill(document)
    after = dict(texts(document.value))
    assert list(after) == list(before)
    assert after["put",] == f"{shop}, {shop}."
    assert {path: text for path, text in after.items() if "{v_1}" not in before[path]} == {
        path: text for path, text in before.items() if "{v_1}" not in text
    }
