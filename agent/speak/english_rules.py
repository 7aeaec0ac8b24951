"""What the rules of English are made of: a pattern and what is said in its place."""

from __future__ import annotations

import re
from collections.abc import Callable

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
TO = r"\s?[-–—]\s?"  # between the ends of a range


def rule(pattern: str, said: Callable[[re.Match[str]], str] | str, flags: int = re.IGNORECASE) -> Rule:
    """A rule; `said` is made of the match, or always the same words."""
    return re.compile(pattern, flags), (lambda match: said) if isinstance(said, str) else said
