from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speak.chunker import FIRST_CLAUSE, FIRST_LIMIT, LIMIT, Chunker


def chunks(text: str, size: int = 4) -> list[str]:
    """The pieces of a text that arrives `size` characters at a time."""
    chunker = Chunker()
    pieces = [piece for at in range(0, len(text), size) for piece in chunker.push(text[at : at + size])]
    return pieces + chunker.finish()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Sure, we open at nine.", ["Sure, we open at nine."]),  # one word is no clause
        ("Yes, of course, we open at nine.", ["Yes, of course,", "we open at nine."]),
        ("We can do that: just come in, any day. Bye.", ["We can do that:", "just come in, any day.", "Bye."]),
        ("It costs 3.50 at 9.30 a.m. tomorrow. Fine?", ["It costs 3.50 at 9.30 a.m. tomorrow.", "Fine?"]),
        ("We close at 5 p.m. Come early.", ["We close at 5 p.m.", "Come early."]),
        ("Ask Dr. Smith or Mrs. Jones. They know.", ["Ask Dr. Smith or Mrs. Jones.", "They know."]),
        ("It was J. Smith. Yes.", ["It was J. Smith.", "Yes."]),
        ("About 1,000 people, at 9:30, came.", ["About 1,000 people,", "at 9:30, came."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("Well... maybe. Who knows?!", ["Well...", "maybe.", "Who knows?!"]),
        ("It is thirty. Anything else?", ["It is thirty.", "Anything else?"]),
        ("1. Tubes\n2. Tyres\nBye", ["1. Tubes", "2. Tyres", "Bye"]),
        (
            "We are open from nine to five every day, even on Sundays.",
            ["We are open", "from nine to five every day, even on Sundays."],
        ),
        (
            "You can reach us at five o'clock or at six in the evening.",
            ["You can reach us", "at five o'clock or at six in the evening."],
        ),
        ("We are open nine to five on every single weekday.", ["We are open nine to five on every single weekday."]),
        (
            "There are nine and twenty one of them behind the big old shed.",
            ["There are nine and twenty one of them behind the", "big old shed."],
        ),  # no number is cut
        ("", []),
        ("  \n ", []),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_where_it_cuts(text: str, pieces: list[str], size: int) -> None:
    assert chunks(text, size) == pieces


def test_a_first_clause_comes_out_as_soon_as_it_is_over() -> None:
    chunker = Chunker()
    assert chunker.push("Of course we can,") == []  # more digits or a quote could follow the comma
    assert chunker.push(" and") == ["Of course we can,"]


def test_without_marks_the_length_is_capped() -> None:
    pieces = [len(piece.split()) for piece in chunks("word " * 100)]
    assert pieces[0] == FIRST_LIMIT
    assert max(pieces[1:]) == LIMIT


def test_a_long_sentence_is_cut_at_its_last_comma() -> None:
    pieces = chunks("So it is. " + "one two three four five six seven eight, " * 5 + "nine.")
    assert all(piece.endswith((",", ".")) and len(piece.split()) <= LIMIT for piece in pieces)


def test_a_slow_machine_gets_a_longer_first_piece() -> None:
    chunker = Chunker(first=7)
    assert chunker.push("Yes. We can. Come to us today, or ring. ") == ["Yes. We can. Come to us today,", "or ring."]


def test_each_next_piece_may_have_a_limit_of_its_own() -> None:
    limits = iter([2, 3, 4])
    chunker = Chunker(limit=lambda: next(limits))
    chunker.feed("So it is. " + "word " * 9)
    chunker.end()
    assert [len(piece.split()) for piece in iter(chunker.next, None)] == [3, 2, 3, 4]
    assert chunker.empty


def test_without_phrases_a_first_sentence_is_cut_at_marks_only() -> None:
    chunker = Chunker(phrases=False)
    chunker.feed("We are open for you every day, and on Sundays. ")
    assert chunker.next() == "We are open for you every day,"


TEXT = st.text(st.sampled_from("ab1 .,;:!?—-\n\"')(…\u00a0"), max_size=200)


@given(TEXT, st.integers(1, 9))
def test_no_word_is_lost_added_or_moved_however_it_arrives(text: str, size: int) -> None:
    pieces = chunks(text, size)
    assert " ".join(pieces).split() == text.split()
    assert all(piece == piece.strip() and piece for piece in pieces)
    assert all(len(piece.split()) <= LIMIT for piece in pieces)
    if len(pieces) > 1 and pieces[0].endswith((",", ";", ":")):
        assert len(pieces[0].split()) >= FIRST_CLAUSE or "\n" in text


@given(TEXT, st.integers(1, 9))
def test_the_pieces_do_not_depend_on_how_the_text_arrives(text: str, size: int) -> None:
    assert chunks(text, size) == chunks(text, 1)
