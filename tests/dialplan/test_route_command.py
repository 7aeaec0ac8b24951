"""`offhook dialplan route` as an admin runs it, by the choice that a call is answered by."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.dialplan import app
from tests.dialplan.test_load import GOOD

run = CliRunner().invoke


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A bakery that lists two numbers, and a salon that answers all others."""
    bakery, salon = tmp_path / "bakery.yaml", tmp_path / "salon.yaml"
    bakery.write_text(GOOD.replace('["5550100"]', '["5550100", "+4930123456"]'))
    salon.write_text(GOOD.replace('["5550100"]', '["*"]').replace("Corner Bakery", "Salon Bella"))
    return str(bakery), str(salon)


def test_the_file_that_lists_a_number_answers_it(files: tuple[str, str]) -> None:
    result = run(app, ["route", "5550100", *files])
    assert (result.exit_code, result.output) == (0, f"{files[0]}\n")


def test_a_number_is_found_however_it_is_grouped(files: tuple[str, str]) -> None:
    result = run(app, ["route", "+49 (30) 123-456", *files])
    assert (result.exit_code, result.output) == (0, f"{files[0]}\n")


def test_a_number_is_the_same_with_and_without_its_plus(files: tuple[str, str]) -> None:
    for number in ("4930123456", "+5550100"):
        result = run(app, ["route", number, *files])
        assert (result.exit_code, result.output) == (0, f"{files[0]}\n")


def test_a_number_that_no_file_lists_is_for_the_file_that_answers_all_others(files: tuple[str, str]) -> None:
    result = run(app, ["route", "5550199", *files])
    assert (result.exit_code, result.output) == (0, f'{files[1]} ("*", no file lists the number)\n')


def test_a_number_that_nobody_answers_has_exit_code_1(files: tuple[str, str]) -> None:
    result = run(app, ["route", "5550199", files[0]])
    assert result.exit_code == 1
    assert result.output == (
        'no file answers "5550199", and callers get 404; list it in one of them, or "*" for all others '
        "(listed are 5550100, +4930123456)\n"
    )


def test_files_with_a_number_in_common_are_refused(files: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(GOOD.replace("Corner Bakery", "Other Bakery"))
    result = run(app, ["route", "5550100", files[0], str(other)])
    assert result.exit_code == 1
    assert f'the number "5550100" is answered by {files[0]} too; leave it to one of them' in result.output
