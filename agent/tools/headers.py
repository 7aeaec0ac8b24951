"""The headers of a request, with the secrets that the dialplan only tells the place of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from agent.dialplan.remote import Secret
from agent.errors import ToolFailed


def headers(plain: Mapping[str, str], secret: Mapping[str, Secret]) -> dict[str, str]:
    """Both together. Reads files. Raises ToolFailed where a secret is not there, or can't be in a header."""
    values = {**plain, **{name: value_of(where) for name, where in secret.items()}}
    for name, value in values.items():
        if not (value.isascii() and value.isprintable()):
            raise ToolFailed(f'the value of "{name}" can\'t be in a header', sent=False, passing=False)
    return values


def value_of(secret: Secret) -> str:
    """A secret, without spaces around it. Raises ToolFailed."""
    if secret.env is not None:
        value, where = os.environ.get(secret.env, ""), f"the environment variable {secret.env}"
    else:
        value, where = _read(Path(secret.file or "").expanduser()), str(secret.file)
    if not value.strip():
        raise ToolFailed(f"no secret is in {where}", sent=False, passing=False)
    return value.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
