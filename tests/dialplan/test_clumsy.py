"""What people who don't know YAML write, or save: each is said where it is, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import MOST_FINDINGS
from agent.dialplan.located import DEEPEST
from tests.dialplan.test_load import GOOD, changed, findings

SPACE = "not YAML: this space is none to YAML; write it anew as a plain space"
NEIGHBOURS = "not YAML: indented otherwise than its neighbours; begin the line in the same column as they do"
HYPHEN = 'not YAML: an entry of a list begins with a plain hyphen; write "- "'
BACKSLASH = "not YAML: in double quotes a backslash means something to YAML; write it twice"
BANG = 'not YAML: a text that begins with ! belongs in quotes: "!…"'
CLOSE = "not YAML: this quote is never closed; close it"
DEEP = "not YAML: too many lists and mappings stand in each other here; a dialplan needs a few"
TO_ALL = "to every bot, so no caller who says it comes here; write another, or remove it"
OFFICE = "this is no text file; a dialplan is YAML, saved as UTF-8, such as an editor for plain text does"
JOINED = "not YAML: two versions of the file were joined here; keep the lines of one, and remove this line"
COPIED = "not YAML: these marks belong to a page from which the text was copied; remove the line"
BRACE = '8:13: "{" would be read aloud or dropped; write the text as it is spoken'
MOMENT = "can't be used; write a day and a time that there are, without a zone: 2026-12-24 10:00"
TEST = "tests:\n  - name: bread\n    now: {now}\n    turns: [{{caller: rye, topic: bread}}]\n"
FLOWS = """\
flows:
  - {{name: {one}, steps: [{{say: {say}}}]}}
  - {{name: {two}, steps: [{{say: Well.}}]}}
