"""Taking a message: the table is complete, always ends, and keeps what it was told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reply.message import DONE, GIVE_UP, TABLE, Heard, Say, Step, Taking, advance, finish
from agent.reply.message_turn import heard_in
from agent.reply.utterance import Utterance

LONGEST = 40  # turns that any message can take

turns = st.lists(
    st.tuples(st.sampled_from(Heard), st.sampled_from(["some words", ""]), st.text("0123456789", max_size=9)),
    min_size=LONGEST,
    max_size=LONGEST,
)
OWN = "5550100"


def after(*turns: tuple[Heard, str], own: str = OWN) -> Taking:
    taking = Taking(own=own)
    for heard, words in turns:
        digits = words if heard in (Heard.WHOLE, Heard.PART) else ""
        taking = advance(taking, heard, words, digits)
    return taking


def said(*turns: str, own: str = OWN) -> Taking:
    taking = Taking(own=own)
    for words in turns:
        utterance = Utterance(words)
        heard, digits = heard_in(taking, utterance)
        taking = advance(taking, heard, utterance.text, digits)
    return taking


def test_every_step_answers_everything_that_can_be_heard() -> None:
    steps = set(Step) - DONE
    assert set(TABLE) == {(step, heard) for step in steps for heard in Heard}
    assert set(GIVE_UP) == steps


@given(turns, st.sampled_from([OWN, ""]))
def test_it_always_ends(turns: list[tuple[Heard, str, str]], own: str) -> None:
    taking = Taking(own=own)
    for heard, words, digits in turns:
        taking = advance(taking, heard, words, digits)
    assert taking.done


@given(turns, st.sampled_from([OWN, ""]))
def test_no_number_is_called_back_that_was_not_given(turns: list[tuple[Heard, str, str]], own: str) -> None:
    taking = Taking(own=own)
    for heard, words, digits in turns:
        taking = advance(taking, heard, words, digits)
        assert own or taking.step is not Step.SAVED_OWN
        assert own or taking.step is not Step.OWN_NUMBER
        assert not taking.confirmed or taking.done


@given(st.lists(st.text("abcdefg fivesonetwothreeyesnowaitcancel ", max_size=40), min_size=LONGEST, max_size=LONGEST))
def test_it_ends_whatever_is_said(turns: list[str]) -> None:
    assert said(*turns).done


def test_the_caller_is_called_back_on_their_own_number() -> None:
    taking = said("this is joe my gears are slipping", "yes please")
    assert (taking.step, taking.say, taking.text) == (
        Step.SAVED_OWN,
        Say.SAVED_OWN,
        "this is joe my gears are slipping",
    )
    assert taking.confirmed


def test_a_number_is_read_back_and_confirmed() -> None:
    before = said("this is joe", "no", "five five five oh one nine nine")
    assert (before.step, before.number) == (Step.READ_BACK, "5550199")
    after = advance(before, Heard.YES)
    assert (after.step, after.confirmed) == (Step.SAVED, True)


def test_a_number_in_pieces_is_put_together() -> None:
    assert said("this is joe", "no", "five five five", "oh one", "nine nine").number == "5550199"


@pytest.mark.parametrize(
    ("pieces", "number"),
    [
        (("five five five", "five five five oh one four four"), "5550144"),
        (("two oh two five five five", "it's two oh two five five five oh one four four"), "2025550144"),
        (("five five five oh", "two oh two five five five oh one four four"), "2025550144"),
        (("two oh two", "five five five oh one four four"), "2025550144"),
        (
            ("four four", "seven seven zero zero nine zero zero one two three"),
            "447700900123",
        ),  # behind a country's code
        (("four nine seven one one", "five five five oh one four four"), "497115550144"),
    ],
)
def test_a_number_that_is_begun_anew_is_not_put_behind_what_was_said_of_it(
    pieces: tuple[str, ...], number: str
) -> None:
    taking = said("this is joe", "no", *pieces)
    assert (taking.step, taking.number) == (Step.READ_BACK, number)


@pytest.mark.parametrize("words", ["are you still there", "hello", "hello hello", "what did you say"])
def test_who_asks_whether_anybody_is_there_has_not_said_all_of_the_number(words: str) -> None:
    taking = said("this is joe", "no", "five five five oh", words)
    assert (taking.step, taking.say, taking.number) == (Step.REST, Say.REST, "5550")
    assert said("this is joe", "no", "five five five oh", words, "one four four").number == "5550144"
    assert said("this is joe", words).say is Say.OWN_NUMBER


def test_a_short_number_is_read_back_when_the_caller_says_that_it_is_all() -> None:
    taking = said("this is joe", "no", "extension four one two", "no that's all")
    assert (taking.step, taking.number) == (Step.READ_BACK, "412")


def test_a_wrong_number_is_asked_for_once_more_and_then_the_callers_own_is_taken() -> None:
    first = said("this is joe", "no", "five five five oh one nine nine", "no")
    assert (first.step, first.say) == (Step.NUMBER, Say.NUMBER_AGAIN)
    second = advance(advance(first, Heard.WHOLE, "", "5550177"), Heard.NO)
    assert (second.step, second.confirmed) == (Step.SAVED_OWN, False)


def test_who_is_gone_before_the_number_is_right_is_not_called_on_the_one_that_they_declined() -> None:
    gone = finish(said("this is joe", "no", "five five five oh one nine nine"))
    assert (gone.step, gone.number, gone.confirmed) == (Step.SAVED_WITHOUT, "5550199", False)
    assert finish(said("this is joe", "no")).step is Step.SAVED_OWN


def test_a_correction_replaces_the_number() -> None:
    taking = said("this is joe", "no", "five five five oh one nine nine", "no it's five five five oh one double eight")
    assert (taking.step, taking.number) == (Step.READ_BACK, "5550188")


def test_saying_the_number_again_confirms_it() -> None:
    assert said("joe here", "no", "five five five oh one nine nine", "five five five oh one nine nine").confirmed


def test_a_number_within_the_message_is_read_back_at_once() -> None:
    taking = said("this is joe please call me on five five five oh one nine nine about my bike")
    assert (taking.step, taking.number) == (Step.READ_BACK, "5550199")
    assert taking.text.startswith("this is joe")


def test_a_withheld_number_is_not_offered() -> None:
    assert said("this is joe", own="").step is Step.NUMBER
    assert said("this is joe", "i'd rather not", own="").step is Step.SAVED_WITHOUT


def test_the_number_that_they_call_from_can_be_named_at_any_step() -> None:
    assert said("this is joe", "just use this number").step is Step.SAVED_OWN
    assert said("this is joe", "no", "the number i'm calling from").step is Step.SAVED_OWN
    assert said("this is joe", "the number i'm calling from", own="").step is Step.NUMBER


@pytest.mark.parametrize(
    ("turn", "saved"),
    [
        ("the number i'm calling from i don't have another", True),
        ("the number i'm calling from it's not mine", False),
        ("i'm calling from my brother's phone", False),
    ],
)
def test_a_number_that_is_not_theirs_is_not_kept(turn: str, saved: bool) -> None:
    assert (said("this is joe", turn).step is Step.SAVED_OWN) is saved


def test_yes_before_the_message_is_no_message() -> None:
    taking = said("yes please")
    assert (taking.step, taking.say, taking.text) == (Step.ASK, Say.LISTENING, "")


def test_what_is_said_instead_of_an_answer_belongs_to_the_message() -> None:
    assert said("this is joe", "and tell them it is urgent because i leave", "yes").text == (
        "this is joe and tell them it is urgent because i leave"
    )


@pytest.mark.parametrize(
    ("open_speech", "closed", "heard", "digits"),
    [
        ("a few one who one a day", "eight zero one two one eight eight", Heard.WHOLE, "8012188"),
        ("", "five five five", Heard.PART, "555"),
        ("no one thing seven or one for", "[unk] two one six seven oh one four", Heard.WHOLE, "2167014"),
        ("no", "oh", Heard.NO, ""),
        ("cancel", "two three one", Heard.CANCEL, ""),
        ("the number i'm calling from", "eight five one", Heard.OWN, ""),
        ("yes please", "five two one", Heard.YES, ""),
        ("i would rather tell them that myself when they call", "one two three", Heard.WORDS, ""),
        ("this is about the brakes", "five [unk] eight six", Heard.WORDS, ""),
        ("five five five oh one nine nine", "", Heard.WHOLE, "5550199"),
    ],
)
def test_a_closed_recogniser_hears_digits_better_and_nothing_else(
    open_speech: str, closed: str, heard: Heard, digits: str
) -> None:
    taking = Taking(own=OWN, step=Step.NUMBER)
    assert heard_in(taking, Utterance(open_speech), closed) == (heard, digits)


def test_digits_are_heard_by_the_closed_recogniser_only_where_a_number_is_awaited() -> None:
    for step in (Step.ASK, Step.OWN_NUMBER, Step.READ_BACK):
        heard, digits = heard_in(Taking(own=OWN, step=step), Utterance("tell them hello from me"), "one two three four")
        assert (heard, digits) == (Heard.WORDS, "")


def test_cancel_and_no_end_it_without_a_message() -> None:
    assert said("never mind").step is Step.CANCELLED
    assert said("no thanks").step is Step.CANCELLED
    assert not said("this is joe", "cancel").saved


def test_who_will_call_again_instead_leaves_no_message_and_else_that_belongs_to_it() -> None:
    assert said("i'll just call back later").step is Step.CANCELLED
    assert said("this is joe", "i'll call back later", "yes").text == "this is joe i'll call back later"


def test_a_silent_caller_is_asked_three_times() -> None:
    assert after(*[(Heard.NOTHING, "")] * 2).step is Step.ASK
    assert after(*[(Heard.NOTHING, "")] * 3).step is Step.CANCELLED


def test_a_caller_who_is_gone_leaves_what_was_told() -> None:
    kept = finish(said("this is joe"))
    assert (kept.step, kept.text, kept.confirmed) == (Step.SAVED_OWN, "this is joe", False)
    assert finish(said("this is joe", own="")).step is Step.SAVED_WITHOUT
    assert not finish(Taking(own=OWN)).saved


def test_wait_keeps_the_question_open() -> None:
    taking = said("this is joe", "hold on a second")
    assert (taking.step, taking.say) == (Step.OWN_NUMBER, Say.WAIT)
