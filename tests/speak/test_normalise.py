from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speak.normalise import normalise

SAID = [
    # hours, times, days
    ("Mon-Fri 9:00-17:30.", "Monday to Friday nine o'clock to five thirty p m."),
    ("Sat. 10am-4pm, Sun 11-3", "Saturday ten a m to four p m, Sunday eleven to three"),
    ("At 3 p.m. we close.", "At three p m we close."),
    ("We close at 5 p.m. Come early.", "We close at five p m. Come early."),
    ("at 9:05 pm", "at nine oh five p m"),
    ("from 9 to 5", "from nine to five"),
    ("9-5", "nine to five"),
    ("open 24/7", "open twenty four seven"),
    ("12:00", "twelve noon"),
    ("0:05", "twelve oh five a m"),
    # money
    ("It's $12.50.", "It's twelve dollars and fifty cents."),
    ("$1 or $0.99 or €1.5 million", "one dollar or ninety nine cents or one point five million euros"),
    ("£1,200.05", "one thousand two hundred pounds and five pence"),
    # telephone, addresses
    ("Call (555) 010-0199.", "Call five five five, zero one zero, zero one nine nine."),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("5550100", "five five five, zero one zero zero"),
    ("555-0100", "five five five, zero one zero zero"),
    ("info@harbour-bikes.com", "info at harbour dash bikes dot com"),
    ("https://www.example.com/prices?x=1", "example dot com slash prices"),
    ("visit example.org.", "visit example dot org."),
    ("extension 204", "extension two zero four"),
    # dates
    ("2026-11-21", "November twenty first, twenty twenty six"),
    ("Nov 21, 2026", "November twenty first, twenty twenty six"),
    ("on 21 November", "on November twenty first"),
    ("3/4/2026", "March fourth, twenty twenty six"),
    ("since 1999, in 2005", "since nineteen ninety nine, in two thousand and five"),
    ("the 1990s", "the nineteen nineties"),
    # numbers
    ("1,204 and 3.05 and -5", "one thousand two hundred and four and three point zero five and minus five"),
    ("the 1st, 2nd and 23rd", "the first, second and twenty third"),
    ("5% off, 10km, 20°C", "five percent off, ten kilometers, twenty degrees Celsius"),
    ("2½ hours or 1/2", "two and a half hours or one half"),
    ("agent 007", "agent zero zero seven"),
    ("B12 and A4", "B twelve and A four"),
    ("#5", "number five"),
    ("٣ items", "three items"),
    # abbreviations and signs
    ("Dr. Smith vs. Mr. Ray etc.", "doctor Smith versus mister Ray et cetera."),
    ("12 Main St. Come in.", "twelve Main Street. Come in."),
    ("in St. Louis", "in Saint Louis"),
    ("e.g. bread & butter", "for example bread and butter"),
    ("tea and/or coffee/cake", "tea and or coffee or cake"),
    # for the eye
    ("**Hello!** 😀 see [our site](https://x.com)", "Hello! see our site"),
    ("# Prices\n- Tube: $5\n- Tyre: $20\n\nThanks!", "Prices. Tube: five dollars. Tyre: twenty dollars. Thanks!"),
    ("`code` and ~~old~~ __new__", "code and old new"),
    ("Wait… what?!  Really — yes", "Wait. what? Really, yes"),
    ("We're open (mostly).", "We're open, mostly."),
    ("<b>Hi</b>", "Hi"),
    ("👍🏽", ""),
    ("", ""),
    ("...", ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), SAID)
def test_what_is_written_is_said_as_people_say_it(written: str, said: str) -> None:
    assert normalise(written) == said


def test_the_language_decides_how_a_date_is_read() -> None:
    assert normalise("3/4/2026", "en-gb") == "April third, twenty twenty six"
    assert normalise("**Hallo** 5 😀", "de") == "Hallo 5"


@pytest.mark.parametrize("text", ["Sorry, I did not get that.", "Who's calling, please?", "A well-known shop."])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert normalise(text) == text


_FRAGMENTS = st.one_of(
    st.sampled_from(
        ["12", "3:45", "$5", "£3.20", "9-5", "Nov", "21,", "2026", "10am", "4", "p.m.", "50%", "1st", "90s"]
    ),
    st.sampled_from(["555-0100", "+1", "415", "2.5", "1,000", "007", "B12", "1/2", "24/7", "99999999999999999999"]),
    st.sampled_from(["[a](b)", "e.g.", "Dr.", "St.", "a@b.co", "http://x.y/z?q=1", "x", "y", "\n", "\x00", "😀"]),
    st.sampled_from(list("#*_-()&/.,!?½°٣²Ⅳ")),
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(_FRAGMENTS, max_size=12).map("".join),
        st.lists(_FRAGMENTS, max_size=12).map(" ".join),
    )
)
def test_no_digit_and_no_sign_is_ever_left_to_the_voice(text: str) -> None:
    said = normalise(text)
    assert not re.search(r"[\d*_#$£€%@&/()\[\]<>|`~^=+{}\"\n\x00]", said)
    assert said == said.strip()
    assert "  " not in said
