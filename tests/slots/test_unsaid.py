"""What nobody said is not settled: words that may be a number and may be none are read back."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder
from tests.slots.said import slot, value_of

HOUR, OPEN = slot("time"), slot("time", between=["8:00", "18:00"])
PHONE = slot("phone")

NO_CLOCK = [
    "well in the afternoon", "well in the morning", "and in the morning", "for this afternoon", "for tonight",
    "how about for this afternoon", "and this afternoon", "well whenever", "for lunch", "and tomorrow then",
    "to be honest in the evening", "too late in the afternoon is bad", "for me mornings", "well this evening",
    "well tonight", "to tonight", "too in the evening", "maybe for this evening", "around to in the afternoon",
    "well at night", "an in the morning", "and in the evening", "and at night", "and tonight",
    "maybe well in the morning", "well", "for", "to", "too", "and", "about for", "maybe to", "around too",
    "for today", "for tomorrow morning", "well tomorrow morning", "and tomorrow afternoon",
    "and on monday in the morning", "well on friday in the afternoon", "for friday in the afternoon",
    "while i'm at work in the morning", "while in the morning", "while this afternoon", "for now",
    "for me it is the afternoon", "to me the afternoon is better", "well the afternoon", "well late in the afternoon",
    "for early in the morning", "for the afternoon please", "let's say well in the afternoon",
    "let's say for this afternoon", "let's say for tonight", "i'd say for tonight", "say well in the morning",
    "how about for tonight", "how about to in the evening", "at for this afternoon", "at well in the afternoon",
    "at an in the evening", "do it and in the morning", "well then after dinner", "and then in the evening",
    "by the way in the afternoon", "to by this afternoon", "past force in the afternoon", "half the afternoon",
    "i already ate", "before we ate", "whoever won p m", "well am i late", "and am i late",
    "and am free in the morning",
    "for a m or p m", "well p m", "and a m", "to pm", "for am", "well o'clock", "for o'clock", "and thirty",
    "well thirty", "for twenty minutes", "well oh well", "it doesn't matter", "well it doesn't matter in the morning",
    "as soon as possible", "the one in the afternoon", "that one in the morning", "the second one this morning",
    "a later one in the afternoon", "a table for four tonight", "party of eight this evening", "we'll be four tonight",
    "four tonight", "is there one in the morning", "just one this afternoon", "five p m is too late",
    "i get off at five", "i get off work at five", "i'm off at four", "i finish at five", "i start at nine",
    "my shift ends at five", "i have a meeting at three in the afternoon", "i work at five", "i'm busy at three",
    "my train leaves at four thirty", "the kids get home at three thirty", "i pick up my son at three",
    "you close at six right", "do you open at nine", "it was at three", "it's five o'clock now",
    "i need two in the afternoon", "i need two this afternoon", "can i get three in the afternoon", "for two",
    "we are four", "i have two",
]  # fmt: skip


@pytest.mark.parametrize("said", NO_CLOCK)
def test_words_without_a_clock_settle_no_time(said: str) -> None:
    _, _, rest = said.partition(" ")
    for asked in (HOUR, OPEN):
        for closed in ("", said, f"[unk] {rest}".strip()):
            assert not value_of(asked, said, closed)[1]


@pytest.mark.parametrize(
    "said",
    ["well in the afternoon", "and in the morning", "for this afternoon", "how about for tonight", "well this evening"],
)
def test_a_part_of_the_day_is_no_hour(said: str) -> None:
    assert value_of(HOUR, said) == ("", False)
    assert value_of(OPEN, said) == ("", False)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("for thirty", "", "16:30", False),
        ("for thirty", "[unk] thirty", "16:30", False),
        ("for thirty", "four thirty", "16:30", True),
        ("for thanks", "", "16:00", False),
        ("how about twelve and thanks", "", "12:00", False),
        ("at the know five in the morning", "at the no five in the morning", "10:05", False),
        ("three and late afternoon", "three in eight afternoon", "15:00", False),
        ("free and late afternoon", "three in eight afternoon", "15:00", False),
        ("around a thirty in the morning", "around a thirty in the morning", "08:30", False),
        ("for in the afternoon", "or in the afternoon", "16:00", False),
        ("well party", "twelve thirty", "12:30", False),
        ("at to in the afternoon", "at two in the afternoon", "14:00", True),
        ("a table for four this afternoon", "[unk] four this afternoon", "16:00", False),
        ("well ten", "", "10:00", False),  # and not ten past twelve
        ("well ten in the morning", "", "10:00", False),
        ("tomorrow for fifteen", "", "15:00", False),  # or a quarter past four
        ("half past noon", "", "12:00", False),
        ("three p m or so", "", "15:00", False),
        ("one in the afternoon", "", "13:00", True),
        ("the one thirty in the afternoon", "", "13:30", True),
        ("six this evening", "", "18:00", True),
        ("i need it at two in the afternoon", "", "14:00", True),
        ("could you get me in at five", "", "17:00", True),
        ("i can get there at five", "", "17:00", True),
        ("i'd like ten in the morning", "", "10:00", True),
    ],
)
def test_an_hour_that_is_like_another_word_is_sure_where_a_second_recogniser_heard_it(
    said: str, closed: str, value: str, sure: bool
) -> None:
    assert value_of(slot("time", between=["8:00", "20:00"]), said, closed) == (value, sure)


@pytest.mark.parametrize(
    ("said", "closed", "value"),
    [
        ("two one two five five five no", "two one two five five five oh", "2125550"),
        ("two one two five five so five", "two one two five five oh five", "2125505"),
        ("two one two five five five know", "[unk] two one two five five five oh", "2125550"),
    ],
)
def test_an_oh_that_was_heard_as_another_word_settles_no_number(said: str, closed: str, value: str) -> None:
    assert value_of(PHONE, said, closed) == (value, False)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("call two one two", "212..."),
        ("call two one two five five five oh one two three", "2125550123"),
        ("recall two one two", ""),
        ("so five five five", ""),
        ("want to know two one two", "212..."),
        ("oh no", ""),
        ("oh no please", ""),
        ("oh sorry", ""),
        ("oh wait", ""),
        ("oh no five five five oh one two three", "5550123"),
        ("five five five oh", "5550..."),
    ],
)
def test_words_around_digits_are_no_oh(said: str, value: str) -> None:
    assert value_of(PHONE, said) == (value, False)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("for hundred dollars", "", "400.00", False),
        ("for hundred dollars", "four hundred dollars", "400.00", True),
        ("to hundred dollars", "", "200.00", False),
        ("won hundred dollars", "", "100.00", False),
        ("half a dollar", "", "", False),
        ("three quarters of a dollar", "", "", False),
        ("a hundred or so", "", "100.00", False),
        ("a hundred dollars", "", "100.00", True),
    ],
)
def test_an_amount_that_may_be_none_is_read_back(said: str, closed: str, value: str, sure: bool) -> None:
    assert value_of(slot("amount"), said, closed) == (value, sure)


@pytest.mark.parametrize(
    ("said", "closed", "value", "sure"),
    [
        ("it may force me to", "", "2027-05-04", False),
        ("march force", "", "2027-03-04", False),
        ("march force", "march fourth", "2027-03-04", True),
        ("december forth", "", "2026-12-04", False),
        ("in a day or two", "", "2026-12-03", False),
        ("friday or so", "", "2026-12-04", False),
        ("maybe friday", "[unk] friday", "2026-12-04", False),
    ],
)
def test_a_day_that_may_be_none_is_read_back(said: str, closed: str, value: str, sure: bool) -> None:
    assert value_of(slot("date"), said, closed) == (value, sure)


FLOW = {
    "name": "Corner",
    "numbers": ["*"],
    "persona": "You.",
    "greeting": "Hi.",
    "intents": [{"name": "book", "examples": ["book a table"], "answer": "Sure.", "flow": "book"}],
    "slots": [
        {"name": "day", "kind": "date", "ask": "For what day?"},
        {"name": "hour", "kind": "time", "ask": "And at what time?", "between": ["9:00", "18:00"]},
    ],
    "flows": [{"name": "book", "steps": [{"ask": "day"}, {"ask": "hour"}, {"confirm": "{day}, {hour}?"}]}],
}


@pytest.mark.parametrize("said", ["well in the afternoon", "how about for this afternoon"])
def test_who_names_a_part_of_the_day_is_asked_for_the_hour_again(said: str) -> None:
    call = Responder(Dialplan.model_validate(FLOW), FakeEmbedder()).conversation("5550100")
    call.greet()
    call.answer("book a table")
    assert "And at what time?" in call.answer("friday").text
    assert "And at what time?" in call.answer(said).text


@pytest.mark.parametrize(
    ("said", "value", "sure"),
    [
        ("one two one two five five five oh one two three", "12125550123", True),
        ("one two one two five five five oh one two", "1212555012", False),
        ("one five five five oh one two", "1555012", False),
    ],
)
def test_a_number_behind_the_one_of_a_long_distance_call_that_wants_a_digit_is_not_settled(
    said: str, value: str, sure: bool
) -> None:
    assert value_of(PHONE, said, said) == (value, sure)
