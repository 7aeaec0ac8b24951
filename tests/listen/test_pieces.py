"""A turn that was heard in pieces, among the words of a grammar."""

from __future__ import annotations

import pytest

from agent.listen.pieces import MOST, Piece, Pieces, added, closed

FIRST, SECOND = Piece(1, "one two three", "one two three"), Piece(2, "for five", "four five")


def pieces(*of: Piece) -> Pieces:
    kept: Pieces = ()
    for piece in of:
        kept = added(kept, piece)
    return kept


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("for five", "four five"),
        ("one two three for five", "one two three four five"),  # answered behind "three", and taken back
        ("one two three", ""),  # of a turn that is not the last
        ("two three for five", ""),
        ("five", ""),
        ("nine one two three for five", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_turn_are_those_of_its_pieces(said: str, heard: str) -> None:
    assert closed(pieces(FIRST, SECOND), said) == heard


def test_what_is_heard_of_a_turn_takes_the_place_of_less_of_it() -> None:
    assert closed(pieces(Piece(1, "one", "one"), FIRST), "one two three") == "one two three"
    assert closed(pieces(FIRST, Piece(2, "for", "four"), SECOND), "one two three for five") == "one two three four five"


def test_a_piece_that_the_grammar_gave_nothing_for_leaves_nothing() -> None:
    assert closed(pieces(Piece(1, "one", ""), SECOND), "one for five") == ""


def test_few_are_kept() -> None:
    assert len(pieces(*(Piece(turn, "one", "one") for turn in range(20)))) == MOST
