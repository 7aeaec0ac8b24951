"""Every finding that a dialplan file can have, at its line and column; and a good file as it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import WORKSHOP
from agent.dialplan.load import load, load_all, read
from agent.dialplan.schema import Action
from agent.errors import DialplanError

GOOD = """\
name: Corner Bakery
numbers: ["5550100"]
persona: You are the assistant of a bakery.
greeting: Hello, this is the automated assistant of Corner Bakery.
intents:
  - name: hours
    examples: [when are you open, what are your hours, until when are you open, are you open now, opening hours]
    answer: We open at seven.
    key: at seven
facts:
  - name: bread
    questions: [do you have rye bread, which bread do you have, is there white bread]
    text: We have rye and white bread.
"""


def findings(tmp_path: Path, text: str | bytes, name: str = "plan.yaml") -> list[str]:
    """Errors and warnings of a file with this text, without the path before line and column."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    one = read([path])[0]
    return [line.removeprefix(f"{path}:") for line in (*one.errors, *one.warnings)]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []
    plan = load(tmp_path / "plan.yaml")
    assert (plan.name, plan.numbers) == ("Corner Bakery", ("5550100",))
    assert plan.intents[0].key == "at seven"
    assert plan.facts[0].question == "Did you want to ask about bread?"
    assert plan.router.act == 0.40


