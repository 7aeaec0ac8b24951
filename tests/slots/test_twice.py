"""What two recognisers make of a turn over the telephone, and a number that is said once more."""

from __future__ import annotations

import pytest

from agent.reply.utterance import Utterance
from agent.slots.read import grammar, read, read_on
from tests.slots.order import asked
from tests.slots.said import NOW, slot, value_of

PHONE, CODE = slot("phone"), slot("code")
BORN, HOUR = slot("date", past=True), slot("time", between=["8:00", "18:00"])


@pytest.mark.parametrize(
    ("said", "closed", "value"),
    [
        # the end of a number in pairs, which the closed recogniser does not know
        ("for for one forty five forty three", "four four one [unk] three", "4414543"),
        ("six one two three six so forty four sixty two", "six one two three six oh [unk]", "6123604462"),
        ("for for one forty five forty three", "[unk] four four one [unk] three", "4414543"),
        # the one that has as many digits as a telephone number has
        ("a double seven five five seven nine six", "oh double seven five five seven nine six", "7755796"),
        (
            "five for one level for three seven o three to",
            "five four one double four three seven oh three two",
            "5414437032",
        ),
        # an "oh" that is heard as another word
        ("eight four eight five double one no thanks", "", "8485110"),
        ("seven five three seven know or six", "", "7537006"),
        ("six one two three six so nine", "", "6123609"),
        # a "five" that is heard as another
        ("by by three eight five to two", "my five three eight five two two", "5538522"),
        # a "three"
        (
            "six eight eight free nine five three six seven six",
            "six eight three nine five three six seven six",
            "6883953676",
        ),
        # a "six", by both
        ("for one three takes eight five six", "four one three thanks eight five six", "4136856"),
        # and a "no" that is one
        ("five five five oh one two three no five five five oh one two four", "", "5550124"),
        ("know five five five oh one two four", "", "5550124"),
    ],
)
def test_a_number(said: str, closed: str, value: str) -> None:
    assert value_of(PHONE, said, closed)[0] == value


@pytest.mark.parametrize(
    ("said", "closed", "refused", "value"),
    [
        ("six six eight five four three a three three six", "", (), "6685438336"),
        ("a three six six one eight one seven seven six", "three six six one eight one seven seven six", (),
         "8366181776"),
        ("a for six six nine three eight", "[unk] six nine three eight", (), "8466938"),
        ("i'm five five five a one two three", "[unk] five five oh one two three", (), "5550123"),
        ("five five five a one two three", "", ("5558123",), "5550123"),
        ("five nine seven three to four four three oh", "five nine seven three two four four three oh", (),
         "5973244300"),
        ("five nine seven three to four four three oh", "", ("5973244300",), "597324430"),
        ("you can reach me at eight three six six one eight wonderful southern six think",
         "[unk] three six six one eight one double seven six thanks", (), "8366181776"),
        ("two three to be seven seven zero four zero two", "two three two seven seven zero four zero two", (),
         "2322770402"),
        ("my numbers four seven seven five forty six we've also been thanks",
         "[unk] number is four seven seven five three six three oh seven thanks", (), "4775363007"),
        ("a doggy ninety five fifteen sixty nine", "eight oh is nine two five one five five nine", (), "8029251559"),
        ("a joke is nine to five one five five nine", "eight oh is nine two five one five five nine", (),
         "8029251559"),
        # nothing is supposed of a number that goes on, or that may be whole
        ("five five five oh one two", "five five five oh one two", (), "555012..."),
        ("five five five oh one two three", "", (), "5550123"),
    ],
)  # fmt: skip
def test_a_number_of_an_unusual_length_is_held_for_the_likeliest_usual_one_and_read_back(
    said: str, closed: str, refused: tuple[str, ...], value: str
) -> None:
    reading = read(PHONE, Utterance(said), NOW, closed, refused=refused)
    assert reading is not None
    assert (reading.value if reading.whole else f"{reading.value}...", reading.sure) == (value, False)


def test_two_digits_before_a_whole_number_may_belong_to_it() -> None:
    said = "eight oh please nine two five one five five nine"
    assert value_of(PHONE, said, said) == ("9251559", False)


def test_what_stands_around_a_number_is_heard_as_that() -> None:
    assert {"it's", "please", "thanks"} <= set(grammar(PHONE))
    assert value_of(PHONE, "it's five five five to one two three", "it's five five five two one two three thanks") == (
        "5552123",
        False,  # the open one has not heard the last word
    )


@pytest.mark.parametrize(
    ("begun", "said", "value", "sure"),
    [
        ("212", "five five five oh one four seven", "2125550147", False),
        ("3440", "eight three four four zero seven five", "8344075", False),  # the whole of it once more
        ("834", "eight three four four zero seven five", "8344075", False),
        ("834", "four zero seven five", "8344075", False),
        ("83", "four", "834...", False),
    ],
)
def test_behind_the_first_digits_comes_the_rest_or_the_whole_number(
    begun: str, said: str, value: str, sure: bool
) -> None:
    reading = read_on(begun, PHONE, Utterance(said), NOW, closed=said)
    assert reading is not None
    assert (reading.value if reading.whole else f"{reading.value}...", reading.sure) == (value, sure)


