"""`offhook dialplan` as an admin runs it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.config import WORKSHOP
from tests.dialplan.test_load import GOOD

run = CliRunner().invoke


NOT_TRIED = "your phrases were not tried against each other"


def test_a_good_file_is_called_good() -> None:
    result = run(app, ["check", "--fast", str(WORKSHOP)])
    assert result.exit_code == 0
    assert result.output == (
        f"{WORKSHOP}: good. Hill Street Bicycles: 13 intents, 13 facts\n{WORKSHOP}: {NOT_TRIED} (--fast)\n"
    )


ALIKE = """\
  - name: on_holidays
    examples: [are you open on new year's day, are you open on easter sunday, what are your hours on christmas eve]
    answer: We're closed on holidays.
"""


def test_topics_that_sound_alike_are_told_with_an_example_and_the_figures_of_all(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(GOOD.replace("facts:\n", ALIKE + "facts:\n"))
    result = run(app, ["check", str(file)])
    assert result.exit_code == 0
    few, alike, good, figures = result.output.splitlines()
    assert "3 of examples is few" in few
    assert alike.startswith(f"{file}:10:11: on_holidays and hours sound alike: ")
    assert re.search(r' of 3 examples of the first are nearer to the second \("[^"]+"\)', alike)
    assert alike.endswith('write more examples like it under "on_holidays", or make them one (warning)')
    assert good == f"{file}: good. Corner Bakery: 2 intents, 1 fact"
    shares = re.findall(r"(\d+)% (act|are asked back|are taken for another|are not known)", figures)
    assert figures.startswith(f"{file}: of 11 phrases of yours, each tried as if it were not written, ")
    assert len(shares) == 4
    assert 98 <= sum(int(share) for share, _ in shares) <= 102


def test_without_the_model_phrases_are_not_tried_and_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["check", str(WORKSHOP)])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith(f"{WORKSHOP}: {NOT_TRIED}: ")
    assert "offhook models fetch minilm-l6" in result.output


def test_more_phrases_than_can_be_tried_in_seconds_are_not(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    topics = "".join(
        f"  - {{name: topic_{at}, answer: Yes., examples: [{', '.join(f'w{at} x{one}' for one in range(200))}]}}\n"
        for at in range(11)
    )
    file.write_text(GOOD.replace("facts:\n", topics + "facts:\n"))
    result = run(app, ["check", str(file)])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"{file}: {NOT_TRIED}: 2208 are more than 2000"


def test_a_file_with_errors_is_told_of_them_alone(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(GOOD + "gretting: x\n")
    assert run(app, ["check", str(file)]).output == (
        f'{file}:14:1: "gretting" is not known here; did you mean "greeting"?\n'
    )


def test_errors_have_exit_code_1_and_warnings_are_marked(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(WORKSHOP.read_text().replace("numbers:", "nummbers:").replace("Hello, this is", "Hey *you*"))
    result = run(app, ["check", str(file)])
    assert result.exit_code == 1
    warning, _greeting, *errors = result.output.splitlines()
    assert warning.endswith('"*" would be read aloud or dropped; write the text as it is spoken (warning)')
    assert [line.split(": ", 1)[1] for line in errors] == [
        '"nummbers" is not known here; did you mean "numbers"?',
    ]


def test_warnings_alone_have_exit_code_0(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(WORKSHOP.read_text().replace("Hello, this is", "Hey *you*"))
    result = run(app, ["check", "--fast", str(file)])
    assert result.exit_code == 0
    assert result.output.count("(warning)") == 1


def test_ask_shows_route_topic_score_and_reply() -> None:
    result = run(app, ["ask", str(WORKSHOP), "where can i leave my car", "thanks bye"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("bot: Hello, this is the automated assistant")
    assert lines[1] == "caller: where can i leave my car"
    assert lines[2].startswith("bot [intent parking 0.")
    assert lines[2].endswith("Yes, there's free parking behind the shop. The entrance is on Mill Lane.")
    assert lines[4] == "bot [goodbye 1.00]: Thank you for calling Hill Street Bicycles. Goodbye."


def test_ask_without_the_model_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["ask", str(WORKSHOP), "hello"])
    assert result.exit_code == 1
    assert "offhook models fetch minilm-l6" in result.output


PASSES = "  - name: open\n    turns:\n      - {caller: when are you open, topic: hours}\n"
FAILS = """\
  - name: rye <&>
    turns:
      - {caller: hello, ends: false}
      - {caller: opening hours, topic: bread}
"""


def file_with(tmp_path: Path, tests: str, name: str = "plan.yaml") -> Path:
    path = tmp_path / name
    path.write_text(GOOD + tests)
    return path


def test_tests_that_pass_are_counted(tmp_path: Path) -> None:
    file = file_with(tmp_path, "tests:\n" + PASSES)
    result = run(app, ["test", str(file)])
    assert (result.exit_code, result.output) == (0, f"{file}: 1 of 1 tests passed\n")


def test_a_test_that_fails_is_told_with_the_line_of_its_turn_and_written_as_junit(tmp_path: Path) -> None:
    file, xml = file_with(tmp_path, "tests:\n" + PASSES + FAILS), tmp_path / "tests.xml"
    result = run(app, ["test", str(file), "--junit", str(xml)])
    failure = "turn 2: wanted topic bread, got intent hours 1.00: We open at seven."
    assert result.exit_code == 1
    assert result.output == f"{file}:21: rye <&>: {failure}\n{file}: 1 of 2 tests passed\n"
    suite = ElementTree.parse(xml).getroot()[0]
    assert (suite.get("name"), suite.get("failures")) == (str(file), "1")
    assert [child.get("message") for child in suite.iter("failure")] == [failure]


def test_only_the_named_tests_run_and_none_is_a_mistake(tmp_path: Path) -> None:
    file = file_with(tmp_path, "tests:\n" + PASSES + FAILS)
    result = run(app, ["test", str(file), "--only", "Open"])
    assert (result.exit_code, result.output) == (0, f"{file}: 1 of 1 tests passed\n")
    result = run(app, ["test", str(file), "--only", "parking"])
    assert (result.exit_code, result.output) == (1, f'{file}: no test has "parking" in its name\n')


def test_a_file_without_tests_says_so(tmp_path: Path) -> None:
    file = file_with(tmp_path, "")
    result = run(app, ["test", str(file)])
    assert (result.exit_code, result.output) == (0, f'{file}: no tests; write them under "tests"\n')


def test_a_broken_file_is_not_tested_and_every_error_is_said(tmp_path: Path) -> None:
    good = file_with(tmp_path, "tests:\n" + FAILS)
    broken = file_with(tmp_path, "tests:\n" + PASSES.replace("hours", "hour") + "gretting: x\n", "broken.yaml")
    result = run(app, ["test", str(good), str(broken), str(tmp_path / "none.yaml")])
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert f'{broken}:17:44: "hour" is no intent and no fact of this file; did you mean "hours"?' in lines
    assert f'{broken}:18:1: "gretting" is not known here; did you mean "greeting"?' in lines
    assert lines[-1].startswith(f"{tmp_path / 'none.yaml'}:1:1: can't be read")
    assert "passed" not in result.output


def test_outcomes_that_cannot_be_written_are_an_error(tmp_path: Path) -> None:
    file, nowhere = file_with(tmp_path, "tests:\n" + PASSES), tmp_path / "none" / "tests.xml"
    result = run(app, ["test", str(file), "--junit", str(nowhere)])
    assert result.exit_code == 1
    remedy = "No such file or directory; name a file in a folder that exists"
    assert result.output.splitlines()[-1] == f"{nowhere}: can't be written: {remedy}"


def test_tests_without_the_model_say_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["test", str(WORKSHOP)])
    assert result.exit_code == 1
    assert "offhook models fetch minilm-l6" in result.output


def test_tests_by_voice_without_the_callers_voice_say_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path))
    result = run(app, ["test", str(WORKSHOP), "--sip"])
    assert result.exit_code == 1
    assert "the model 'piper-en-us-joe' is not installed" in result.output
    assert "offhook models fetch" in result.output


@pytest.mark.parametrize("option", [("--loss", "3"), ("--again",)])
def test_a_bad_network_and_a_second_call_are_of_calls(option: tuple[str, ...]) -> None:
    result = run(app, ["test", str(WORKSHOP), *option])
    assert result.exit_code == 2
    assert "are of calls; add --sip" in result.output


def test_tests_by_text_only_are_counted_by_voice(tmp_path: Path) -> None:
    file = file_with(tmp_path, "tests:\n" + PASSES.replace("    turns:", "    text_only: true\n    turns:"))
    result = run(app, ["test", str(file), "--sip"])
    assert (result.exit_code, result.output) == (0, f"{file}: 0 of 0 tests passed, 1 by text only\n")