def test_the_default_dialplan_has_no_finding() -> None:
    one = read([WORKSHOP])[0]
    assert one.plan is not None
    assert (one.errors, one.warnings) == ((), ())
    taking = {intent.name for intent in one.plan.intents if intent.action is Action.TAKE_MESSAGE}
    assert taking == {"booking", "person", "leave_message", "repair_status"}
    assert all(len(intent.examples) >= 8 for intent in one.plan.intents)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # The file itself
        ("", "1:1: the file is empty; `dialplans/clinic.yaml` shows what belongs in it"),
        ("- a\n", "1:1: a dialplan must be a mapping, not a list; write `key: value` lines, indented alike"),
        (b"name: \xff\n", "1:7: not UTF-8 from here on; save the file as UTF-8"),
        ("name: [a\n", "1:7: not YAML: this [ is never closed, or a comma is missing in it; write [one, two]"),
        (
            "a: b: c\n",
            '1:5: not YAML: a text with a colon in it belongs in quotes: "…"',
        ),
        (
            "a:\n\t- b\n",
            "2:1: not YAML: a tab stands here; write spaces, and indent with spaces",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "2:1: not YAML: a file holds one dialplan; remove the line --- or ...",
        ),
        (
            "a: *nothing\n",
            '1:4: not YAML: a text that begins with * belongs in quotes: "*…"',
        ),
        ("name: &n [*n]\n", "1:7: this alias stands for something that holds itself; write it out"),
        ("? [a]\n: b\n", "1:3: a key must be a plain word; write `key: value`"),
        ("name: !python/name:os.system x\n", '1:7: the tag "!python/name:os.system" means nothing here; leave it off'),
        # Keys
        (changed("persona: You", "persona2: You"), '3:1: "persona2" is not known here; did you mean "persona"?'),
        (changed("persona: You", "persona2: You"), '1:1: "persona" is missing here; add it'),
        (
            changed("    answer: We open", "    anwser: We open"),
            '8:5: "anwser" is not known here; did you mean "answer"?',
        ),
        (
            changed("    text: We", "    xyz: 1\n    text: We"),
            '13:5: "xyz" is not known here; known are about, closed, from, key, name, questions, text, until, worded',
        ),
        (GOOD + "name: Again\n", '14:1: "name" is here twice, first in line 1; keep one of them'),
        # Types
        (
            changed('["5550100"]', "[5550100]"),
            '2:11: an entry of "numbers" must be text, not a number; write it in quotes: "5550100"',
        ),
        (
            changed('["5550100"]', "5550100"),
            '2:10: "numbers" must be a list, not a number; write one entry a line, each after "- "',
        ),
        (changed("name: Corner Bakery", "name:"), '1:1: "name" must be text, not nothing; write a text'),
        (changed("name: Corner Bakery", "name: [a]"), '1:7: "name" must be text, not a list; write a text'),
        (
            GOOD + "silence: none\n",
            '14:10: "silence" must be a mapping, not text; write `key: value` lines, indented alike',
        ),
        (GOOD + "small_talk: perhaps\n", '14:13: "small_talk" must be on or off, not text; write "on" or "off"'),
        (GOOD + "router:\n  act: high\n", '15:8: "act" must be a number, not high; write figures, such as 0.5'),
        (GOOD + "router:\n  act: 2\n", '15:8: "act" can\'t be 2; write less than 1'),
        # Values
        (
            changed("persona: You are the assistant of a bakery.", 'persona: ""'),
            '3:10: "persona" is empty; write what belongs there, or leave the key out',
        ),
        (
            changed("answer: We open at seven.", f"answer: at seven {'x' * 600}"),
            "8:13: this is too long to say or match; at most 600 characters",
        ),
        (
            changed("name: hours", "name: Opening Hours"),
            '6:11: "Opening Hours" can\'t be used; a name is lower-case letters, '
            'digits and underscores, such as "opening_hours"',
        ),
        (
            changed('["5550100"]', '["the shop"]'),
            '2:11: "the shop" can\'t be used; a number is digits with or without "+" in '
            'front, a SIP user name, or "*" for all others',
        ),
        (
            changed("    key: at seven\n", '    key: at seven\n    digit: "10"\n'),
            '10:12: "10" can\'t be used; a telephone key is one of "0" to "9", "*" and "#", in quotes',
        ),
        (
            changed("    key: at seven\n", "    key: at seven\n    action: take_mesage\n"),
            '10:13: "take_mesage" is not known '
            "here; use 'take_message', 'goodbye' or 'repeat'; did you mean \"take_message\"?",
        ),
        (GOOD + "silence:\n  prompts: [a]\n", '15:12: "prompts" has too few entries; write at least 2'),
        (GOOD + "silence:\n  prompts: [a, b, c]\n", '15:12: "prompts" has too many entries; at most 2'),
        (
            changed("[do you have rye bread, which bread do you have, is there white bread]", "[]"),
            '12:16: "questions" has too few entries; write at least 1',
        ),
        # What belongs together
        (
            changed("key: at seven", "key: at eight"),
            '9:10: the words "at eight" are not in "answer"; copy them from it, letter by letter',
        ),
        (changed("name: bread", "name: hours"), '11:11: "hours" is a name already, in line 6; choose another'),
        (
            changed("is there white bread", "When are you open?"),
            '12:65: "When are you open?" is an example in line 7 too; a caller can mean only one',
        ),
        (changed("is there white bread", "..."), '12:65: "..." holds no word; write what a caller says'),
        (changed('["5550100"]', '["1", "1"]'), '2:16: the number "1" is here twice; remove one'),
        (
            GOOD + "unanswered: [what time is it, when are you open]\n",
            '14:31: "when are you open" is an example in line 7 too; leave it out here or there',
        ),
        (
            GOOD + "router: {act: 0.2, confirm: 0.4}\n",
            '14:1: "confirm" (0.4) must be below "act" (0.2); change one of them',
        ),
        # What callers would notice
        (
            changed("opening hours]", "when are you open]"),
            '7:99: "when are you open" is here twice, first in line 7; remove one',
        ),
        (
            changed("of Corner Bakery.", "of ours."),
            '4:11: the greeting does not name the business; say "Corner Bakery" in it',
        ),
        (
            changed("automated ", ""),
            '4:11: the greeting does not say that nobody is there; say "automated assistant" in it',
        ),
        (
            changed("do you have rye bread, ", "").replace("which bread do you have, ", ""),
            "12:5: 1 of questions is few; callers are understood better from 3 on",
        ),
        (
            changed("We have rye", "We have *rye*"),
            '13:11: "*" would be read aloud or dropped; write the text as it is spoken',
        ),
        (
            changed("We have rye", "We have " + "very " * 40 + "rye"),
            "13:11: more than 40 words is long on the telephone; shorten it",
        ),
    ],
)
def test_each_finding_is_said_with_its_place_and_remedy(tmp_path: Path, text: str | bytes, finding: str) -> None:
    assert finding in findings(tmp_path, text)


