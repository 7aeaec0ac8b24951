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
    # ranges
    ("May 3rd-5th, or June 1-3", "May third to fifth, or June first to third"),
    ("Jan-Mar 2026", "January to March twenty twenty six"),
    ("1990-1995", "nineteen ninety to nineteen ninety five"),
    ("M-F 9-5, Sat and Sun closed", "Monday to Friday nine to five, Saturday and Sunday closed"),
    ("Monday-Friday, noon–1pm", "Monday to Friday, noon to one p m"),
    ("$5-10 or £10-£20", "five to ten dollars or ten to twenty pounds"),
    ("$5.50-$10", "five dollars and fifty cents to ten dollars"),
    ("$1.5 million-$2 million", "one point five million dollars to two million dollars"),
    ("$5-10k", "five to ten thousand dollars"),
    ("10-20€, 5-10% or 30%-50%", "ten to twenty euros, five to ten percent or thirty percent to fifty percent"),
    # clocks of 24 hours, how long, how much for how long
    ("14:30, 00:30 and 13:00h", "two thirty p m, twelve thirty a m and one p m"),
    ("in 1h 30m", "in one hour thirty minutes"),
    ("$20/hr, €49.99/month", "twenty dollars per hour, forty nine euros and ninety nine cents per month"),
    ("USD 50, 99¢", "fifty dollars, ninety nine cents"),
    # dates
    ("The 3rd of May 2026", "The third of May, twenty twenty six"),
    ("by 12/25, 25/12/2026 or 21.11.2026",
     "by December twenty fifth, December twenty fifth, twenty twenty six or November twenty first, twenty twenty six"),
    ("Marble 5 and the Mayor 12", "Marble five and the Mayor twelve"),
    ("30s or in 30s", "thirties or in thirty seconds"),
    # telephone, codes
    ("Call 1-800-555-0199.", "Call one, eight zero zero, five five five, zero one nine nine."),
    ("dial 911", "dial nine one one"),
    ("1-800-FLOWERS", "one, eight zero zero, FLOWERS"),
    ("555-0100 x204", "five five five, zero one zero zero extension two zero four"),
    ("press * or #", "press star or pound"),
    ("order #A-1234, ID 12345", "order number A one two three four, ID one two three four five"),
    ("1234 5678 9012 3456", "one two three four, five six seven eight, nine zero one two, three four five six"),
    ("1000000", "one million"),
    # streets
    ("45 Oak Dr. Come in", "forty five Oak Drive. Come in"),
    ("5 Main St or St. Mary's", "five Main Street or Saint Mary's"),
    # measures and arithmetic
    ("-5°C, 100 km/h", "minus five degrees Celsius, one hundred kilometers per hour"),
    ("5 m², 5G, 2x", "five square meters, five G, two times"),
    ("5'10 tall", "five foot ten tall"),
    ("a 3-day trip, COVID-19, 2-for-1", "a three day trip, COVID nineteen, two for one"),
    ("4/5 stars, 3/8, 50/50", "four out of five stars, three eighths, fifty fifty"),
    ("5*3, 10^6, .5", "five times three, ten to the power of six, zero point five"),
    ("<5, ≥5", "less than five, at least five"),
    ("version 2.0.1", "version two point zero point one"),
    ("about 5 min. walk", "about five minutes walk"),
    # signs
    ("in the U.S. and a Ph.D., P.O. Box 12", "in the U S and a P H D, P O Box twelve"),
    ("C++, C# w/ or w/o AT&T", "C plus plus, C sharp with or without AT and T"),
    ("p. 12 vs the rest, n/a", "page twelve versus the rest, not available"),
    # for the eye
    ("Great :-) and ™ © 5²", "Great and five squared"),
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


def test_what_no_person_writes_is_said_in_parts() -> None:
    assert normalise("1" * 4_000).count("one") == 4_000


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
