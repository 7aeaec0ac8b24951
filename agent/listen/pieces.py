"""A turn as it was heard among the words of a grammar. One that was answered too soon, and went on, comes in pieces:
its words are those of the turns that the recogniser had it in, one behind the other. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

MOST = 4  # pieces of a turn


class Piece(msgspec.Struct, frozen=True):
    """A turn of the recogniser's: the words of open speech, and those of the grammar, "" where it heard none."""

    turn: int
    words: str
    closed: str


Pieces = tuple[Piece, ...]  # in the order in which they were heard


def added(pieces: Pieces, piece: Piece) -> Pieces:
    """With another, in the place of what was heard of the same turn before it was over."""
    before = tuple(one for one in pieces if one.turn != piece.turn)
    return (*before[1 - MOST :], piece)


def closed(pieces: Sequence[Piece], said: str) -> str:
    """What was heard of the turn whose words are `said`; "" where a piece of it is missing."""
    left, heard = said.split(), list[str]()
    for piece in reversed(pieces):
        words = piece.words.split()
        if not words or not piece.closed or left[-len(words) :] != words:
            return ""
        left, heard = left[: -len(words)], [piece.closed, *heard]
        if not left:
            return " ".join(heard)
    return ""