def test_two_intents_cannot_have_the_same_key(tmp_path: Path) -> None:
    intent = '  - name: {}\n    examples: [{}]\n    answer: Yes.\n    digit: "1"\n'
    text = changed("facts:\n", intent.format("one", "uno") + intent.format("two", "dos") + "facts:\n")
    assert '17:12: the key "1" is taken in line 13; choose another' in findings(tmp_path, text)


def test_all_errors_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        changed('["5550100"]', "[5550100]")
        .replace("greeting:", "gretting:")
        .replace("key: at seven", "key: at nine")
        .replace("name: bread", "name: hours")
    )
    findings(tmp_path, text)
    with pytest.raises(DialplanError) as raised:
        load(tmp_path / "plan.yaml")
    places = [line.removeprefix(f"{tmp_path}/plan.yaml:").split(": ")[0] for line in raised.value.findings]
    assert places == ["1:1", "2:11", "4:1", "9:10", "11:11"]
    assert str(raised.value).count("\n") == 4


def test_a_wrong_intent_does_not_make_the_list_of_intents_too_short(tmp_path: Path) -> None:
    found = findings(tmp_path, changed("    answer: We open at seven.\n    key: at seven\n", ""))
    assert found == ['6:5: "answer" is missing here; add it']


def test_a_bomb_of_aliases_is_refused_quickly(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 9)]
    found = findings(tmp_path, "\n".join(lines))
    assert any("more than 50000 values, counting aliases; write out fewer" in line for line in found)


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    missing = tmp_path / "none.yaml"
    errors = [*read([missing])[0].errors, *read([tmp_path])[0].errors]
    assert errors == [
        f"{missing}:1:1: can't be read: No such file or directory; name a dialplan file that exists",
        f"{tmp_path}:1:1: can't be read: Is a directory; name a file in it",
    ]


def test_a_file_that_is_too_long(tmp_path: Path) -> None:
    assert findings(tmp_path, "#" * 1_000_001) == ["1:1: is 1000001 bytes long; a dialplan has at most 1000000"]


def test_two_files_cannot_answer_the_same_number_or_have_the_same_name(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(GOOD)
    two.write_text(GOOD)
    with pytest.raises(DialplanError) as raised:
        load_all([one, two])
    assert raised.value.findings == [
        f'{two}:1:7: "Corner Bakery" is the name of {one} too; choose another',
        f'{two}:2:11: the number "5550100" is answered by {one} too; leave it to one of them',
    ]
    two.write_text(GOOD.replace("5550100", "+5550100").replace("Corner Bakery", "Market Bakery"))
    with pytest.raises(DialplanError) as raised:
        load_all([one, two])
    assert raised.value.findings == [
        f'{two}:2:11: the number "+5550100" is answered by {one} too; leave it to one of them'
    ]
    two.write_text(GOOD.replace("5550100", "5550101").replace("Corner Bakery", "Market Bakery"))
    assert [plan.name for plan in load_all([one, two])] == ["Corner Bakery", "Market Bakery"]


def test_numbers_that_yaml_reads_otherwise_stay_text(tmp_path: Path) -> None:
    plan = GOOD.replace('"5550100"', '"0049", "+15550100", reception, "*"')
    assert findings(tmp_path, plan) == []
    assert load(tmp_path / "plan.yaml").numbers == ("0049", "+15550100", "reception", "*")


def test_stock_texts_are_everything_said_word_for_word() -> None:
    plan = load(WORKSHOP)
    texts = plan.stock_texts()
    assert len(texts) == len(set(texts))
    assert all(text.strip() for text in texts)
    for intent in plan.intents:
        assert {intent.answer, intent.question} <= set(texts)
    for fact in plan.facts:
        assert {fact.text, fact.question, fact.lead} <= set(texts)
    assert {plan.greeting, plan.apology, plan.hold, plan.goodbye, *plan.silence.prompts} <= set(texts)
