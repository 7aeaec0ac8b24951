"""What a caller takes back in the same breath: "tuesday no wait thursday" is Thursday."""

from __future__ import annotations

import re

_TAKES_BACK = re.compile(
    r"\b(?:no|nope|wait|sorry|i (?:mean|meant)|make (?:it|that)|actually|correction|scratch that|or rather)\b"
)


def versions(text: str) -> tuple[str, ...]:
    """What was said between the words that take something back, the last first; that is "" where nothing came after."""
    *before, last = (part.strip() for part in _TAKES_BACK.split(text))
    return (last, *reversed([part for part in before if part]))
