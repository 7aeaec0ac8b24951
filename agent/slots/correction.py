"""What a caller takes back in the same breath: "tuesday no wait thursday" is Thursday."""

from __future__ import annotations

import re

_TAKES_BACK = re.compile(
    r"\b(?:no|nope|wait|sorry|i (?:mean|meant)|make (?:it|that)|actually|correction|scratch that|or rather)\b"
)


def versions(text: str) -> tuple[str, ...]:
    """What was said between the words that take something back, the last first; one at least."""
    parts = [part.strip() for part in _TAKES_BACK.split(text)]
    return tuple(reversed([part for part in parts if part])) or ("",)
