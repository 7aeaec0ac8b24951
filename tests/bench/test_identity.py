"""A run's hash changes with everything that the figures depend on, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.bench.identity import code_hash, identify


def test_configuration_dialplan_and_environment_are_in_the_hash_and_the_settings_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, plan = tmp_path / "offhook.toml", tmp_path / "plan.yaml"
    config.write_text("lines = 1\n")
    plan.write_text("name: one\n")
    runs = [identify(config, plan, {"seed": 1})]
    assert identify(config, plan, {"seed": 1}) == runs[0]
    other = identify(config, plan, {"seed": 2})
    assert (other.run, other.settings) == (runs[0].run, {"seed": "2"})
    runs.append(identify(None, plan, {"seed": 1}))
    plan.write_text("name: two\n")
    runs.append(identify(config, plan, {"seed": 1}))
    monkeypatch.setenv("OFFHOOK_AGENT_THREADS", "1")
    runs.append(identify(config, plan, {"seed": 1}))
    assert len({one.run for one in runs}) == len(runs)
    assert len({one.code for one in runs}) == 1


def test_the_codes_hash_is_of_names_and_contents_and_not_of_what_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "agent" / "__pycache__").mkdir(parents=True)
    (tmp_path / "telephony").mkdir()
    file = tmp_path / "agent" / "a.py"
    file.write_text("x = 1\n")
    before = code_hash(tmp_path)
    (tmp_path / "agent" / "__pycache__" / "a.py").write_text("compiled")
    (tmp_path / "agent" / "notes.md").write_text("notes")
    assert code_hash(tmp_path) == before
    file.write_text("x = 2\n")
    changed = code_hash(tmp_path)
    file.rename(tmp_path / "telephony" / "a.py")
    assert len({before, changed, code_hash(tmp_path)}) == 3
