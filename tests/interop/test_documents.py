"""What the trunk guide and deploy/ tell people to copy is read by the programs it is for."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.config import load

ROOT = Path(__file__).parents[2]
PAGES = ("docs/trunks.md", "deploy/asterisk/README.md")
TOML = [
    pytest.param(block, id=f"{page}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"^```toml\n(.*?)^```", (ROOT / page).read_text(), re.S | re.M), 1)
]


@pytest.mark.parametrize("block", TOML)
def test_every_toml_block_is_a_configuration(block: str, tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(block)
    assert load(file, environment={}).trunk


def test_every_link_of_the_guides_leads_somewhere() -> None:
    pages = [ROOT / "docs" / "trunks.md", *(ROOT / "deploy").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
            file, _, heading = target.partition("#")
            if not target.startswith("http"):
                there = page.parent / file if file else page
                assert there.exists(), f"{page}: {target}"
                assert not heading or heading in _headings(there), f"{page}: {target}"


def _headings(page: Path) -> set[str]:
    titles = re.findall("^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_freeswitch_files_are_well_formed() -> None:
    files = list((ROOT / "deploy" / "freeswitch").rglob("*.xml"))
    assert len(files) == 3
    for file in files:
        assert ElementTree.parse(file).getroot().tag == "include"


def test_the_service_starts_offhook_with_switches_that_exist() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "systemd" / "offhook.service")
    program, command, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/offhook")
    usage = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    switches = [each for each in arguments if each.startswith("--")]
    assert switches == ["--config", "--data-dir"]
    assert all(each in usage for each in switches), usage
