"""The JSON Schema of a dialplan file, for editors that complete and check YAML."""

from __future__ import annotations

import json

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import BoolSchema

from agent.dialplan.schema import Dialplan


class _Written(GenerateJsonSchema):
    """Of values as they are written: to YAML `on` and `off` are texts."""

    def bool_schema(self, schema: BoolSchema) -> JsonSchemaValue:
        return {"enum": ["on", "off", True, False]}


def json_schema() -> str:
    """The schema as JSON, always in the same order, with the sections' docstrings as descriptions."""
    schema = Dialplan.model_json_schema(schema_generator=_Written)
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False)
