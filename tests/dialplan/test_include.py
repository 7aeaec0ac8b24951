"""Files that a dialplan includes: how what they say is joined, and what is wrong with them, each in its own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.dialplan.load import load, load_all, read
from agent.errors import DialplanError
from tests.dialplan.test_load import GOOD

SHARED = """\
variables: {town: Springfield, street: Mill Lane}
phrases: {stopped: "All right."}
far_end: {music: {seconds: 60, back: Here again.}}
interruptions: {stop: [halt]}
facts:
  - name: address
    questions: [where are you, what is your address, where is the shop]
    text: We're in {street}, {town}.
unanswered: [do you know the weather]
tests:
  - name: the address
    turns:
      - caller: where are you
        topic: address
"""


class Files:
    """A dialplan and a file that is shared, in a folder; a place in a finding begins with the file's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, plan: str = "", shared: str | bytes = SHARED, *, include: str = "[shared.yaml]") -> Path:
        """The good dialplan with these lines after it, including the shared file."""
        data = shared.encode() if isinstance(shared, str) else shared
        (self.folder / "shared.yaml").write_bytes(data)
        path = self.folder / "plan.yaml"
        path.write_text(f"{GOOD}include: {include}\n{plan}")
        return path

    def findings(self, plan: str = "", shared: str | bytes = SHARED, *, include: str = "[shared.yaml]") -> list[str]:
        one = read([self.write(plan, shared, include=include)])[0]
        return [line.replace(f"{self.folder}/", "") for line in (*one.errors, *one.warnings)]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_lists_are_joined_mappings_are_merged_and_the_own_file_wins(files: Files) -> None:
    own = (
        "variables: {street: Hill Street}\nphrases: {help: What is it?}\nfar_end: {music: {seconds: 90}}\n"
        "interruptions: {stop: [one question], go_on: [carry on]}\nunanswered: [do you pierce ears]\nhold: Wait.\n"
    )
    assert files.findings(own, SHARED + "hold: Hold on.\ngoodbye: So long.\nnumbers: ['1', '2']\n") == []
    plan = load(files.folder / "plan.yaml")
    assert plan.variables == {"street": "Hill Street", "town": "Springfield"}
    assert (plan.phrases.stopped, plan.phrases.help) == ("All right.", "What is it?")
    assert (plan.far_end.music.seconds, plan.far_end.music.back) == (90, "Here again.")
    assert (plan.interruptions.stop, plan.interruptions.go_on) == (("one question", "halt"), ("carry on",))
    assert [fact.name for fact in plan.facts] == ["bread", "address"]
    assert plan.facts[1].text == "We're in Hill Street, Springfield."
    assert plan.unanswered == ("do you pierce ears", "do you know the weather")
    assert (plan.hold, plan.goodbye, plan.numbers) == ("Wait.", "So long.", ("5550100",))


def test_of_several_files_the_first_wins_and_paths_begin_at_the_file(files: Files, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "other.yaml").write_text("hold: Second.\nfacts: []\nunanswered: [is it late]\n")
    assert files.findings(shared=SHARED + "hold: First.\n", include="[shared.yaml, more/other.yaml]") == []
    plan = load(tmp_path / "plan.yaml")
    assert (plan.hold, plan.unanswered) == ("First.", ("do you know the weather", "is it late"))
    assert plan.include == ("shared.yaml", "more/other.yaml")


def test_a_variable_of_a_shared_file_need_not_be_used(files: Files) -> None:
    assert files.findings(shared=SHARED.replace("street: Mill Lane", "street: Mill Lane, phone: none")) == []
    assert files.findings("variables: {phone: none}\n") == [
        'plan.yaml:15:13: "phone" is used nowhere; write "{phone}" in a text, or remove it'
    ]


@pytest.mark.parametrize(
    ("include", "finding"),
    [
        ("[plan.yaml]", '14:11: "plan.yaml" is this file itself; remove it'),
        ("[shared.yaml, ./shared.yaml]", '14:24: "./shared.yaml" is here twice; remove it'),
        (
            "[none.yaml]",
            '14:11: "none.yaml" can\'t be read: No such file or directory; name a dialplan file that exists',
        ),
        ("[.]", '14:11: "." can\'t be read: Is a directory; name a file in it'),
        ('["\\0"]', "14:11: a character that no text has is written here; remove it"),
        (
            "shared.yaml",
            '14:10: "include" must be a list, not text; write one entry a line, each after "- "',
        ),
        ("[1]", '14:11: an entry of "include" must be text, not a number; write it in quotes: "1"'),
        (f"[{', '.join(['shared.yaml'] * 21)}]", '14:10: "include" has too many entries; at most 20'),
    ],
)
def test_what_cannot_be_included_is_said_at_its_entry(files: Files, include: str, finding: str) -> None:
    assert f"plan.yaml:{finding}" in files.findings(include=include)


@pytest.mark.parametrize(
    ("shared", "finding"),
    [
        ("", "1:1: the file is empty; `dialplans/clinic.yaml` shows what belongs in it"),
        ("- a\n", "1:1: an included file must be a mapping; write `key: value` lines, indented alike"),
        ("a: [b\n", "1:4: not YAML: this [ is never closed, or a comma is missing in it; write [one, two]"),
        (b"a: b\nc: \xff", "2:4: not UTF-8 from here on; save the file as UTF-8"),
        (
            "hold: Wait.\ninclude: [more.yaml]\n",
            "2:1: an included file includes no other; name the others in the file that includes this one",
        ),
    ],
)
def test_a_shared_file_that_cannot_be_used_is_named(files: Files, shared: str | bytes, finding: str) -> None:
    assert files.findings(shared=shared) == [f"shared.yaml:{finding}"]


