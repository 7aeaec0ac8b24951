from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.interview.zone import machine_zone, zone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        (" new  york ", "America/New_York"),
        ("berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("Etc/UTC", "Etc/UTC"),
        ("cet", "CET"),
        ("", ""),
    ],
)
def test_a_zone_is_known_by_its_name_or_a_city(typed: str, name: str) -> None:
    assert zone(typed) == name


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Berln", '"Berln" is no time zone; did you mean "Berlin"? Write a large city of it, such as "New York"'),
        ("Germany", '"Germany" is no time zone; write a large city of it, such as "New York"'),
        ("xx", '"xx" is no time zone; write a large city of it, such as "New York"'),
        ("louisville", '"louisville" may be America/Kentucky/Louisville or America/Louisville; write which'),
    ],
)
def test_what_is_no_zone_is_said(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        zone(typed)


@pytest.mark.parametrize("typed", ["EST", "mst", "GMT", "Etc/GMT", "GMT+1", "Etc/GMT-5", "Factory", "localtime"])
def test_a_zone_of_no_place_is_refused_since_it_has_no_summer_time(typed: str) -> None:
    reason = f'"{typed}" names no place, so its summer time is not known; write a large city of it, such as "New York"'
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        zone(typed)


def test_this_machine_s_is_what_its_clock_is_set_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Berlin").touch()
    (tmp_path / "localtime").symlink_to(zones / "Berlin")
    monkeypatch.delenv("TZ", raising=False)
    assert machine_zone(tmp_path / "localtime") == "Europe/Berlin"
    assert machine_zone(tmp_path / "none") == ""
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert machine_zone(tmp_path / "localtime") == "Asia/Tokyo"
