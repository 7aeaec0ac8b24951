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
CHECKS = "We accept cash and cards, but no checks."


@pytest.mark.parametrize(
    ("note", "said", "sentence"),
    [
        (DOGS, "can i bring my dog", "You can bring your dog on a leash."),
        (DOGS, "can i bring my dog", "Your dog is welcome on a leash."),
        (DOGS, "can i bring my cat", "Cats have to stay outside."),
        (HOURS, "are you open on saturday", "On Saturday we're open from ten to two."),
        (HOURS, "when are you open", "We're open Monday to Friday from nine to six."),
        (PARKING, "how much is parking", "Parking costs two dollars an hour."),
        (PARKING, "what is it for a day", "It's ten dollars a day."),
        (FLOOR, "where do i find you", "You'll find us on the second floor, behind the pharmacy."),
        (FLOOR, "where are you", "We're behind the pharmacy."),
        (ROOMS, "where is the doctor", "The doctor is in room five."),
        (ENTRY, "what do adults pay", "Adults pay eight dollars."),
        (REPAIRS, "how long does a tune up take", "A tune up takes one day."),
        (REPAIRS, "how long is a repair", "Repairs take three to five days."),
        (REPAIRS, "how long is a repair", "Repairs will take three to five days."),
        (FLOOR, "are you on the first floor", "We're on the second floor."),
        (CANCELLING, "what if i cancel", "Else we charge half the price."),
        (CANCELLING, "how do i cancel", "You must cancel a day before the appointment."),
        (RETURNS, "can i return shoes", "You can return shoes within thirty days, except sale items."),
        (DELIVERY, "is delivery free", "Delivery is free for orders over fifty dollars."),
        (MUSEUM, "when is the museum free", "It's free on the first Sunday of the month."),
        (CARDS, "what does a card cost", "Cards are free for residents."),
    ],
)
def test_what_the_note_says_may_be_said_in_other_words(note: str, said: str, sentence: str) -> None:
    assert supported(sentence, said, sentences_of(note))


@pytest.mark.parametrize(
    ("note", "said", "sentence"),
    [
        (DOGS, "can i bring my cat", "You can bring your cat on a leash."),
        (DOGS, "can i bring my dog", "Dogs stay outside."),
        (DOGS, "are cats welcome", "Cats are welcome."),
        (DOGS, "are all dogs welcome", "All dogs are welcome."),
        (DOGS, "are only dogs welcome", "Only dogs are welcome."),
        (DOGS, "how many dogs", "Dogs are welcome up to one."),
        (DOGS, "can i bring my cat", "Sure, you can."),
        (DOGS, "can i bring my cat too", "Your cat is welcome too."),
        (HOURS, "are you open on saturday", "On Saturday we're open from nine to six."),
        (HOURS, "are you open monday to saturday", "We're open Monday to Saturday."),
        (HOURS, "are you open from six to nine", "We're open from six to nine."),
        (HOURS, "when are you open on friday", "We're open on Friday from ten to two."),
        (HOURS, "when do you close", "We close at two."),
        (HOURS, "are you open until six on saturday", "We're open until six on Saturday."),
        (HOURS, "", "We're open Saturday to Monday."),
        (PARKING, "is it two dollars a day", "Parking costs two dollars a day."),
        (PARKING, "how much is an hour", "Parking costs ten dollars an hour."),
        (PARKING, "is it one dollar", "Parking costs one dollar an hour."),
        (PARKING, "is it up to ten", "Parking costs up to ten dollars a day."),
        (PARKING, "is it free after an hour", "Parking is free after an hour."),
        (PARKING, "", "Parking is two dollars."),
        (FLOOR, "are you on the first floor", "We're on the first floor."),
        (FLOOR, "are you on the first floor", "We're on the first floor, behind the pharmacy."),
        (FLOOR, "where is the pharmacy", "The pharmacy is on the second floor."),
        (FLOOR, "", "We're not on the second floor."),
        (FLOOR, "are you over the pharmacy", "We're over the pharmacy."),
        (RETURNS, "can i return shoes", "You can return shoes within thirty days."),
        (RETURNS, "can i return sale items", "You can return sale items within thirty days."),
        (RETURNS, "after thirty days", "You can return shoes after thirty days."),
        (RETURNS, "", "You can return only shoes within thirty days, except sale items."),
        (ENTRY, "do adults get in free", "Adults get in free."),
        (ENTRY, "what do children pay", "Children pay eight dollars."),
        (ENTRY, "", "Children under eight get in free."),
        (ENTRY, "", "Children get in free."),
        (ROOMS, "where is the doctor", "The doctor is in room four."),
        (ROOMS, "where is the dentist", "The dentist is in room five."),
        (REPAIRS, "do repairs take a day", "Repairs take one day."),
        (REPAIRS, "", "Repairs take three days."),
        (REPAIRS, "", "A tune up takes three to five days."),
        (REPAIRS, "", "Repairs take five to three days."),
        (CANCELLING, "can i cancel before the appointment", "You can cancel before the appointment."),
        (CANCELLING, "", "You must cancel an hour before the appointment."),
        (CANCELLING, "", "We charge twice the price."),
        (CANCELLING, "", "We charge half the price before the appointment."),
        (CANCELLING, "", "We charge the price."),
        (CANCELLING, "", "You must cancel a day after the appointment."),
        (PHONES, "do you repair laptops", "We do not repair laptops."),
        (PHONES, "do you repair phones", "We repair phones."),
        (PHONES, "", "We do repair phones, but we do not repair laptops."),
        (DELIVERY, "", "Delivery is free."),
        (DELIVERY, "", "Delivery is free for orders over five dollars."),
        (DELIVERY, "", "Delivery costs fifty dollars."),
        (REFERRAL, "", "You need a referral after the first visit."),
        (REFERRAL, "", "You need a doctor."),
        (REFERRAL, "", "You need a referral from your doctor before the second visit."),
        (MUSEUM, "", "The museum is free on Mondays."),
        (MUSEUM, "", "The museum is closed."),
        (MUSEUM, "", "The museum is free on Sunday."),
        (CARDS, "", "Residents pay twenty dollars a year."),
        (CARDS, "", "Library cards are free."),
        (CARDS, "", "Others pay twenty dollars."),
        (POOL, "", "Guests may use the pool."),
        (POOL, "", "Only guests may use the pool until nine in the morning."),
        (CHECKS, "", "We accept checks."),
        (CHECKS, "", "We accept no cash."),
        (CHECKS, "", "We accept only cash."),
        (PHONES, "do you repair tablets", "We do not repair tablets."),
    ],
)
def test_what_it_does_not_say_may_not_though_the_words_are_its_own(note: str, said: str, sentence: str) -> None:
    assert not supported(sentence, said, sentences_of(note))
