"""What of the strong model's sentences may be spoken: the note's own statements, and no new ones made of its words."""

from __future__ import annotations

import pytest

from agent.reply.supported import supported
from agent.speak.sentences import sentences_of

DOGS = "Dogs are welcome on a leash. Cats stay outside."
HOURS = "We're open Monday to Friday from nine to six, and on Saturday from ten to two."
PARKING = "Parking costs two dollars an hour, or ten dollars a day."
FLOOR = "We're on the second floor, behind the pharmacy."
RETURNS = "You can return shoes within thirty days, except sale items."
ENTRY = "Children under six get in free, adults pay eight dollars."
ROOMS = "The dentist is in room four and the doctor is in room five."
REPAIRS = "Repairs take three to five days. A tune up takes one day."
CANCELLING = "You must cancel a day before the appointment. Else we charge half the price."
PHONES = "We do not repair phones, but we do repair laptops."
DELIVERY = "Delivery is free for orders over fifty dollars. Otherwise it costs five dollars."
REFERRAL = "You need a referral from your doctor before the first visit."
MUSEUM = "The museum is closed on Mondays, and free on the first Sunday of the month."
CARDS = "Library cards are free for residents; others pay twenty dollars a year."
POOL = "Only guests may use the pool, and only until nine in the evening."
TERRACE = "You can eat on the terrace."
CHECKS = "We accept cash and cards, but no checks."


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (DOGS, "Your dog is welcome on a leash."),
        (DOGS, "Cats have to stay outside."),
        (HOURS, "On Saturday we're open from ten to two."),
        (HOURS, "We're open Monday to Friday from nine to six."),
        (PARKING, "Parking costs two dollars an hour."),
        (PARKING, "It's ten dollars a day."),
        (FLOOR, "You'll find us on the second floor, behind the pharmacy."),
        (FLOOR, "We're behind the pharmacy."),
        (ROOMS, "The doctor is in room five."),
        (ENTRY, "Adults pay eight dollars."),
        (REPAIRS, "A tune up takes one day."),
        (REPAIRS, "Repairs take three to five days."),
        (REPAIRS, "Repairs will take three to five days."),
        (FLOOR, "We're on the second floor."),
        (CANCELLING, "Else we charge half the price."),
        (CANCELLING, "You must cancel a day before the appointment."),
        (RETURNS, "You can return shoes within thirty days, except sale items."),
        (DELIVERY, "Delivery is free for orders over fifty dollars."),
        (MUSEUM, "It's free on the first Sunday of the month."),
        (CARDS, "Cards are free for residents."),
    ],
)
def test_what_the_note_says_may_be_said_in_other_words(note: str, sentence: str) -> None:
    assert supported(sentence, sentences_of(note))


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (DOGS, "You can bring your cat on a leash."),
        (DOGS, "Dogs stay outside."),
        (DOGS, "Cats are welcome."),
        (DOGS, "All dogs are welcome."),
        (DOGS, "Only dogs are welcome."),
        (DOGS, "Dogs are welcome up to one."),
        (DOGS, "Sure, you can."),
        (DOGS, "Your cat is welcome too."),
        (HOURS, "On Saturday we're open from nine to six."),
        (HOURS, "We're open Monday to Saturday."),
        (HOURS, "We're open from six to nine."),
        (HOURS, "We're open on Friday from ten to two."),
        (HOURS, "We close at two."),
        (HOURS, "We're open until six on Saturday."),
        (HOURS, "We're open Saturday to Monday."),
        (PARKING, "Parking costs two dollars a day."),
        (PARKING, "Parking costs ten dollars an hour."),
        (PARKING, "Parking costs one dollar an hour."),
        (PARKING, "Parking costs up to ten dollars a day."),
        (PARKING, "Parking is free after an hour."),
        (PARKING, "Parking is two dollars."),
        (FLOOR, "We're on the first floor."),
        (FLOOR, "We're on the first floor, behind the pharmacy."),
        (FLOOR, "The pharmacy is on the second floor."),
        (FLOOR, "We're not on the second floor."),
        (FLOOR, "We're over the pharmacy."),
        (RETURNS, "You can return shoes within thirty days."),
        (RETURNS, "You can return sale items within thirty days."),
        (RETURNS, "You can return shoes after thirty days."),
        (RETURNS, "You can return only shoes within thirty days, except sale items."),
        (ENTRY, "Adults get in free."),
        (ENTRY, "Children pay eight dollars."),
        (ENTRY, "Children under eight get in free."),
        (ENTRY, "Children get in free."),
        (ROOMS, "The doctor is in room four."),
        (ROOMS, "The dentist is in room five."),
        (REPAIRS, "Repairs take one day."),
        (REPAIRS, "Repairs take three days."),
        (REPAIRS, "A tune up takes three to five days."),
        (REPAIRS, "Repairs take five to three days."),
        (CANCELLING, "You can cancel before the appointment."),
        (CANCELLING, "You must cancel an hour before the appointment."),
        (CANCELLING, "We charge twice the price."),
        (CANCELLING, "We charge half the price before the appointment."),
        (CANCELLING, "We charge the price."),
        (CANCELLING, "You must cancel a day after the appointment."),
        (PHONES, "We do not repair laptops."),
        (PHONES, "We repair phones."),
        (PHONES, "We do repair phones, but we do not repair laptops."),
        (DELIVERY, "Delivery is free."),
        (DELIVERY, "Delivery is free for orders over five dollars."),
        (DELIVERY, "Delivery costs fifty dollars."),
        (REFERRAL, "You need a referral after the first visit."),
        (REFERRAL, "You need a doctor."),
        (REFERRAL, "You need a referral from your doctor before the second visit."),
        (MUSEUM, "The museum is free on Mondays."),
        (MUSEUM, "The museum is closed."),
        (MUSEUM, "The museum is free on Sunday."),
        (CARDS, "Residents pay twenty dollars a year."),
        (CARDS, "Library cards are free."),
        (CARDS, "Others pay twenty dollars."),
        (POOL, "Guests may use the pool."),
        (POOL, "Only guests may use the pool until nine in the morning."),
        (CHECKS, "We accept checks."),
        (CHECKS, "We accept no cash."),
        (CHECKS, "We accept only cash."),
        (PHONES, "We do not repair tablets."),
        (DOGS, "You can bring your dog on a leash."),
        (TERRACE, "You can smoke on the terrace."),
        (TERRACE, "You can eat your own food on the terrace."),
    ],
)
def test_what_it_does_not_say_may_not_though_the_words_are_its_own(note: str, sentence: str) -> None:
    assert not supported(sentence, sentences_of(note))
