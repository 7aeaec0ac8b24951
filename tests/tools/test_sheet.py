"""Results as rows of a CSV file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from agent.tools.record import Record
from agent.tools.sheet import append

AT = "2026-11-30T08:00:00+00:00"


def record(*values: tuple[str, str], flow: str = "book") -> Record:
    return Record(flow, "call-1", "+4930123456", AT, values)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_first_row_has_the_names_and_the_others_the_values(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "results.csv"
    append(path, record(("day", "2026-12-01"), ("name", 'Jo "J" Smith, Jr.\nof Köln')))
    assert rows(path) == [
        {"At": AT, "Flow": "book", "Call": "call-1", "Caller": "+4930123456", "day": "2026-12-01",
         "name": 'Jo "J" Smith, Jr.\nof Köln'}
    ]  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600


def test_new_names_are_columns_of_all_rows(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    append(path, record(("day", "2026-12-01")))
    append(path, record(("plate", "HH 1"), ("day", "2026-12-02")))
    append(path, record(("day", "2026-12-03")))
    assert [(row["day"], row["plate"]) for row in rows(path)] == [
        ("2026-12-01", ""), ("2026-12-02", "HH 1"), ("2026-12-03", "")
    ]  # fmt: skip


def test_a_file_whose_last_line_has_no_end_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    append(path, record(("day", "2026-12-01")))
    path.write_bytes(path.read_bytes().rstrip())
    append(path, record(("day", "2026-12-02")))
    assert [row["day"] for row in rows(path)] == ["2026-12-01", "2026-12-02"]


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+cmd|x", "-x", "\t=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_text(tmp_path: Path, value: str) -> None:
    path = tmp_path / "results.csv"
    append(path, record(("name", value)))
    assert rows(path)[0]["name"] == f"'{value}"
