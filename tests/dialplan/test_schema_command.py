"""`offhook dialplan schema` as an editor reads it."""

from __future__ import annotations

import json
from inspect import getdoc
from pathlib import Path

from typer.testing import CliRunner

from agent.commands.dialplan import app
from agent.dialplan.schema import Dialplan
from agent.dialplan.section import Section

run = CliRunner().invoke


def test_every_section_has_its_keys_and_is_described() -> None:
    result = run(app, ["schema"])
    assert result.exit_code == 0, result.output
    schema = json.loads(result.output)
    sections = {"Dialplan": schema} | {name: one for name, one in schema["$defs"].items() if one["type"] == "object"}
    models = {model.__name__: model for model in (Dialplan, *_leaves(Section))}
    assert set(sections) == set(models)
    for name, one in sections.items():
        assert set(one["properties"]) == {field.alias or key for key, field in models[name].model_fields.items()}
        assert one["description"] == getdoc(models[name])
        assert one["additionalProperties"] is False


def test_on_and_off_are_known_as_yaml_reads_them() -> None:
    schema = json.loads(run(app, ["schema"]).output)
    assert schema["properties"]["small_talk"]["enum"] == ["on", "off", True, False]


def test_it_is_written_sorted_and_the_same_every_time(tmp_path: Path) -> None:
    out = tmp_path / "dialplan.schema.json"
    result = run(app, ["schema", "--out", str(out)])
    assert (result.exit_code, result.output) == (0, f"{out}: written\n")
    assert out.read_text() == run(app, ["schema"]).output
    schema = json.loads(out.read_text())
    assert list(schema["properties"]) == sorted(schema["properties"])


def test_a_path_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    out = tmp_path / "none" / "dialplan.schema.json"
    result = run(app, ["schema", "--out", str(out)])
    assert result.exit_code == 1
    assert f"{out}: can't be written: No such file or directory" in result.output


def _leaves(model: type[Section]) -> list[type[Section]]:
    """The models that stand in a file: those that no other model is made from."""
    made = model.__subclasses__()
    return [leaf for one in made for leaf in _leaves(one)] if made else [model]
