"""What a far side says: a JSON object of values, or one that refuses."""

from __future__ import annotations

import re

import msgspec

from agent.errors import ToolFailed, ToolRefused

_REFUSED = "refused"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def answer_of(body: bytes | str) -> dict[str, object]:
    """The values of an answer, none of an empty one. Raises ToolRefused for `{"refused": "taken"}`, and ToolFailed."""
    if not body.strip():
        return {}
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ToolFailed("the answer is no JSON", passing=False) from None
    return values_of(found)


def values_of(found: object) -> dict[str, object]:
    """The values of a decoded answer. Raises as `answer_of`."""
    if not isinstance(found, dict):
        raise ToolFailed("the answer is no JSON object", passing=False)
    code = found.get(_REFUSED)
    if code is not None:
        raise ToolRefused(code if isinstance(code, str) and _CODE.fullmatch(code) else "unnamed")
    return {str(name): value for name, value in found.items()}
