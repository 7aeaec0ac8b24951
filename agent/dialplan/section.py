"""What the parts of a dialplan are made of: mappings that refuse unknown keys, and texts with limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

LONGEST = 600  # characters of a text
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Number = Annotated[str, StringConstraints(pattern=r"^(\*|\+?[A-Za-z0-9*#._-]+)$", max_length=40)]
MOST = 200  # entries of a list: each is embedded before the first call
MOST_TESTS = 500
MOST_INCLUDED = 20


class Section(BaseModel):
    """A mapping of the file: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