def test_a_value_that_was_refused_is_not_taken_for_sure_and_another_that_was_heard_comes_first() -> None:
    said, closed = Utterance("five five five oh one two three"), "five five five oh one two four"
    first = read(PHONE, said, NOW, closed)
    assert first is not None
    other = read(PHONE, said, NOW, closed, refused=(first.value,))
    assert other is not None
    assert {first.value, other.value} == {"5550123", "5550124"}
    same = read(PHONE, said, NOW, said.text, refused=("5550123",))
    assert same is not None
    assert (same.value, same.sure) == ("5550123", False)


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("october thirty nineteen eighty", "1980-10-30", False),  # or the thirteenth
        ("october thirtieth nineteen eighty", "1980-10-30", True),
        ("september twentieth ninety ninety eight", "1998-09-20", False),
        ("february twenty second twenty thirty", "2013-02-22", False),
        ("july sixty nineteen ninety one", "1991-07-16", False),
        ("november seventeenth twenty sixteenth", "2016-11-17", False),
        ("the twenty eight of december nineteen eighty", "1980-12-28", False),
    ],
)
def test_a_birthday_with_a_number_that_is_like_another(said: str, value: str, sure: bool) -> None:
    assert value_of(BORN, said) == (value, sure)


def test_a_year_whose_end_was_heard_as_another_word_is_read_back() -> None:
    said, closed = "the twenty fifth of april two thousand a", "the twenty fifth of april two thousand eighth"
    assert value_of(BORN, said, closed) == ("2008-04-25", False)
    assert value_of(BORN, said) == ("2000-04-25", False)


def test_a_weekday_and_a_number_that_meet_in_another_month_are_read_back() -> None:
    assert value_of(slot("date", future=True), "saturday the ninth") == ("2027-01-09", False)
    assert value_of(slot("date", future=True), "wednesday the ninth") == ("2026-12-09", True)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("how about to forty five thanks", "14:45"),
        ("at one know five", "13:05"),
        ("at nine o five thanks", "09:05"),
        ("at while twenty in the afternoon please", "12:20"),
        ("and fifty in the morning thanks", "10:50"),
        ("well four thirty", "16:30"),
        ("how about twenty passed by", "17:20"),
    ],
)
def test_an_hour_in_words_that_sound_like_it(said: str, value: str) -> None:
    assert value_of(HOUR, said)[0] == value


def test_the_word_behind_as_in_tells_the_letter() -> None:
    closed = "c as in charlie f as in foxtrot five six e as in echo h as in alpha please"
    assert value_of(CODE, closed) == ("CF56EA", False)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("h j u oh nine four", "HJU094"),
        ("r j s oh oh one thanks", "RJS001"),
        ("n o as in oscar zero zero eight", "NO008"),
        ("p g x as in x ray three seven oh", "PGX370"),
        ("k o l five five two", "KOL552"),
    ],
)
def test_an_oh_beside_digits_is_a_zero_unless_it_is_told_to_be_a_letter(said: str, value: str) -> None:
    assert value_of(CODE, said)[0] == value


def test_a_letter_that_sounds_like_a_zero_is_read_back_as_one() -> None:
    reading = read(CODE, Utterance("p oscar five six one"), NOW)
    assert reading is not None
    assert reading.spoken == "P O as in oscar, five six one"


SAID = "five five five oh one two three"
READ_BACK = "Five five five, zero one two three. Is that right?"


def test_a_number_that_is_said_again_in_place_of_a_yes_is_read_back_again() -> None:
    call = asked(kind="phone")
    assert call.answer(SAID).text == READ_BACK
    assert call.answer(SAID).text == READ_BACK
    assert call.answer(f"yes {SAID}").text == "five five five, zero one two three. Shall I look?"


def test_who_says_no_is_not_asked_about_the_same_number_where_another_was_heard() -> None:
    call = asked(kind="phone")
    assert call.answer("five five five oh one two four", SAID).text == READ_BACK
    call.answer("no")
    assert (
        call.answer("five five five oh one two four", SAID).text == "Five five five, zero one two four. Is that right?"
    )


def test_who_gives_the_whole_number_for_the_rest_is_understood() -> None:
    call = asked(kind="phone")
    assert call.answer("five five five").text == "And the rest?"
    assert call.answer(SAID, SAID).text == READ_BACK


@pytest.mark.parametrize("heard", ["thanks", "that's"])
def test_thanks_within_a_number_is_a_six_that_is_read_back(heard: str) -> None:
    said = f"four one three {heard} eight five six"
    assert value_of(PHONE, said, said) == ("4136856", False)


def test_who_gives_the_same_digits_for_the_rest_is_asked_for_the_number_again() -> None:
    call = asked(kind="phone")
    assert call.answer("eight four eight six zero two").text == "And the rest?"
    assert call.answer("eight four eight six zero two", "eight four eight six zero two").text == (
        "Please say it digit by digit, or type it on your keypad and press the pound key. Which number?"
    )


def test_the_rest_of_a_number_may_be_like_its_begin() -> None:
    call = asked(kind="phone")
    assert call.answer("five five five").text == "And the rest?"
    assert call.answer("five five five").text == "And the rest?"
    assert call.answer("oh one two three").text == "Five five five, five five five, zero one two three. Is that right?"


def test_a_refused_number_gives_way_to_no_mere_part_of_one() -> None:
    said, closed = "brief to nine oh whoa three three eight five", "oh two nine oh oh three three eight five"
    reading = read(PHONE, Utterance(said), NOW, closed, refused=("029003385",))
    assert reading is not None
    assert (reading.value, reading.whole, reading.sure) == ("029003385", True, False)


@pytest.mark.parametrize(
    "said",
    ["it's a three five a three day double nine one six", "brees xl seven five three", "who lives at five five five"],
)
def test_digits_beside_words_that_may_be_digits_are_no_begin_of_a_number(said: str) -> None:
    assert value_of(PHONE, said) == ("", False)
