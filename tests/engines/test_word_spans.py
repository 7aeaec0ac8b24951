from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.engines.word_spans import Group, Phone, groups_of, word_spans


def phones(text: str, samples: int = 100) -> list[Phone]:
    return [Phone("^", 10), *(Phone(symbol, samples) for symbol in text), Phone("$", 10)]


def test_words_are_the_groups_where_they_match() -> None:
    spans = word_spans(["yes,", "please"], groups_of(phones("jɛs, pliːz.")))
    assert [(span.text, span.start, span.end) for span in spans] == [("yes,", 10, 310), ("please", 510, 1010)]


def test_joined_words_share_their_group_and_the_rest_stays_in_place() -> None:
    groups = groups_of(phones("ʌvðə piːpəl ɪnðə ɹuːm"))
    spans = word_spans(["Of", "the", "people", "in", "the", "room"], groups)
    people, room = spans[2], spans[5]
    assert (people.start, people.end) == (groups[1].start, groups[1].end)
    assert (room.start, room.end) == (groups[3].start, groups[3].end)
    assert spans[0].end == spans[1].start == groups[0].start + 160  # two letters of five


def test_a_word_of_two_groups_spans_both() -> None:
    groups = groups_of(phones("sɛvənɛlɛvən tuː naɪn stɔːɹ"))
    spans = word_spans(["seveneleven", "to-nine", "store"], groups)
    assert (spans[1].start, spans[1].end) == (groups[1].start, groups[2].end)


GROUPS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400), st.integers(1, 12)), max_size=15)


@given(st.lists(st.text("abcdefgh'-", min_size=1, max_size=9), max_size=15), GROUPS)
def test_every_word_gets_a_span_in_order(words: list[str], shape: list[tuple[int, int, int]]) -> None:
    groups, at = [], 0
    for gap, length, count in shape:
        groups.append(Group(at + gap, at + gap + length, count))
        at += gap + length
    spans = word_spans(words, groups)
    if not words or not groups:
        assert spans == ()
        return
    assert [span.text for span in spans] == words
    assert all(0 <= span.start <= span.end <= at for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
