"""A call's talk, turn by turn. The fake embedder knows examples word for word, so what is understood is certain."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan, Interruptions
from agent.engines.fakes import FakeEmbedder
from agent.errors import EmbeddingError
from agent.reply.answers import MODEL_LIMIT
from agent.reply.conversation import Conversation
from agent.reply.digits import GRAMMAR
from agent.reply.reply import Awaited, ModelPart, Reply, Route, StockPart, TakenMessage
from agent.reply.responder import Responder
from tests.reply.conftest import CALLER

PERHAPS_PARKING = "parking zyx wvu tsr"  # near enough to ask back


def key(reply: Reply) -> str:
    return reply.text[slice(*reply.key)] if reply.key else ""


def last(conversation: Conversation, *turns: str) -> Reply:
    replies = [conversation.answer(said) for said in turns]
    return replies[-1]


def test_the_greeting_names_the_business_and_says_what_it_is(fake_responder: Responder) -> None:
    reply = fake_responder.conversation(CALLER).greet()
    assert reply.route is Route.GREETING
    assert "automated assistant of Hill Street Bicycles" in reply.text
    assert reply.expects.question == "How can I help you?"


def test_a_question_gets_its_stock_answer_with_the_key_marked(conversation: Conversation) -> None:
    reply = conversation.answer("what is your address")
    assert (reply.route, reply.name) == (Route.INTENT, "address")
    assert reply.parts == (StockPart("We're at twelve Hill Street, right across from the public library."),)
    assert key(reply) == "twelve Hill Street"
    assert reply.expects.awaited is Awaited.OPEN


def test_a_fact_is_read_out_as_written(conversation: Conversation, plan: Dialplan) -> None:
    reply = conversation.answer("how long is the warranty")
    assert (reply.route, reply.name) == (Route.FACT, "warranty")
    assert plan.facts[1].text in reply.text
    assert key(reply) == "six months"


def test_excuse_me_asks_for_the_floor_over_the_bot_and_else_to_have_it_said_again(
    conversation: Conversation, plan: Dialplan
) -> None:
    answer = conversation.answer("what is your address")
    conversation.heard(answer.text)
    assert conversation.answer("excuse me").text == answer.text
    cut = conversation.answer("what is your address")
    conversation.heard("We're at", cut)
    assert conversation.answer("excuse me").text == plan.phrases.go_ahead


def test_repeat_says_the_answer_again_with_its_key(conversation: Conversation) -> None:
    first = conversation.answer("where can i park")
    again = conversation.answer("can you repeat that please")
    assert (again.text, again.key) == (first.text, first.key)
    assert conversation.answer("pardon").text == first.text


@pytest.mark.parametrize("go_on", ["go on", "sorry go ahead", "what were you saying", "okay", "i see"])
def test_an_answer_that_was_cut_before_it_said_what_it_is_about_is_said_when_the_bot_may_go_on(
    conversation: Conversation, go_on: str
) -> None:
    cut = conversation.answer("what is your address")
    conversation.heard("We're at", cut)
    assert conversation.answer(go_on).text == cut.text
    conversation.heard(cut.text)
    assert conversation.answer("okay").text != cut.text


def test_an_answer_whose_key_was_heard_is_not_said_again(conversation: Conversation) -> None:
    cut = conversation.answer("what is your address")
    conversation.heard("We're at twelve Hill Street, right", cut)
    assert conversation.answer("i see").name != "address"


def test_a_new_question_is_answered_without_what_was_cut(conversation: Conversation) -> None:
    conversation.heard("We're", conversation.answer("what is your address"))
    assert conversation.answer("where can i park").name == "parking"


def test_unsure_asks_back_and_yes_is_the_answer(conversation: Conversation) -> None:
    asked = conversation.answer(PERHAPS_PARKING)
    assert (asked.route, asked.name) == (Route.CONFIRM, "parking")
    assert asked.text == "Did you want to ask about parking?"
    assert asked.expects.awaited is Awaited.YES_NO
    assert conversation.answer("yes").name == "parking"


def test_what_the_dialplan_protects_is_said_to_be_so(plan: Dialplan) -> None:
    protect = Interruptions(protect=("greeting", "address", "warranty", "leave_message"))
    guarded = Responder(plan.model_copy(update={"interruptions": protect}), FakeEmbedder()).conversation(CALLER)
    assert guarded.greet().protected
    assert guarded.answer("what is your address").protected
    assert guarded.answer("how long is the warranty").protected
    assert not guarded.answer("where can i park").protected
    assert guarded.answer("i'd like to leave a message").protected
    assert not guarded.answer("this is joe").protected
    begun_anew = Responder(plan.model_copy(update={"interruptions": protect}), FakeEmbedder()).conversation(CALLER)
    assert begun_anew.resumed().protected  # it says the greeting


def test_no_to_asking_back_asks_openly_and_the_second_failure_offers_a_message(conversation: Conversation) -> None:
    assert last(conversation, PERHAPS_PARKING, "no").text == "Okay. What would you like to know?"
    offer = conversation.answer("zyx wvu")
    assert offer.route is Route.FALLBACK
    assert offer.text == "I'm afraid I can't help with that. Shall I take a message for the workshop?"
    assert conversation.answer("yes").expects.awaited is Awaited.MESSAGE


def test_another_question_instead_of_yes_or_no_is_answered(conversation: Conversation) -> None:
    conversation.answer(PERHAPS_PARKING)
    assert conversation.answer("no what is your address").name == "address"
    conversation.answer(PERHAPS_PARKING)
    assert conversation.answer("how can i pay").name == "payment"


def test_okay_with_another_question_behind_it_is_no_yes(conversation: Conversation) -> None:
    conversation.answer(PERHAPS_PARKING)
    assert conversation.answer("okay what is your address please").name == "address"
    conversation.answer(PERHAPS_PARKING)
    assert conversation.answer("okay that would be very nice").name == "parking"
    conversation.answer(PERHAPS_PARKING)
    assert conversation.answer("yes please where can i park").name == "parking"


def test_what_is_neither_intent_nor_fact_gets_an_honest_answer_and_an_offer(conversation: Conversation) -> None:
    first = conversation.answer("zyx wvu")
    assert first.route is Route.FALLBACK
    assert first.text.startswith("Sorry, I'm not sure about that. I can tell you about our opening hours")
    second = conversation.answer("zyx wvu")
    assert second.text.endswith("Shall I take a message for the workshop?")
    assert conversation.answer("no thanks").text == "Is there anything else I can help with?"


def test_a_yes_to_which_would_you_like_has_it_asked_again(conversation: Conversation, plan: Dialplan) -> None:
    assert last(conversation, "zyx wvu", "yes").text == plan.no_match.offer
    assert conversation.answer("okay").text == plan.no_match.offer
    assert conversation.answer("no").text == plan.phrases.anything_else


def test_understanding_something_starts_the_count_anew(conversation: Conversation) -> None:
    reply = last(conversation, "zyx", "what is your address", "zyx")
    assert reply.text.startswith("Sorry, I'm not sure")


def test_an_empty_transcript_asks_again_and_the_third_offers_a_message(conversation: Conversation) -> None:
    for said in ("", "the"):
        reply = conversation.answer(said)
        assert reply.text == "Sorry, I didn't catch that. Could you say it again?"
    assert conversation.answer("um").text.endswith("Shall I take a message for the workshop?")


def test_an_open_question_survives_what_was_not_caught(conversation: Conversation) -> None:
    reply = last(conversation, PERHAPS_PARKING, "")
    assert reply.expects.awaited is Awaited.YES_NO
    assert conversation.answer("yes").name == "parking"


def test_thanks_and_goodbye(conversation: Conversation) -> None:
    thanks = conversation.answer("thank you")
    assert thanks.text == "You're welcome. Is there anything else I can help with?"
    goodbye = conversation.answer("no that's all thanks")
    assert (goodbye.route, goodbye.hang_up, goodbye.expects.awaited) == (Route.GOODBYE, True, Awaited.NOTHING)


def test_yes_there_is_something_else(conversation: Conversation) -> None:
    assert last(conversation, "thank you", "yes").text == "Sure, go ahead. What would you like to know?"
    assert last(conversation, "thank you", "yes what is your address").name == "address"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("stop", "Okay. How can I help?"),
        ("one moment please", "Take your time."),
        ("who are you", "I'm the automated assistant of Hill Street Bicycles, not a person."),
        ("you are very helpful", "That's kind of you to say."),
    ],
)
def test_what_may_be_said_to_any_bot(conversation: Conversation, said: str, text: str) -> None:
    assert conversation.answer(said).text == text


def test_a_greeting_is_the_models_to_answer_with_a_stock_text_behind_it(conversation: Conversation) -> None:
    reply = conversation.answer("good morning")
    (part,) = reply.parts
    assert isinstance(part, ModelPart)
    assert (reply.route, part.said, part.instead) == (Route.SMALL_TALK, "good morning", "Hello! What can I do for you?")
    conversation.heard("Good morning! How can I help?")
    assert conversation.model_turns == (("user", "good morning"), ("assistant", "Good morning! How can I help?"))


def test_what_is_said_in_the_place_of_the_models_answer_is_not_remembered_as_that(conversation: Conversation) -> None:
    conversation.answer("good morning")
    conversation.resumed()  # another agent has taken the call up
    conversation.heard("Sorry, we were cut off.")
    assert conversation.model_turns == ()


def test_the_model_is_not_asked_without_end(conversation: Conversation) -> None:
    for _ in range(MODEL_LIMIT):
        assert isinstance(conversation.answer("good morning").parts[0], ModelPart)
        conversation.heard("Good morning!")
    assert isinstance(conversation.answer("good morning").parts[0], StockPart)


def test_small_talk_off_has_the_stock_texts_only(plan: Dialplan) -> None:
    quiet = Responder(plan.model_copy(update={"small_talk": False}), FakeEmbedder()).conversation(CALLER)
    assert quiet.answer("how are you").parts == (StockPart("I'm doing well, thank you. What can I do for you?"),)


def test_a_booking_takes_a_message_with_the_number_read_back(conversation: Conversation) -> None:
    asked = conversation.answer("i'd like to make an appointment")
    assert asked.text.startswith("I can't book a time myself yet")
    assert (asked.name, asked.expects.awaited) == ("booking", Awaited.MESSAGE)
    own = conversation.answer("this is joe and my gears are slipping")
    assert (own.text, own.expects.awaited) == (
        "Shall we call you back on the number you're calling from?",
        Awaited.YES_NO,
    )
    assert conversation.answer("no").expects.awaited is Awaited.DIGITS
    back = conversation.answer("five five five oh one nine nine")
    assert back.text == "I have five five five, zero one nine nine. Is that right?"
    assert key(back) == "five five five, zero one nine nine"
    done = conversation.answer("yes")
    assert done.message == TakenMessage("this is joe and my gears are slipping", "5550199", confirmed=True)
    assert done.text.endswith("Is there anything else I can help with?")
    assert conversation.answer("what is your address").name == "address"


def test_a_number_is_listened_for_with_a_grammar_of_digits(conversation: Conversation) -> None:
    asked = last(conversation, "let me talk to a person", "this is joe", "no")
    assert (asked.expects.awaited, asked.expects.grammar) == (Awaited.DIGITS, GRAMMAR)
    back = conversation.answer("thick thick eight to", closed="six six six eight two nine zero")
    assert "six six six, eight two nine zero" in back.text
    assert back.expects.grammar == ()


def test_a_number_can_be_typed(conversation: Conversation) -> None:
    last(conversation, "let me talk to a person", "this is joe", "no")
    assert [conversation.digit(digit) for digit in "99*5550177"] == [None] * 10
    back = conversation.digit("#")
    assert back is not None
    assert "five five five, zero one seven seven" in back.text


def test_a_typed_number_ends_with_silence_too(conversation: Conversation) -> None:
    last(conversation, "let me talk to a person", "this is joe", "no")
    for digit in "412":
        assert conversation.digit(digit) is None
    assert "four one two" in conversation.silence(1).text


def test_zero_is_a_person_and_other_keys_are_nothing(conversation: Conversation, plan: Dialplan) -> None:
    assert conversation.digit("7") is None
    reply = conversation.digit("0")
    assert reply is not None
    assert (reply.name, reply.expects.awaited) == ("person", Awaited.MESSAGE)
    assert conversation.digit("0") is None  # while the message is dictated
    intents = tuple(intent.model_copy(update={"digit": None}) for intent in plan.intents)
    without = Responder(plan.model_copy(update={"intents": intents}), FakeEmbedder()).conversation(CALLER)
    reply = without.digit("0")
    assert reply is not None
    assert reply.text.startswith(plan.phrases.person)


def test_silence_is_asked_twice_and_ends_the_call(conversation: Conversation, plan: Dialplan) -> None:
    assert [conversation.silence(count).text for count in (1, 2)] == list(plan.silence.prompts)
    goodbye = conversation.silence(3)
    assert (goodbye.text, goodbye.hang_up) == (plan.silence.goodbye, True)


def test_yes_to_are_you_still_there_is_no_other_yes(conversation: Conversation) -> None:
    conversation.silence(1)
    assert conversation.answer("yes i am").text == "Sure, go ahead. What would you like to know?"


def test_silence_after_a_question_asks_it_again(conversation: Conversation) -> None:
    conversation.answer(PERHAPS_PARKING)
    assert conversation.silence(1).text == "Did you want to ask about parking?"
    assert conversation.answer("yes").name == "parking"


def test_a_caller_who_falls_silent_in_a_message_leaves_it(conversation: Conversation) -> None:
    last(conversation, "let me talk to a person", "this is joe")
    conversation.silence(1)
    conversation.silence(2)
    reply = conversation.silence(3)
    assert reply.hang_up
    assert reply.message == TakenMessage("this is joe", CALLER, confirmed=False)


def test_a_caller_who_hangs_up_in_a_message_leaves_it(conversation: Conversation) -> None:
    conversation.answer("let me talk to a person")
    assert conversation.unfinished() is None
    conversation.answer("this is joe")
    assert conversation.unfinished() == TakenMessage("this is joe", CALLER, confirmed=False)


def test_bye_in_a_message_saves_it_and_ends(conversation: Conversation) -> None:
    reply = last(conversation, "let me talk to a person", "this is joe", "okay bye")
    assert reply.hang_up
    assert reply.message == TakenMessage("this is joe", CALLER, confirmed=False)


@pytest.mark.parametrize("caller", ["", "anonymous", "sip:joe", "12"])
def test_a_caller_without_a_number_is_asked_for_one(fake_responder: Responder, caller: str) -> None:
    conversation = fake_responder.conversation(caller)
    reply = last(conversation, "let me talk to a person", "this is joe")
    assert reply.expects.awaited is Awaited.DIGITS


def test_an_apology_leaves_the_question_open(conversation: Conversation, plan: Dialplan) -> None:
    conversation.answer(PERHAPS_PARKING)
    apology = conversation.apology()
    assert (apology.text, apology.expects.awaited) == (plan.apology, Awaited.YES_NO)
    assert conversation.answer("yes").name == "parking"


def test_a_failing_embedder_is_the_sessions_to_apologise_for_and_changes_nothing(plan: Dialplan) -> None:
    embedder = FakeEmbedder()
    conversation = Responder(plan, embedder).conversation(CALLER)
    before = conversation.checkpoint()
    embedder.fails = True
    with pytest.raises(EmbeddingError):
        conversation.answer("what might your address be")  # no example word for word: those need no embedder
    assert conversation.checkpoint() == before


def test_everything_stock_that_is_said_can_be_rendered_before_the_call(
    fake_responder: Responder, plan: Dialplan
) -> None:
    """A long talk over every topic and dead end: no stock part outside `stock_texts`."""
    texts = set(plan.stock_texts())
    turns = ["zyx", "zyx", "no", "", "help", "stop", "wait", "thanks", "yes", "who are you", "well done", "again"]
    for topic in plan.topics:
        conversation = fake_responder.conversation(CALLER)
        replies = [conversation.greet(), conversation.resumed(), conversation.apology()]
        example = topic.questions[0] if hasattr(topic, "questions") else topic.examples[0]
        replies += [conversation.answer(said) for said in (example, "hm", "joe", "five", "no", PERHAPS_PARKING, *turns)]
        replies += [conversation.silence(count) for count in (1, 2, 3)]
        stock = [part.text for reply in replies for part in reply.parts if isinstance(part, StockPart)]
        assert set(stock) <= texts
