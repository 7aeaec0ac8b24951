"""Set-up without doing it: what it refuses, what it names, and that the lock files fit the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def locked(name: str) -> dict[str, set[str]]:
    """Distribution -> versions in a lock file."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines():
        if match := re.match(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            found.setdefault(re.sub(r"[._-]+", "-", match[1]).lower(), set()).add(match[2])
    return found


@pytest.mark.parametrize(("lock", "group"), [("run", None), ("dev", None), ("dev", "dev"), ("build", "build")])
def test_lock_holds_what_the_project_asks_for(lock: str, group: str | None) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["dependency-groups"][group] if group else project["project"]["dependencies"]
    versions = locked(lock)
    for requirement in map(Requirement, wanted):
        name = re.sub(r"[._-]+", "-", requirement.name).lower()
        assert name in versions, f"requirements/{lock}.txt lacks {name}: make lock"
        for version in versions[name]:
            assert requirement.specifier.contains(version), f"{name} {version} is not {requirement}: make lock"


@pytest.mark.parametrize("lock", ["run", "dev", "build"])
def test_lock_is_hashed_and_names_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert "://" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert pins
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", pin) for pin in pins)


def shell(tmp_path: Path, *programs: str) -> dict[str, str]:
    """An environment whose PATH holds only the named programs."""
    bin_directory = tmp_path / "bin"
    bin_directory.mkdir()
    for program in programs:
        found = subprocess.run(["/bin/sh", "-c", f"command -v {program}"], capture_output=True, text=True, check=True)
        (bin_directory / program).symlink_to(found.stdout.strip())
    return {**os.environ, "PATH": str(bin_directory)}


def test_too_old_python_is_named(tmp_path: Path) -> None:
    environment = shell(tmp_path, "dirname")
    old = tmp_path / "bin" / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    result = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "setup.sh", "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "offhook needs Python 3.11 or later; found: Python 3.9.2" in result.stderr
    assert "make PYTHON=" in result.stderr


def in_setup(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run code that imports set-up's modules, as set-up itself does."""
    preamble = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts' / 'setup')!r})\n"
    return subprocess.run(
        [sys.executable, "-c", preamble + code], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_missing_packages_are_found_by_what_they_bring(tmp_path: Path) -> None:
    result = in_setup("import debian; print(*debian.missing('test'))", shell(tmp_path, "gcc", "make"))
    missing = result.stdout.split()
    assert "build-essential" in missing  # g++ is not there
    assert "sip-tester" in missing
    both = tmp_path / "bin"
    (both / "g++").symlink_to("/bin/true")
    (both / "sipp").symlink_to("/bin/true")
    missing = in_setup(
        "import debian; print(*debian.missing('test'))", {**os.environ, "PATH": str(both)}
    ).stdout.split()
    assert "build-essential" not in missing
    assert "sip-tester" not in missing


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ((), "there is no apt-get here: sipsak"),
        (("apt-get",), "As root: apt-get install --no-install-recommends sipsak"),
    ],
)
def test_user_who_may_not_install_gets_the_exact_command(tmp_path: Path, programs: tuple[str, ...], said: str) -> None:
    code = """
import os, debian
from terminal import SetupError
os.geteuid = lambda: 1000
try:
    debian.install(["sipsak"], None)
except SetupError as error:
    print(error)
"""
    environment = shell(tmp_path)
    for program in programs:
        (tmp_path / "bin" / program).symlink_to("/bin/true")
    assert said in in_setup(code, environment).stdout


def test_sudo_that_asks_for_a_password_is_not_waited_for(tmp_path: Path) -> None:
    code = """
import os, debian
from terminal import SetupError
os.geteuid = lambda: 1000
try:
    debian.install(["sipsak"], None)
except SetupError as error:
    print(error)
"""
    environment = shell(tmp_path)
    (tmp_path / "bin" / "apt-get").symlink_to("/bin/true")
    (tmp_path / "bin" / "sudo").symlink_to("/bin/false")
    said = in_setup(code, environment).stdout
    assert "sudo asks for a password" in said
    assert "sudo apt-get install --no-install-recommends sipsak" in said


def test_failing_command_shows_the_end_of_its_output(tmp_path: Path) -> None:
    code = """
import sys, terminal
from pathlib import Path
terminal.LOG = Path(sys.argv[1]) / "build" / "setup.log"
try:
    terminal.run(["/bin/sh", "-c", "echo one; echo the reason >&2; exit 3"])
except terminal.SetupError as error:
    print(error)
""".replace("sys.argv[1]", repr(str(tmp_path)))
    said = in_setup(code, dict(os.environ)).stdout
    assert "ended with 3" in said
    assert "the reason" in said
    assert "the reason" in (tmp_path / "build" / "setup.log").read_text()


def test_wheel_key_changes_with_the_processor() -> None:
    code = """
import llama_wheel
before = llama_wheel.key()
assert before == llama_wheel.key()
llama_wheel._processor = lambda: "flags: another"
print(before, llama_wheel.key())
"""
    before, after = in_setup(code, dict(os.environ)).stdout.split()
    assert before != after


def test_what_is_compiled_apart_is_left_out_of_the_packages(tmp_path: Path) -> None:
    code = f"""
import environment, terminal
from pathlib import Path
environment.VENV = Path({str(tmp_path)!r})
environment.pip_install = lambda arguments: print(*arguments)
environment.install_lock("run", terminal.Step("", 1))
print(environment.block("run", environment.COMPILED))
"""
    said = in_setup(code, dict(os.environ)).stdout
    assert said.startswith(f"--require-hashes --no-build-isolation -r {tmp_path}/run.txt\n")
    assert "llama-cpp-python==" in said
    installed = (tmp_path / "run.txt").read_text()
    assert "llama-cpp-python" not in installed
    assert "vosk==0.3.45" in installed


def test_environment_of_another_directory_is_made_anew(tmp_path: Path) -> None:
    code = """
import os, sys, environment
os.makedirs(".venv/bin")
os.symlink(sys.executable, ".venv/bin/python")
print(environment.usable())  # by hand, and it works
print(environment.usable())
environment.stamp("venv", environment.digest("/somewhere/else/.venv"))
print(environment.usable())
"""
    preamble = f"import os; os.chdir({str(tmp_path)!r})\n"
    assert in_setup(preamble + code, dict(os.environ)).stdout.split() == ["True", "True", "False"]


def test_broken_stamps_mean_that_nothing_is_installed(tmp_path: Path) -> None:
    code = f"""
import environment
from pathlib import Path
environment._STAMPS = Path({str(tmp_path)!r}) / "stamps.json"
environment.stamp("run", "1")
print(environment.stamped("run"))
environment._STAMPS.write_text("{{")
print(repr(environment.stamped("run")))
"""
    assert in_setup(code, dict(os.environ)).stdout.split() == ["1", "''"]


@pytest.mark.parametrize(
    ("receipt", "missing"),
    [
        ('{"entry": "SmolLM2-135M-Instruct.Q8_0.gguf"}', False),
        ('{"entry": "SmolLM2-135M-Instruct.Q4_1.gguf"}', True),  # of an older manifest
        ('{"entry": "own.gguf", "base": "somewhere"}', False),  # the admin's own
        ("{", True),
    ],
)
def test_models_are_missing_that_are_not_installed_as_the_manifest_says_today(
    receipt: str, missing: bool, tmp_path: Path
) -> None:
    (tmp_path / "smollm2-135m").mkdir()
    (tmp_path / "smollm2-135m" / ".receipt.json").write_text(receipt)
    result = in_setup("import models; print(*models.missing())", {**os.environ, "OFFHOOK_MODELS": str(tmp_path)})
    assert ("smollm2-135m" in result.stdout.split()) is missing
    assert "minilm-l6" in result.stdout.split()
