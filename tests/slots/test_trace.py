"""What may hold a value, as it is looked for where values must not be told: rather too much than too little."""

from __future__ import annotations

from datetime import datetime

import pytest

from agent.dialplan.slots import Slot, SlotKind
from agent.slots.trace import traced

WEDNESDAY = datetime(2026, 12, 2, 10, 0)
LONG = "and then the whole kitchen was under water and nobody came to look at it " * 5
SLOTS = {
    "policy": Slot(name="policy", kind=SlotKind.DIGITS, ask="?", digits=6),
    "ssn": Slot(name="ssn", kind=SlotKind.DIGITS, ask="?", digits=4),
    "age": Slot(name="age", kind=SlotKind.DIGITS, ask="?", digits=2),
    "phone": Slot(name="phone", kind=SlotKind.PHONE, ask="?"),
    "email": Slot(name="email", kind=SlotKind.EMAIL, ask="?"),
    "born": Slot(name="born", kind=SlotKind.DATE, ask="?", past=True),
    "at": Slot(name="at", kind=SlotKind.TIME, ask="?"),
    "damage": Slot(name="damage", kind=SlotKind.AMOUNT, ask="?"),
    "plate": Slot(name="plate", kind=SlotKind.CODE, ask="?"),
    "insured": Slot(name="insured", kind=SlotKind.NAME, ask="?"),
    "home": Slot(name="home", kind=SlotKind.ADDRESS, ask="?"),
    "ward": Slot.model_validate(
        {
            "name": "ward",
            "kind": "choice",
            "ask": "?",
            "choices": {
                "heart": {"said": ["cardiology", "the heart ward"]},
                "dermatology": {"said": ["one"]},
            },
        }
    ),
    "illness": Slot(name="illness", kind=SlotKind.FREE, ask="?", about="the illness"),
    "smokes": Slot(name="smokes", kind=SlotKind.YES_NO, ask="?"),
}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("policy", "four four one two three nine"),
        ("policy", "it's four four one two three nine no the other one is five five one two three nine"),
        ("policy", f"four four one two three nine {LONG}"),
        ("policy", f"{LONG} my policy is 441239 {LONG}"),
        ("policy", "forty four twelve thirty nine or so"),
        ("policy", "it goes four four then that's one two"),
        ("policy", "number 44-12-39"),
        ("policy", "double four double one"),
        ("ssn", "one two three four five six seven eight nine"),
        ("age", "i am twenty five years old"),
        ("phone", "five five five oh one nine nine extension five"),
        ("phone", "it begins with five five five oh"),
        ("phone", "five five five oh one nine nine or two oh two five five five one two one two"),
        ("email", "joe dot smith at example dot com but i'd like tuesday"),
        ("email", "write to joe@example.com please"),
        ("email", "it's joe smith at gmail"),
        ("email", "joe smith gmail com"),
        ("email", "joe smith at example com"),
        ("born", "march fifth nineteen eighty and his is june second nineteen eighty one"),
        ("born", "born in eighty four"),
        ("born", "the fifth of the fourth eighty four"),
        ("born", "twelve oh four nineteen eighty four"),
        ("born", "some time in march"),
        ("born", "it's 3/5/1980"),
        ("born", "the twenty third i think"),
        ("born", "it was on the fifth with doctor miller"),
        ("at", "at ten or at eleven"),
        ("at", "at noon"),
        ("at", "about one o'clock"),
        ("damage", "two hundred or three hundred dollars"),
        ("damage", "a few thousand"),
        ("plate", "k l m four seven two and the other is b c d one two three"),
        ("plate", "kilo lima mike four seven two that's my plate you know"),
        ("plate", "it is KLM472"),
        ("insured", "this is joe smith"),
        ("insured", "hi i'm joe"),
        ("insured", "i'm will"),
        ("insured", "this is this is joe"),
        ("insured", "my name is joe smith"),
        ("insured", "the name is smith"),
        ("insured", "her last name was smith"),
        ("insured", "my names joe"),
        ("insured", "in the name of smith"),
        ("insured", "my surname is smith"),
        ("insured", "hi there joe smith here"),
        ("insured", "my name's joe smith and my roof leaks"),
        ("insured", "it's not smith it's s m i t h"),
        ("insured", "joe smith speaking"),
        ("insured", "tell mrs smith"),
        ("insured", "the name is spelled s m y t h"),
        ("home", "i live next to the church"),
        ("home", "twelve station road and then left"),
        ("home", "station street"),
        ("ward", "cardiology or dermatology"),
        ("ward", "not the heart ward"),
        ("illness", "it is about the illness of my father"),
        ("illness", "my illness"),
        ("smokes", "yes i know he smokes"),
    ],
)
def test_what_may_be_a_value_is_one(name: str, said: str) -> None:
    assert traced(SLOTS[name], said, WEDNESDAY)


@pytest.mark.parametrize("name", SLOTS)
@pytest.mark.parametrize(
    "said",
    [
        "",
        "hello",
        "how are you doing today",
        "oh i see",
        "oh i see you are busy",
        "yes please that would be great",
        "i'm calling about my policy",
        "i'm sorry i'm not sure",
        "this is not what i wanted",
        "this is the third time that i call",
        "i'd like this one",
        "why are you asking me that",
        "can i talk to a person",
        "at some point you have to tell me",
        "may i ask you something",
        "that's fine thank you bye",
        "my roof leaks and i need somebody to look at it",
        "no that's wrong",
        "wait a second",
        "first of all there is no one there",
        "what's your name",
        "what was your name again",
        "your name please",
        "can you tell me what the name is",
        "this is the fifth time that i call",
        "no one here",
    ],
)
def test_small_talk_holds_nothing(name: str, said: str) -> None:
    assert not traced(SLOTS[name], said, WEDNESDAY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("policy", "i have two dogs"),
        ("policy", "my house number is four four"),
        ("phone", "i called two or three times and nobody came"),
        ("age", "i have two dogs"),
        ("email", "i was at home"),
        ("plate", "i have two dogs and a cat"),
        ("insured", "i live in station street"),
        ("home", "can i come on tuesday at ten"),
        ("ward", "one moment"),
        ("smokes", "yes"),
        ("illness", "he has a heart attack"),
    ],
)
def test_other_things_hold_nothing(name: str, said: str) -> None:
    assert not traced(SLOTS[name], said, WEDNESDAY)