def test_a_shared_file_that_is_too_long_is_refused(files: Files) -> None:
    assert files.findings(shared="#" * 1_000_001) == [
        'plan.yaml:14:11: "shared.yaml" is 1000001 bytes long; a dialplan has at most 1000000'
    ]


@pytest.mark.parametrize(
    ("own", "shared", "finding"),
    [
        (
            "",
            SHARED.replace("topic: address", "topic: adress"),
            '14:16: "adress" is no intent and no fact of this file; did you mean "address"?',
        ),
        ("", SHARED.replace("text:", "txt:"), '8:5: "txt" is not known here; did you mean "text"?'),
        ("", SHARED.replace("text:", "txt:"), '6:5: "text" is missing here; add it'),
        ("", SHARED.replace("{street},", "{stret},"), '8:11: "{stret}" is not known here; did you mean "street"?'),
        ("", SHARED.replace("street: Mill Lane", "street: 5"), '1:40: "street" must be text, not a number; '),
        ("", SHARED.replace("name: address", "name: hours"), '6:11: "hours" is a name already, in line 6 of plan.yaml'),
        (
            "",
            SHARED.replace("where is the shop", "when are you open"),
            '7:54: "when are you open" is an example in line 7 of plan.yaml too; a caller can mean only one',
        ),
        (
            "interruptions: {go_on: [halt]}\n",
            SHARED,
            '4:24: "halt" is under "go_on" too, in line 15 of plan.yaml; it can mean only one thing',
        ),
        (
            "tests: [{name: the address, turns: [{caller: where, topic: address}]}]\n",
            SHARED,
            '11:11: "the address" is the name of a test already, in line 15 of plan.yaml; choose another',
        ),
        ("unanswered: []\n", SHARED + "hold: '*Wait*'\n", '15:7: "*" would be read aloud or dropped'),
        (
            "phrases: {help: What?}\n",
            SHARED.replace('{stopped: "All right."}', "[All right]"),
            '2:10: "phrases" is a mapping in plan.yaml; write one here too, or leave the key out',
        ),
        (
            "",
            SHARED.partition("facts:")[0] + "facts: none\n",
            '5:8: "facts" is a list in plan.yaml; write one here too, or leave the key out',
        ),
    ],
)
def test_a_finding_names_the_file_in_which_it_is(files: Files, own: str, shared: str, finding: str) -> None:
    assert any(line.startswith(f"shared.yaml:{finding}") for line in files.findings(own, shared))


def test_findings_of_both_files_come_at_once_the_own_files_first(files: Files) -> None:
    found = files.findings("holt: Wait.\n", SHARED.replace("text:", "txt:"))
    assert [line.split(": ")[0] for line in found] == ["plan.yaml:15:1", "shared.yaml:6:5", "shared.yaml:8:5"]


def test_two_files_can_include_the_same_one_but_not_answer_the_same_number(files: Files, tmp_path: Path) -> None:
    one, two = files.write(), tmp_path / "two.yaml"
    text = one.read_text().replace("Corner Bakery", "Market Bakery")
    two.write_text(text.replace("5550100", "5550101"))
    assert [plan.facts[1].name for plan in load_all([one, two])] == ["address", "address"]
    for path in (one, two):
        path.write_text(path.read_text().replace("numbers:", "# numbers:"))
    (tmp_path / "shared.yaml").write_text(SHARED + 'numbers: ["5550100"]\n')
    with pytest.raises(DialplanError) as raised:
        load_all([one, two])
    what = f'the number "5550100" is answered by {one} too; leave it to one of them'
    assert raised.value.findings == [f"{tmp_path}/shared.yaml:15:11: {what}"]


def test_a_shared_test_that_fails_is_told_with_its_own_file_and_line(files: Files, tmp_path: Path) -> None:
    own = "tests: [{name: bread, turns: [{caller: do you have rye bread, topic: hours}]}]\n"
    path = files.write(own, SHARED.replace("topic: address", "topic: hours"))
    result = CliRunner().invoke(app, ["test", str(path)])
    assert result.exit_code == 1
    first, second, count = result.output.splitlines()
    assert first.startswith(f"{path}:15: bread: turn 1: wanted topic hours, got fact bread")
    assert second.startswith(f"{tmp_path}/shared.yaml:13: the address: turn 1: wanted topic hours, got fact address")
    assert count == f"{path}: 0 of 2 tests passed"


def test_the_other_commands_know_what_is_included(files: Files, tmp_path: Path) -> None:
    path, alone = files.write(), tmp_path / "alone.yaml"
    alone.write_text(GOOD)
    run = CliRunner().invoke
    assert run(app, ["check", str(path)]).output.startswith(f"{path}: good. Corner Bakery: 1 intent, 2 facts\n")
    assert run(app, ["ask", str(path), "where are you"]).output.endswith("We're in Mill Lane, Springfield.\n")
    assert run(app, ["talk", str(path)], input="where are you\n").exit_code == 0
    assert "address" in run(app, ["explain", str(path), "where are you"]).output
    assert run(app, ["route", "5550100", str(path)]).exit_code == 0
    lines = run(app, ["diff", str(alone), str(path)]).output.splitlines()
    assert {"topic added: address", "changed: phrases.stopped", "changed: variables.town"} < set(lines)


def test_a_shared_file_alone_has_the_usual_errors(files: Files) -> None:
    files.write()
    errors = read([files.folder / "shared.yaml"])[0].errors
    assert f'{files.folder}/shared.yaml:1:1: "greeting" is missing here; add it' in errors
