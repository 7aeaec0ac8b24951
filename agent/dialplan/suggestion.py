"""What an admin may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggestion(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The end of a sentence: the nearest of the known words; "" where none is near. `likeness`: from 0 to 1, how near;
    among very many words that are no misspellings of each other more of it is needed."""
    near = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return f'; did you mean "{near[0]}"?' if near else ""
