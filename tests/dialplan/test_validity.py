"""Facts that are so for a while: days that are none, in the wrong order, over or soon over are found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from agent.dialplan.difference import difference
from agent.dialplan.load import load, read
from tests.dialplan.test_load import GOOD

TODAY = date(2026, 12, 10)
NO_DAY = "write year, month and day of a day that there is: 2026-12-24"


def findings(tmp_path: Path, days: str) -> list[str]:
    path = tmp_path / "plan.yaml"
    path.write_text(GOOD + days)
    one = read([path], today=TODAY)[0]
    return [line.removeprefix(f"{path}:") for line in (*one.errors, *one.warnings)]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("    until: 2026-12-25\n", []),
        ("    from: 2026-12-24\n", []),
        ("    from: 2026-12-24\n    until: 2026-12-25\n", []),
        (
            "    until: 2026-12-24\n",
            ["14:12: this is told for 14 more days and not from then on; write another day if it stays so"],
        ),
        (
            "    until: 2026-12-11\n",
            ["14:12: this is told for 1 more day and not from then on; write another day if it stays so"],
        ),
        (
            "    until: 2026-12-10\n",
            ["14:12: this is told until tonight and not from then on; write another day if it stays so"],
        ),
        (
            '    until: "2026-12-09"\n',
            [
                "14:12: this was so until 2026-12-09, and nobody is told it any more; write what is so now, "
                "or remove the fact"
            ],
        ),
        (
            "    from: 2027-02-01\n    until: 2027-01-31\n",
            ['14:11: "from" (2027-02-01) is after "until" (2027-01-31); change one of them'],
        ),
        ("    until: 2026-02-30\n", [f'14:12: "2026-02-30" can\'t be used; {NO_DAY}']),
        ("    until: 12-24\n", [f'14:12: "12-24" can\'t be used; {NO_DAY}']),
        ("    from: 20261224\n", [f'14:11: "20261224" can\'t be used; {NO_DAY}']),
        ("    from: tomorrow\n", [f'14:11: "tomorrow" can\'t be used; {NO_DAY}']),
        ("    untill: 2026-12-24\n", ['14:5: "untill" is not known here; did you mean "until"?']),
        ("    form: 2026-12-24\n", ['14:5: "form" is not known here; did you mean "from"?']),
        ("    begin: 2026-12-24\n", None),
    ],
)
def test_a_day_is_found_wrong_where_it_stands(tmp_path: Path, days: str, found: list[str] | None) -> None:
    told = findings(tmp_path, days)
    if found is None:
        assert told[0].startswith('14:5: "begin" is not known here; known are about,')
    else:
        assert told == found


def test_a_fact_holds_with_its_first_and_its_last_day(tmp_path: Path) -> None:
    findings(tmp_path, "    from: 2026-12-24\n    until: 2026-12-26\n")
    fact = load(tmp_path / "plan.yaml").facts[0]
    assert [day for day in range(20, 31) if fact.holds(date(2026, 12, day))] == [24, 25, 26]


def test_other_days_are_a_difference_by_the_keys_as_written(tmp_path: Path) -> None:
    findings(tmp_path, "    from: 2026-12-24\n")
    old = load(tmp_path / "plan.yaml")
    findings(tmp_path, "    from: 2026-12-25\n")
    assert difference(old, load(tmp_path / "plan.yaml")).changed == {"bread": ("from",)}