"""
MENUS = "menus:\n" + "  - {name: main, prompt: One., keys: {'1': hours}}\n" * 2
BOOK = "tools:\n  - {name: free, appointments: free, input: {day: date}}\n"
OPEN = 'hours: {open: {monday: ["9:00-12:00", "12:00-17:00"], tuesday: "9:00-17:00"}}\n'


def answer(text: str) -> str:
    return changed("We open at seven.\n    key: at seven", text)


def example(text: str, action: str = "") -> str:
    return changed("opening hours]", f"opening hours, {text}]\n    {action}".rstrip())


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # What only looks like a space or a hyphen
        (changed("    answer", "\u00a0\u00a0  answer"), f"8:1: {SPACE}"),
        (answer("x").replace("answer: ", "answer:\u00a0"), f"8:12: {SPACE}"),
        (changed("  - name: bread", "  – name: bread"), f"11:3: {HYPHEN}"),
        (changed("greeting:", "goodbye: |\n  – of a text\ngreeting:") + "  - x: 1\n y: 2\n", f"17:2: {NEIGHBOURS}"),
        (
            changed("  - name: bread", "  * name: bread"),
            '11:3: not YAML: an entry of a list begins with a hyphen; write "- "',
        ),
        (
            changed("  - name: bread", "  -name: bread"),
            '11:3: not YAML: no space after the hyphen of an entry; write "- " and the entry',
        ),
        # What begins with a character that means something to YAML
        (answer("- closed"), '8:13: not YAML: a text that begins with - belongs in quotes: "- …"'),
        (answer("? ask us"), '8:13: not YAML: a text that begins with ? belongs in quotes: "? …"'),
        (answer("| see us"), '8:15: not YAML: a text that begins with | or > belongs in quotes: "…"'),
        (answer("&"), '8:14: not YAML: a text that begins with & belongs in quotes: "&…"'),
        (answer("!now} open"), f"8:17: {BANG}"),
        (answer("!now!open today"), f"8:13: {BANG}"),
        (answer("!<now open"), f"8:18: {BANG}"),
        (answer("}"), "8:13: not YAML: this character means something to YAML; put the whole text in quotes"),
        (
            "% rye bread\n" + GOOD,
            "1:2: not YAML: a line that begins with % means something to YAML; begin it otherwise, or put it in quotes",
        ),
        (
            changed("[do you have", "[, do you have"),
            "12:17: not YAML: a comma stands here with nothing before it; remove it, or write what is missing",
        ),
        (
            "{name: x}\n]\n",
            "2:1: not YAML: what stands here belongs to nothing; remove it, or indent it like its neighbours",
        ),
        (
            "%TAG ! a:\n%TAG ! b:\n---\n" + GOOD,
            "2:1: not YAML: duplicate tag handle '!'; put texts in quotes",
        ),
        # Quotes
        (answer('"C:\\path"'), f"8:17: {BACKSLASH}"),
        (answer('"50\\x"'), f"8:18: {BACKSLASH}"),
        (changed("greeting: Hello", 'greeting: "Hello').replace("name: hours", 'name: "hours"'), f"4:11: {CLOSE}"),
        (answer('"We open\n---\nnow'), f"8:13: {CLOSE}"),
        (
            changed("[do you have", "{do you have"),
            "12:16: not YAML: this { is never closed, or a comma is missing in it; write {key: value, key: value}",
        ),
        (
            changed("[do you have rye bread", "[rye bread: do you have it"),
            '12:17: an entry of "questions" must be text, not a mapping; '
            'write it in quotes: "rye bread: do you have it"',
        ),
        # Nothing, or what is not seen
        (
            changed("key: at seven", "key: at seven\n    digit: #"),
            '10:5: nothing stands behind "digit"; write what belongs there, in quotes if it begins with #, '
            "or leave the key out",
        ),
        (
            changed("persona: You are the assistant of a bakery.", "persona: ~"),
            '3:10: "persona" must be text, not nothing; write a text',
        ),
        (answer("We open {hours."), BRACE),
        (answer("We open at {{time}}."), BRACE),
        # Lists and mappings
        (f"a: {'[' * DEEPEST}\n", f"1:{DEEPEST + 3}: {DEEP}"),
        (
            changed("  - name: bread\n", "  - rye\n  - name: bread\n"),
            '11:5: an entry of "facts" must be a mapping, not text; write `key: value` lines, indented alike',
        ),
        (
            GOOD + "hours:\n  monday: 9:00-17:00\n",
            '15:3: "monday" belongs under "open"; write "open:" above it, and indent the days',
        ),
        (
            GOOD + "operator: '200'\n",
            '14:11: "200" can\'t be used; a name is lower-case letters, digits and '
            'underscores, such as "opening_hours"',
        ),
        (
            answer('We open at seven."'),
            "8:13: the quote at its end is part of the text, since none begins it; remove it, or write one there too",
        ),
        # A key by the name that it has elsewhere
        (
            changed("    text: We", "    answer: We"),
            '13:5: "answer" is not known here; did you mean "text"?',
        ),
        (
            changed("    answer: We", "    text: We"),
            '8:5: "text" is not known here; did you mean "answer"?',
        ),
        (
            changed("    answer: We", "    flaw: order\n    text: We"),
            '9:5: "text" is not known here; known are about, action, answer, closed, digit, examples, flow, key, menu, '
            "name, transfer, urgent, worded",
        ),
        (
            GOOD + "transfers: [{name: boss, number: '200'}]\n",
            '14:26: "number" is not known here; did you mean "target"?',
        ),
        # Numbers as they are read
        (
            changed('"5550100"', '"+49 (0)30 123-456"'),
            '2:11: "+49 (0)30 123-456" can\'t be used; write its digits without anything between them: "+4930123456"',
        ),
        (
            GOOD + "transfers: [{name: boss, target: '0171 555 1234'}]\n",
            '14:34: "0171 555 1234" can\'t be used; write its digits without anything between them: "01715551234"',
        ),
        # Voices
        (
            GOOD + "voice: piper-en-us-jo\n",
            '14:8: "piper-en-us-jo" is no voice of offhook\'s, and none that was added to this machine; '
            'did you mean "piper-en-us-joe"?',
        ),
        (
            GOOD + "voice: Alice\n",
            '14:8: "Alice" is no voice of offhook\'s, and none that was added to this machine; '
            "known are piper-en-us-joe, piper-en-us-ljspeech, piper-en-gb-alba",
        ),
        # Moments
        (GOOD + TEST.format(now="tomorrow"), f'16:10: "tomorrow" {MOMENT}'),
        (GOOD + TEST.format(now="20261224"), f'16:10: "20261224" {MOMENT}'),
        (GOOD + TEST.format(now="2026-12-24 10:00+01:00"), f'16:10: "2026-12-24 10:00+01:00" {MOMENT}'),
        # Answers that a model words
        (
            answer("It's {time}.\n    worded: model"),
            '9:13: the model words no "answer" with {…} in it; leave out the one or the other',
        ),
        (
            answer("Goodbye.\n    worded: model\n    action: goodbye"),
            '9:13: what goes before "action" is said as written; leave this out',
        ),
        *(
            (
                answer(f"Sure.\n    worded: strong\n    {leads}: order"),
                f'9:13: what goes before "{leads}" is said as written; leave this out',
            )
            for leads in ("flow", "transfer", "menu")
        ),
        # Names that are taken, and what nothing gives
        (
            GOOD + "slots: [{name: day, kind: date, ask: When?}, {name: day, kind: date, ask: When?}]\n",
            '14:53: "day" is the name of a slot already, in line 14; choose another',
        ),
        (
            GOOD + FLOWS.format(one="order", two="order", say="Well."),
            '16:12: "order" is the name of a flow already, in line 15; choose another',
        ),
        (
            GOOD + FLOWS.format(one="order", two="lend", say="'{day}'"),
            '15:33: "{day}" is not known in this flow; this flow asks for nothing',
        ),
        (
            GOOD + MENUS,
            '16:12: "main" is the name of a menu already, in line 15; choose another',
        ),
        (
            GOOD + "transfers:\n  - {name: boss, target: '1'}\n  - {name: boss, target: '2'}\n",
            '16:12: "boss" is the name of a transfer already, in line 15; choose another',
        ),
        # What means something to every bot
        (
            example("yes please"),
            '7:114: "yes please" means "yes" to every bot, so no caller who says it comes here; '
            "write another, or remove it",
        ),
        (example("no"), f'7:114: "no" means "no" {TO_ALL}'),
        (example("wait a moment"), f'7:114: "wait a moment" means "wait" {TO_ALL}'),
        (example("never mind"), f'7:114: "never mind" means "stop" {TO_ALL}'),
        (example("what was that"), f'7:114: "what was that" means "say that again" {TO_ALL}'),
        (example("what can i ask"), f'7:114: "what can i ask" means "tell me what I can ask" {TO_ALL}'),
        (example("operator"), f'7:114: "operator" means "I want a person" {TO_ALL}'),
        (example("thanks a lot"), f'7:114: "thanks a lot" means "thank you" {TO_ALL}'),
        (example("bye", "action: repeat"), f'7:114: "bye" means "goodbye" {TO_ALL}'),
        (
            example("i will call back later"),
            f'7:114: "i will call back later" means "I\'ll call again later" {TO_ALL}',
        ),
        (example("is anybody there now"), f'7:114: "is anybody there now" means "are you still there" {TO_ALL}'),
        (example("got it"), f'7:114: "got it" means "I understand" {TO_ALL}'),
        (example("carry on"), f'7:114: "carry on" means "go on" {TO_ALL}'),
        # Appointments beyond the hours
        (
            GOOD + BOOK + OPEN + "calendar: {open: {monday: ['9:00-17:00', '17:00-18:00']}}\n",
            "17:27: an appointment can be on monday at 17:00-18:00, when the business is open 9:00-12:00 and "
            '12:00-17:00 by "hours"; change one of them',
        ),
        (
            GOOD + BOOK + OPEN + "calendar: {open: {friday: 9:00-17:00}}\n",
            '17:27: an appointment can be on friday at 9:00-17:00, when the business is closed by "hours"; '
            "change one of them",
        ),
        (
            GOOD + BOOK + OPEN,
            '15:32: an appointment can be on wednesday at 9:00-17:00, when the business is closed by "hours"; '
            "change one of them",
        ),
        # How it was saved
        (GOOD.encode("utf-16-le"), "1:1: this is UTF-16; save the file as UTF-8"),
        (GOOD.encode("utf-16-be"), "1:1: this is UTF-16; save the file as UTF-8"),
        (GOOD.encode("utf-32"), "1:1: this is UTF-32; save the file as UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00", f"1:1: {OFFICE}"),
        (b"{\\rtf1\\ansi name: Joe}", f"1:1: {OFFICE}"),
        # What was copied or joined with it
        (changed("greeting:", "<<<<<<< mine\ngreeting:"), f"4:1: {JOINED}"),
        (changed("greeting:", "=======\ngreeting:"), f"4:1: {JOINED}"),
        ("```yaml\n" + GOOD, f"1:1: {COPIED}"),
    ],
)
def test_a_mistake_is_said_where_it_is(tmp_path: Path, text: str | bytes, finding: str) -> None:
    assert finding in findings(tmp_path, text)


@pytest.mark.parametrize("times", ['"9-17"', "closed", '"9:00-5:00"'])
def test_of_hours_that_are_none_nothing_is_said_of_appointments_outside_of_them(tmp_path: Path, times: str) -> None:
    found = findings(tmp_path, GOOD + BOOK + f"hours: {{open: {{monday: {times}}}}}\n")
    assert len(found) == 1
    assert "appointment" not in found[0]


def test_of_a_section_that_is_not_known_nothing_more_is_said(tmp_path: Path) -> None:
    known = '14:1: "calender" is not known here; did you mean "calendar"?'
    assert findings(tmp_path, GOOD + "calender: {file: my_book.db}\n") == [known]


def test_of_a_file_that_is_no_dialplan_so_much_is_said_as_somebody_reads(tmp_path: Path) -> None:
    found = findings(tmp_path, "".join(f"key_{n}: value\n" for n in range(1_000)))
    assert len(found) == MOST_FINDINGS + 1
    assert found[-1] == "1:1: there are 505 more such lines; mend these first"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r"),
        example("bye", "action: goodbye"),
        example("once more", "action: repeat"),
        GOOD + BOOK + OPEN + "calendar: {open: {monday: ['10:00-16:00'], tuesday: 9:00-17:00}}\n",
        GOOD + TEST.format(now="2026-12-24T10:00"),
    ],
)
def test_what_is_good_is_not_found_wrong(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []
