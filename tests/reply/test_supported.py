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
VISITS = "You can come on Monday or Tuesday with an appointment."


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
        (CARDS, "Library cards are free for residents; others pay twenty dollars a year."),
        (VISITS, "You can come on Monday or Tuesday with an appointment."),
        ("Insurance rarely covers it.", "Insurance rarely covers that."),
        ("I can't put you through, but I can take a message.", "I can't put you through, but I can take a message."),
        ("We're open on Monday, and on Tuesday.", "We're open on Tuesday."),
        ("We're open from nine to six.", "We are open nine to six."),
        ("You can park in the yard.", "You can park in our yard."),
        ("Entry is free on Monday, and parking costs two dollars.", "Parking costs two dollars."),
        ("The clinic is on Main Street, next to the bank.", "You'll find the clinic on Main Street."),
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


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ("Insurance rarely covers it.", "Insurance covers it."),
        (VISITS, "You can come on Monday."),
        ("The patient pays the doctor.", "The doctor pays the patient."),
        ("With an appointment you can come on Monday or Tuesday.", "You can come on Tuesday."),
        ("With an appointment, you can come on Monday.", "You can come on Monday."),
        ("Small dogs are welcome on a leash.", "Dogs are welcome on a leash."),
        ("You may need a referral.", "You need a referral."),
        ("You may smoke outside.", "You smoke outside."),
        ("Insurance can cover it.", "Insurance covers it."),
        ("Insurance may cover it.", "Insurance will cover it."),
        ("We charge ten dollars.", "You charge ten dollars."),
        ("We charge ten dollars.", "We're charged ten dollars."),
        ("We charge you ten dollars.", "You charge us ten dollars."),
        ("We charge you ten dollars.", "You charge ten dollars."),
        ("You must cancel a day before the appointment.", "We must cancel a day before the appointment."),
        ("The clinic insures patients.", "The clinic is insured by patients."),
        ("We're open between nine and five.", "We're open at five."),
        ("Entry is free, on Mondays.", "Entry is free."),
        ("On Mondays, entry is free.", "Entry is free."),
        ("In summer, entry is free.", "Entry is free."),
        ("Entry is free, in summer.", "Entry is free."),
        ("Bring a passport and a photo.", "Bring a passport."),
        ("You need a passport and a photo.", "You need a photo."),
        ("The nurse or the doctor sees you.", "The doctor sees you."),
        ("Not all doctors speak Spanish.", "No doctors speak Spanish."),
        ("Some treatments are free.", "Treatments are free."),
        ("You can come without an appointment.", "You can't come with an appointment."),
        ("We're open from nine.", "We're open to nine."),
        ("We're open from nine.", "We're open by nine."),
        ("We take cash.", "We give cash."),
        ("Adults pay eight dollars, and children four dollars.", "Adults pay children four dollars."),
        ("The pool was open on Mondays.", "The pool is open on Mondays."),
        ("It takes about ten minutes.", "It takes ten minutes."),
        ("Coupons take ten dollars off.", "Coupons take ten dollars."),
        ("We hardly ever close.", "We ever close."),
        ("Otherwise it costs five dollars.", "It costs five dollars."),
        ("Then it costs five dollars.", "It costs five dollars."),
        ("You can sometimes park in the yard.", "You can park in the yard."),
        ("Insurance usually covers it.", "Insurance covers it."),
        ("Either the nurse or the doctor calls you.", "The doctor calls you."),
        ("Ask your doctor for a referral.", "Ask for a doctor referral."),
        ("We sell to members.", "We sell members."),
        ("Doctors refer patients to us.", "Doctors refer us to patients."),
        ("Members who book online get in free.", "Members get in free."),
        ("We give a discount to students.", "Students give a discount."),
        ("Parking is free, provided you shop here.", "Parking is free."),
        ("Prices depend on size, from ten dollars.", "Prices depend on size, ten dollars."),
        ("The doctor who treats you bills the insurer.", "The insurer bills you."),
        ("Guests can swim or use the sauna for ten dollars.", "Guests can swim."),
        ("Children are free and adults pay ten dollars when the pool is open.", "Children are free."),
        ("Once you register, visits are free.", "Visits are free."),
        ("After you register, visits are free.", "Visits are free."),
        ("Subject to availability, rooms are free.", "Rooms are free."),
        ("Depending on the day, rooms cost ten dollars.", "Rooms cost ten dollars."),
        ("It costs ten dollars, plus tax.", "It costs ten dollars."),
        ("It costs ten dollars, tax excluded.", "It costs ten dollars."),
        ("Entry is free, but for members.", "Entry is free."),
        ("Members' guests get in free.", "Members get in free."),
        ("You can bring a dog, a small one.", "You can bring a dog."),
        ("Repairs start at ten dollars.", "Repairs are ten dollars."),
        ("The lab sends it to the doctor.", "The lab sends it from the doctor."),
        ("He can see you.", "You can see him."),
        ("They pay us.", "We pay them."),
        ("We'll be open on Monday.", "We're open on Monday."),
        ("Like the museum, the shop is closed.", "The shop is closed."),
        ("Unlike dogs, cats are welcome.", "Dogs are welcome."),
    ],
)
def test_nothing_is_turned_round_or_said_without_what_limits_it(note: str, sentence: str) -> None:
    assert not supported(sentence, sentences_of(note))
