"""What of a model's words about a fact may be spoken."""

from __future__ import annotations

import pytest

from agent.reply.wording import covers, faithful

FACT = "A conference costs nine cents a minute for every caller."
ASKED = "what is the price of a conference"


@pytest.mark.parametrize(
    "clause",
    [
        "A conference costs nine cents a minute for every caller.",
        "Sure, every caller is nine cents a minute.",
        "The price of a conference is nine cents a minute.",
        "Conferences cost you nine cents a minute.",
    ],
)
def test_other_words_for_the_same_may_be_spoken(clause: str) -> None:
    assert faithful(clause, ASKED, FACT)


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "A conference costs ten cents a minute.",
        "A conference costs $9 a minute.",
        "A conference does not cost nine cents a minute.",
        "A conference is free for children.",
        "Note: a conference costs nine cents.",
        "A conference costs **nine cents** a minute.",
        "Every caller " + "and every caller " * 10,
    ],
)
def test_what_the_fact_does_not_say_may_not(clause: str) -> None:
    assert not faithful(clause, ASKED, FACT)


def test_a_denial_stays_one() -> None:
    fact = "You cannot bring dogs into the shop."
    assert faithful("You can't bring dogs into the shop.", "can i bring my dog", fact)
    assert not faithful("You can bring dogs into the shop.", "can i bring my dog", fact)


def test_a_number_in_the_question_is_no_fact() -> None:
    assert not faithful("Yes, a conference costs five cents a minute.", "does it cost five cents", FACT)


@pytest.mark.parametrize(
    "clause", ["We're open on Sunday.", "Yes, we're open.", "We're open in the evening.", "We're always open."]
)
def test_what_a_question_only_asks_for_is_no_fact(clause: str) -> None:
    fact = "We're open Monday to Saturday from nine to six."
    assert not faithful(clause, "are you always open on sundays and in the evening yes or no", fact)
    assert faithful("We're open on Saturday from nine.", "are you open on saturday", fact)


@pytest.mark.parametrize("clause", ["We're on the first floor.", "We're half a mile away.", "We open twice a week."])
def test_neither_is_a_count_or_an_order_that_a_question_asks_for(clause: str) -> None:
    asked = "are you half a mile away on the first floor or open twice a week"
    assert not faithful(clause, asked, "We're on the second floor, a mile away, open a week.")


def test_a_yes_of_the_fact_may_be_said() -> None:
    assert faithful("Yes, there's parking.", "is there parking", "Yes, there's parking behind the shop.")


def test_what_has_every_content_word_of_a_sentence_covers_it() -> None:
    assert covers("On the third day, the bill comes.", "The bill comes on the third day.")
    assert not covers("The bill comes.", "The bill comes on the third day.")
    assert not covers("Dogs may come in.", "Dogs may not come in.")
