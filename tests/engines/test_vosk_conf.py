from __future__ import annotations

from pathlib import Path

from agent.engines.vosk_conf import ENDPOINT_RULES, with_rules, write_rules

SHIPPED = """--beam=10.0
--endpoint.silence-phones=1:2:3
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
"""


def test_our_rules_replace_the_models_own_and_the_rest_stays() -> None:
    lines = with_rules(SHIPPED).splitlines()
    assert lines[:2] == ["--beam=10.0", "--endpoint.silence-phones=1:2:3"]
    assert lines[2:] == [f"--{name}={value}" for name, value in ENDPOINT_RULES.items()]


def test_writing_twice_is_writing_once(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    conf = tmp_path / "conf" / "model.conf"
    conf.write_text(SHIPPED)
    write_rules(tmp_path)
    once = conf.read_text()
    write_rules(tmp_path)
    assert conf.read_text() == once == with_rules(once)
    assert [path.name for path in conf.parent.iterdir()] == ["model.conf"]
